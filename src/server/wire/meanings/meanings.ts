import { EVERYWHERE } from './everywhere.js';
import { OF_CASES } from './ofCases.js';
import { OF_HOUSE } from './ofHouse.js';
import { OF_ORDERS } from './ofOrders.js';
import { OF_TEMPLATES } from './ofTemplates.js';
import { SHAPES } from './shapes.js';

/**
 * A sentence for each field, by its place: a named schema, or the last word of an operation's path for what it
 * takes in; then the field, dotted where it stands within others. Lists add no step.
 */
export type Meanings = { readonly [place: string]: { readonly [field: string]: string } };

export const MEANINGS: Meanings = { ...OF_CASES, ...OF_ORDERS, ...OF_TEMPLATES, ...OF_HOUSE };

type Node = { readonly [name: string]: unknown };
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const mapped = (node: unknown, of: (inner: unknown, name: string) => unknown): Node =>
  Object.fromEntries(Object.entries(isNode(node) ? node : {}).map(([name, inner]) => [name, of(inner, name)]));

/** The document with a sentence for each field and parameter. What a schema says of itself gives way to what its place says. */
export function explained(document: unknown): unknown {
  if (!isNode(document) || !isNode(document.components)) return document;
  return {
    ...document,
    components: { ...document.components, schemas: mapped(document.components.schemas, explainShape) },
    paths: mapped(document.paths, (item, path) => mapped(item, (operation) => explainOperation(operation, path))),
  };
}

function explainShape(schema: unknown, name: string): unknown {
  const inner = explain(schema, name, []);
  return isNode(inner) ? { description: SHAPES[name], ...inner } : inner;
}

function explainOperation(operation: unknown, path: string): unknown {
  if (!isNode(operation)) return operation;
  const { parameters, requestBody } = operation;
  return {
    ...operation,
    ...(Array.isArray(parameters) ? { parameters: parameters.map(explainParameter) } : {}),
    ...(isNode(requestBody) ? { requestBody: { ...requestBody, content: explainContent(requestBody.content, path) } } : {}),
  };
}

function explainParameter(parameter: unknown): unknown {
  if (!isNode(parameter)) return parameter;
  const own = parameter.description ?? (isNode(parameter.schema) ? parameter.schema.description : undefined);
  const name = String(parameter.name);
  return { ...parameter, description: own ?? MEANINGS.parameter?.[name] ?? EVERYWHERE[name] };
}

const explainContent = (content: unknown, path: string): Node =>
  mapped(content, (media) => (isNode(media) ? { ...media, schema: explain(media.schema, path.split('/').at(-1) ?? '', []) } : media));

function explain(schema: unknown, place: string, path: readonly string[]): unknown {
  if (Array.isArray(schema)) return schema.map((part) => explain(part, place, path));
  if (!isNode(schema)) return schema;
  return mapped(withoutWrapping(schema), (inner, keyword) => {
    if (keyword === 'properties') return mapped(inner, (field, name) => explainField(field, place, [...path, name]));
    return PARTS.has(keyword) ? explain(inner, place, path) : inner;
  });
}

const PARTS: ReadonlySet<string> = new Set(['items', 'oneOf', 'anyOf', 'allOf']);

function explainField(field: unknown, place: string, path: readonly string[]): unknown {
  const schema = explain(field, place, path);
  if (!isNode(schema)) return schema;
  const description = MEANINGS[place]?.[path.join('.')] ?? schema.description ?? EVERYWHERE[path.at(-1) ?? ''];
  return description === undefined ? schema : { ...schema, description };
}

/** The generator writes a reference with a description as both at once; in JSON Schema 2020-12 they stand beside each other. */
function withoutWrapping(schema: Node): Node {
  const { allOf, ...others } = schema;
  if (!Array.isArray(allOf)) return schema;
  const [first, second, ...more] = allOf;
  if (more.length > 0 || !isNode(first) || !isNode(second) || !('$ref' in first)) return schema;
  return Object.keys(second).every((name) => name === 'description') ? { ...others, ...first, ...second } : schema;
}
