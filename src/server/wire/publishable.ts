/**
 * A document of the OpenAPI generator as JSON Schema 2020-12 reads it. The generator leaves the flags of a regular
 * expression in its pattern, and writes "a named schema or null" as both at once, which nothing satisfies.
 * https://json-schema.org/draft/2020-12/json-schema-validation#name-pattern : a pattern is the expression alone,
 * read with the `u` flag.
 */
export function publishable(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(publishable);
  if (typeof node !== 'object' || node === null) return node;
  const mended = Object.fromEntries(Object.entries(node).map(([name, inner]) => [name, publishable(inner)]));
  if (typeof mended.pattern === 'string') mended.pattern = mended.pattern.replace(/\/[a-z]+$/, '');
  const { allOf, ...others } = mended;
  return Array.isArray(allOf) && allOf.some(allowsNull) ? { ...others, anyOf: [...allOf.filter((one) => !allowsNull(one)), NULL] } : mended;
}

const NULL = { type: 'null' };
/** What the generator adds to a reference for `.nullable()`. */
const allowsNull = (schema: unknown): boolean =>
  typeof schema === 'object' && schema !== null && 'type' in schema && Array.isArray(schema.type) && schema.type.includes('null');
