/** The parts of an OpenAPI document that the page shows. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly example?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly minimum?: number;
  readonly additionalProperties?: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

interface Content {
  readonly [type: string]: { readonly schema?: Schema; readonly example?: unknown };
}

export interface Response {
  readonly description: string;
  readonly content?: Content;
}

interface Item {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: { readonly [status: string]: Response };
}

export interface OpenApi {
  readonly info: { readonly title: string; readonly version: string; readonly summary?: string; readonly description?: string };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: { readonly [path: string]: { readonly [method: string]: Item } };
  readonly components: { readonly schemas: { readonly [name: string]: Schema } };
}

export interface Operation extends Pick<Item, 'parameters' | 'requestBody' | 'responses' | 'description'> {
  readonly method: string;
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  /** the entry point's role; `undefined` where no token is asked for */
  readonly role: string | undefined;
  readonly keyed: boolean;
}

export interface Tagged {
  readonly name: string;
  readonly description: string;
  readonly operations: readonly Operation[];
}

/** All operations by their tags, in the order of the document. */
export function operationsOf(api: OpenApi): Tagged[] {
  const all = Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ tags: operation.tags ?? [], operation: operationOf(path, method, operation) })),
  );
  return (api.tags ?? []).map(({ name, description = '' }) => ({
    name,
    description,
    operations: all.filter(({ tags }) => tags.includes(name)).map(({ operation }) => operation),
  }));
}

function operationOf(path: string, method: string, item: Item): Operation {
  return {
    method,
    path,
    id: item.operationId,
    summary: item.summary ?? '',
    responses: item.responses,
    role: (item.security ?? []).some((scheme) => 'bearer' in scheme) ? path.split('/')[2] : undefined,
    keyed: (item.parameters ?? []).some(({ name }) => name === 'Idempotency-Key'),
    ...(item.description === undefined ? {} : { description: item.description }),
    ...(item.parameters === undefined ? {} : { parameters: item.parameters }),
    ...(item.requestBody === undefined ? {} : { requestBody: item.requestBody }),
  };
}

/** A schema with its reference followed. */
export function resolved(api: OpenApi, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (api.components.schemas[name] ?? {});
}

/** How a schema is called in one or two words. */
export function typeName(schema: Schema): string {
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) return name;
  if (schema.items !== undefined) return `${typeName(schema.items)}[]`;
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives !== undefined) return alternatives.map(typeName).join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map(typeName).join(' & ');
  if (schema.enum !== undefined && schema.enum.length <= 6) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const type = typeof schema.type === 'string' ? schema.type : (schema.type ?? ['any']).join(' | ');
  return schema.format === undefined ? type : `${type} (${schema.format})`;
}
