import { escaped, inline, jsonBlock } from './html.js';
import { type OpenApi, type Operation, type Response, resolved, type Schema, type Tagged, typeName } from './read.js';

/** The parts of one operation on the page. */

const DEEPEST = 3;

/** The request as one would type it. */
export function requestOf({ method, path, role, keyed, requestBody }: Operation): string {
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const lines = [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "$REDRESS${path}"`,
    ...(role === undefined ? [] : [`  -H "Authorization: Bearer $${role.toUpperCase()}_TOKEN"`]),
    ...(keyed ? ['  -H "Idempotency-Key: $(uuidgen)"'] : []),
    ...(type === undefined ? [] : [`  -H "Content-Type: ${type}"`]),
    ...(media?.example === undefined ? [] : [`  -d '${JSON.stringify(media.example)}'`]),
  ];
  return `<pre class="curl">${escaped(lines.join(' \\\n'))}</pre>`;
}

/** The parameters of an operation as a table; nothing where it takes none. */
export function parametersOf({ parameters = [] }: Operation): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(({ name, in: place, required, description, schema }) =>
    row(name, required === true, `${place} · ${schema === undefined ? 'any' : typeName(schema)}`, description ?? schema?.description ?? ''),
  );
  return `<h4>Parameters</h4>${table(rows)}`;
}

/** The fields of an operation’s body; nothing where it takes none. */
export function bodyOf(api: OpenApi, { requestBody }: Operation): string {
  const content = Object.entries(requestBody?.content ?? {});
  const [first] = content;
  if (first === undefined) return '';
  const types = content.map(([type]) => `<code>${escaped(type)}</code>`).join(' ');
  return `<h4>Body ${types}</h4>${fieldsOf(api, first[1].schema ?? {}, 0)}`;
}

/** What an operation answers, by status. */
export function responsesOf(api: OpenApi, { responses }: Operation): string {
  return `<h4>Answers</h4>${Object.entries(responses)
    .map(([status, response]) => answer(api, status, response))
    .join('')}`;
}

function answer(api: OpenApi, status: string, { description, content = {} }: Response): string {
  const [type, media] = Object.entries(content)[0] ?? [];
  const good = status.startsWith('2');
  const head = `<b class="status s${status.charAt(0)}">${status}</b>`;
  if (!good)
    return `<div class="answer">${head}<ul>${description
      .split('\n\n')
      .map((line) => `<li>${inline(line)}</li>`)
      .join('')}</ul></div>`;
  const schema = media?.schema ?? {};
  const shown = type === 'application/json' ? shapeLink(api, schema) : '';
  return `<div class="answer">${head}<div><p>${inline(description)}${type === undefined ? '' : ` <code>${escaped(type)}</code>`}</p>${shown}</div></div>`;
}

/** A named shape stands once on the page, and is linked to. */
function shapeLink(api: OpenApi, schema: Schema): string {
  const named = schema.$ref !== undefined;
  return named ? `<a href="#shape-${escaped(typeName(schema))}">${escaped(typeName(schema))}</a>` : fieldsOf(api, schema, 0);
}

/** Every named shape that answers have, once. */
export function shapesOf(api: OpenApi, tags: readonly Tagged[]): string {
  const answers = tags.flatMap(({ operations }) => operations.flatMap(({ responses }) => Object.entries(responses)));
  const good = answers
    .filter(([status]) => status.startsWith('2'))
    .map(([, response]) => response.content?.['application/json']?.schema ?? {});
  const names = new Set([...good.filter(({ $ref }) => $ref !== undefined).map(typeName), 'Problem']);
  return [...names]
    .sort()
    .map((name) => {
      const shape = { $ref: `#/components/schemas/${name}` };
      const meaning = inline(resolved(api, shape).description ?? '');
      return `<details class="operation" id="shape-${escaped(name)}"><summary><code>${escaped(name)}</code><span>${meaning}</span></summary><div class="inside">${fieldsOf(api, shape, 0)}</div></details>`;
    })
    .join('');
}

/** The fields of an object, those of objects in it below them. */
function fieldsOf(api: OpenApi, given: Schema, depth: number): string {
  const schema = flattened(api, given);
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives !== undefined && schema.properties === undefined) {
    return alternatives.map((alternative) => fieldsOf(api, alternative, depth)).join('<p class="or">or</p>');
  }
  if (schema.properties === undefined)
    return schema.example === undefined ? `<p><code>${escaped(typeName(given))}</code></p>` : jsonBlock(schema.example);
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties).map(([name, field]) =>
    row(
      name,
      required.has(name),
      typeName(field),
      meaningOf({ ...resolved(api, field), ...field }),
      depth < DEEPEST ? nested(api, field, depth + 1) : '',
    ),
  );
  return rows.length === 0 ? '<p>An empty object: <code>{}</code></p>' : table(rows);
}

function nested(api: OpenApi, field: Schema, depth: number): string {
  const inner = flattened(api, field.items ?? field);
  const hasFields =
    inner.properties !== undefined ||
    [...(inner.oneOf ?? []), ...(inner.anyOf ?? [])].some((part) => flattened(api, part).properties !== undefined);
  return hasFields && !isAmount(inner) ? `<details><summary>fields</summary>${fieldsOf(api, inner, depth)}</details>` : '';
}

const isAmount = ({ properties = {} }: Schema): boolean => Object.keys(properties).join() === 'amount,currency';

/** A schema with references followed and `allOf` joined. */
function flattened(api: OpenApi, schema: Schema): Schema {
  const found = resolved(api, schema);
  if (found.allOf === undefined) return found;
  const parts = found.allOf.map((part) => flattened(api, part));
  return {
    properties: Object.assign({}, ...parts.map(({ properties }) => properties ?? {})),
    required: parts.flatMap(({ required }) => required ?? []),
  };
}

function meaningOf({ description, example, enum: values, default: byDefault }: Schema): string {
  return [
    description ?? '',
    values !== undefined && values.length > 6
      ? `One of ${values.map((value) => (value === '' ? 'nothing' : `\`${String(value)}\``)).join(', ')}.`
      : '',
    byDefault === undefined ? '' : `Default \`${JSON.stringify(byDefault)}\`.`,
    example === undefined || typeof example === 'object' ? '' : `Such as \`${String(example)}\`.`,
  ]
    .filter((part) => part !== '')
    .map((part) => (/[.:]$/.test(part) ? part : `${part}.`))
    .join(' ');
}

const row = (name: string, required: boolean, type: string, meaning: string, below = ''): string =>
  `<tr><td><code>${escaped(name)}</code>${required ? '<sup title="required">*</sup>' : ''}</td><td class="type">${escaped(type)}</td><td>${inline(meaning)}${below}</td></tr>`;
const table = (rows: readonly string[]): string => `<table><tbody>${rows.join('')}</tbody></table>`;
