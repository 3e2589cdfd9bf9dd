import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { DOCUMENT, OPERATIONS, type Operation, type Schema } from './document.js';

/** Answers and bodies held against the OpenAPI document by a validator of JSON Schema, as a client would. */

const FORMATS: { readonly [name: string]: RegExp } = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/,
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/i,
  binary: /^/,
};

const ajv = new Ajv2020({ strict: false, allErrors: false, formats: { ...FORMATS } });
ajv.addSchema({ $id: 'redress', ...DOCUMENT });

const checks = new Map<string, ValidateFunction>();

/** The check of the schema at a place of the document; places that only refer to a component share its check. */
function checkAt(pointer: string, schema: Schema): ValidateFunction {
  const place = schema.$ref?.slice(1) ?? pointer;
  const known = checks.get(place);
  if (known !== undefined) return known;
  const made = ajv.compile({ $ref: `redress#${place}` });
  checks.set(place, made);
  return made;
}

const escaped = (step: string): string => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
const pointerTo = (...steps: readonly string[]): string => steps.map((step) => `/${escaped(step)}`).join('');
const placeOf = ({ path, method }: Operation): readonly string[] => ['paths', path, method.toLowerCase()];

function faultsAt(pointer: string, schema: Schema, value: unknown): string[] {
  const check = checkAt(pointer, schema);
  if (check(value)) return [];
  return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath === '' ? 'it' : instancePath} ${message}`);
}

/** Why a body is not what the document says that the operation takes. */
export const faultsOfBody = (operation: Operation, type: string, body: unknown): string[] =>
  faultsAt(pointerTo(...placeOf(operation), 'requestBody', 'content', type, 'schema'), operation.body[type]?.schema ?? {}, body);

/** An answer as it came over the wire. */
export interface Answered {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly text: string;
}

const PROBLEM = 'application/problem+json';
const headerOf = (answer: Answered, name: string): string | undefined => {
  const value = answer.headers[name];
  return typeof value === 'string' ? value : value?.join(', ');
};
export const typeOf = (answer: Answered): string | undefined => headerOf(answer, 'content-type')?.split(';')[0];

/** Codes that the description of a status names: `` `selection.tooMany`: ... ``. */
const codesOf = (operation: Operation, status: number): readonly string[] => {
  const { description = '' } = operation.responses[String(status)] as { readonly description?: string };
  return [...description.matchAll(/^`([a-zA-Z.]+)`:/gm)].map(([, code = '']) => code);
};

/** Headers that every answer of a kind has. */
function faultsOfHeaders(answer: Answered): string[] {
  const faults: string[] = [];
  const demand = (name: string, form: RegExp) => {
    const value = headerOf(answer, name);
    if (value === undefined || !form.test(value)) faults.push(`${name} is ${value}`);
  };
  demand('x-request-id', /^[\w.-]{1,64}$/);
  demand('x-content-type-options', /^nosniff$/);
  demand('cache-control', /^no-store$/);
  if (answer.status === 401 && !answer.text.includes('"callback.invalid"')) demand('www-authenticate', /^Bearer/);
  if (answer.status === 429 || answer.status === 503) demand('retry-after', /^[1-9]\d*$/);
  if (answer.status === 405) demand('allow', /^[A-Z, ]+$/);
  return faults;
}

/** Why an answer is not what the document says of the operation: status, type, body, code, headers. */
export function faultsOfAnswer(operation: Operation, answer: Answered): string[] {
  const faults = faultsOfHeaders(answer);
  const response = operation.responses[String(answer.status)];
  if (response === undefined) return [...faults, `status ${answer.status} is not in the document`];
  const type = typeOf(answer);
  const types = Object.keys(response.content ?? {});
  const documented = types.find((one) => one === type) ?? types.find((one) => one === '*/*');
  if (documented === undefined) return [...faults, `type ${type} is not in the document, only ${types.join()}`];
  const place = pointerTo(...placeOf(operation), 'responses', String(answer.status), 'content', documented, 'schema');
  const faultsOf = (value: unknown) => faultsAt(place, response.content?.[documented]?.schema ?? {}, value);
  if (documented === 'application/x-ndjson') {
    return [...faults, ...answer.text.split('\n').flatMap((line) => (line === '' ? [] : faultsOf(JSON.parse(line))))];
  }
  if (!documented.endsWith('json')) return faults;
  const value: unknown = JSON.parse(answer.text);
  if (documented !== PROBLEM) return [...faults, ...faultsOf(value)];
  const { code = '', status } = value as { readonly code?: string; readonly status?: number };
  const known = codesOf(operation, answer.status).includes(code) ? [] : [`${code} is not in the document`];
  return [...faults, ...faultsOf(value), ...known, ...(status === answer.status ? [] : [`the problem says ${status}`])];
}

const PROBLEM_SCHEMA: Schema = { $ref: '#/components/schemas/Problem' };

/** Why an answer of no operation (another path, another method, bytes that are no request) is no problem document. */
export function faultsOfStray(answer: Answered): string[] {
  const faults = faultsOfHeaders(answer);
  if (typeOf(answer) !== PROBLEM) return [...faults, `type ${typeOf(answer)}`];
  return [...faults, ...faultsAt('', PROBLEM_SCHEMA, JSON.parse(answer.text))];
}

/** Every schema that stands within another, with its place: references are followed once each. */
export function* schemasWithin(schema: Schema, place = '', seen = new Set<string>()): Generator<readonly [string, Schema]> {
  if (schema.$ref !== undefined) {
    if (seen.has(schema.$ref)) return;
    seen.add(schema.$ref);
    const name = schema.$ref.replace('#/components/schemas/', '');
    const found = DOCUMENT.components.schemas[name];
    if (found !== undefined) yield* schemasWithin(found, place, seen);
    return;
  }
  yield [place, schema];
  for (const [name, inner] of Object.entries(schema.properties ?? {})) yield* schemasWithin(inner, `${place}.${name}`, seen);
  for (const inner of [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])]) yield* schemasWithin(inner, place, seen);
  if (schema.items !== undefined) yield* schemasWithin(schema.items, `${place}[]`, seen);
  if (typeof schema.additionalProperties === 'object') yield* schemasWithin(schema.additionalProperties, `${place}.*`, seen);
}

/** The operation that a request is for, as the document's paths tell; none for any other path or method. */
export function operationFor(method: string, path: string): Operation | undefined {
  const target = `http://localhost${path}`;
  const steps = URL.canParse(target) ? new URL(target).pathname.split('/') : [];
  return OPERATIONS.find((operation) => {
    const own = operation.path.split('/');
    return (
      operation.method === method &&
      own.length === steps.length &&
      own.every((step, index) => (step.startsWith('{') ? steps[index] !== '' : step === steps[index]))
    );
  });
}
