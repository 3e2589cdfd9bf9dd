import { ENTRY_POINTS, type EntryPoint } from '../../src/actors/principal.js';
import { documentOf } from '../../src/server/openapi.js';
import { world } from '../server/world.js';

/** The OpenAPI document as a client reads it. What stands here is derived from it alone, so that no operation can be forgotten. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly example?: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  /** whose token it takes; `open` for everybody, `signed` for partners */
  readonly access: EntryPoint | 'open' | 'signed';
  readonly parameters: readonly Parameter[];
  readonly body: { readonly [type: string]: Media };
  readonly responses: { readonly [status: string]: { readonly headers?: object; readonly content?: { readonly [type: string]: Media } } };
}

interface Raw {
  readonly paths: {
    readonly [path: string]: {
      readonly [method: string]: Omit<Operation, 'method' | 'path' | 'access' | 'body' | 'parameters'> & {
        readonly parameters?: readonly Parameter[];
        readonly security: readonly object[];
        readonly requestBody?: { readonly content: Operation['body'] };
      };
    };
  };
  readonly components: { readonly schemas: { readonly [name: string]: Schema } };
}

export const DOCUMENT = JSON.parse(JSON.stringify(documentOf(world().endpoints))) as Raw;

function accessOf(path: string, security: readonly object[]): Operation['access'] {
  if (security.some((kind) => 'partnerSignature' in kind)) return 'signed';
  if (security.length === 0) return 'open';
  const entry = ENTRY_POINTS.find((word) => path.startsWith(`/v1/${word}/`));
  if (entry === undefined) throw new Error(`${path} asks for a token and stands under no entry point`);
  return entry;
}

/** Every operation of the document. */
export const OPERATIONS: readonly Operation[] = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId, security, parameters = [], requestBody, responses }]) => ({
    operationId,
    method: method.toUpperCase(),
    path,
    access: accessOf(path, security),
    parameters,
    body: requestBody?.content ?? {},
    responses,
  })),
);

/** As vitest shows it: by its name. */
export const named = (operations: readonly Operation[]) => operations.map((operation) => ({ name: operation.operationId, operation }));

export function operationOf(operationId: string): Operation {
  const found = OPERATIONS.find((operation) => operation.operationId === operationId);
  if (found === undefined) throw new RangeError(`there is no ${operationId}`);
  return found;
}

/** The JSON body that an operation takes, if it takes one. */
export const jsonBodyOf = ({ body }: Operation): Schema | undefined => body['application/json']?.schema;

/** The schema itself where another is referred to, or several are to be read as one. */
export function resolved(schema: Schema): Schema {
  if (schema.allOf !== undefined) return schema.allOf.map(resolved).reduce(together, {});
  const name = schema.$ref?.replace('#/components/schemas/', '');
  if (name === undefined) return schema;
  const found = DOCUMENT.components.schemas[name];
  if (found === undefined) throw new RangeError(`there is no schema ${name}`);
  return resolved(found);
}

const together = (a: Schema, b: Schema): Schema => ({
  ...a,
  ...b,
  properties: { ...a.properties, ...b.properties },
  required: [...(a.required ?? []), ...(b.required ?? [])],
});
