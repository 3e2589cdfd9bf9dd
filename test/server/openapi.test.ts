import { describe, expect, it } from 'vitest';
import { REFUSALS } from '../../src/domain/refusals.js';
import { refusalsOf } from '../../src/server/openapi.js';
import { EVERYWHERE } from '../../src/server/wire/meanings/everywhere.js';
import { MEANINGS } from '../../src/server/wire/meanings/meanings.js';
import { SHAPES } from '../../src/server/wire/meanings/shapes.js';
import { world } from './world.js';

const w = world();
const document = JSON.parse(await (await w.app.request('/openapi.json')).text()) as {
  openapi: string;
  paths: { [path: string]: { [method: string]: Operation } };
  components: { [kind: string]: { [name: string]: unknown } };
  tags: { name: string }[];
};
interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  security: object[];
  parameters?: { name: string; in: string; required?: boolean; description?: string }[];
  requestBody?: { required: boolean; content: { [type: string]: { schema?: unknown; example?: unknown } } };
  responses: { [status: string]: { description: string; headers?: object; content?: { [type: string]: { schema: unknown } } } };
}
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, path, method, operation })),
);

function* referencesIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* referencesIn(item);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      if (name === '$ref' && typeof inner === 'string') yield inner;
      else yield* referencesIn(inner);
    }
  }
}

function* schemasIn(value: unknown): Generator<{ [name: string]: unknown }> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as { [name: string]: unknown };
  for (const inner of Object.values(value)) yield* schemasIn(inner);
}

/** Fields by their place, as `src/server/wire/meanings/` names it. */
function* fieldsIn(schema: unknown, place: string): Generator<{ name: string; description: unknown }> {
  if (Array.isArray(schema)) for (const part of schema) yield* fieldsIn(part, place);
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return;
  const { properties = {}, ...parts } = schema as { [keyword: string]: unknown };
  for (const [field, inner] of Object.entries(properties as { [name: string]: { description?: unknown } })) {
    const name = `${place}.${field}`;
    yield { name, description: inner.description };
    yield* fieldsIn(inner, name);
  }
  for (const keyword of ['items', 'oneOf', 'anyOf', 'allOf']) yield* fieldsIn(parts[keyword], place);
}

function* fieldsOfDocument(): Generator<{ name: string; description: unknown }> {
  for (const [place, schema] of Object.entries(document.components.schemas ?? {})) yield* fieldsIn(schema, place);
  for (const { path, operation } of operations) {
    for (const { name, description } of operation.parameters ?? []) yield { name: `parameter.${name}`, description };
    const contents = [operation.requestBody, ...Object.values(operation.responses)].flatMap((part) => Object.values(part?.content ?? {}));
    for (const { schema } of contents) yield* fieldsIn(schema, path.split('/').at(-1) ?? '');
  }
}

describe('the document', () => {
  it('is OpenAPI 3.1 and holds every operation that is served', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations.map(({ name }) => name).sort()).toEqual(w.endpoints.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('names each operation once', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
  });

  it('has everything that it refers to', () => {
    const missing = [...new Set(referencesIn(document))].filter((reference) => {
      const [, kind = '', name = ''] = /^#\/components\/([^/]+)\/([^/]+)$/.exec(reference) ?? [];
      return document.components[kind]?.[name] === undefined;
    });
    expect(missing).toEqual([]);
  });

  it('has patterns that are regular expressions without flags, which its own examples satisfy', () => {
    const schemas = [...schemasIn(document)];
    const patterns = schemas.filter((schema) => typeof schema.pattern === 'string');
    expect(patterns.length).toBeGreaterThan(20);
    for (const { pattern, example } of patterns) {
      expect(pattern).not.toMatch(/\/[a-z]+$/);
      const expression = new RegExp(String(pattern), 'u');
      if (typeof example === 'string') expect(example).toMatch(expression);
    }
  });

  it('lets null be null beside a schema with a name', () => {
    const schemas = [...schemasIn(document)];
    const both = schemas.filter(({ allOf }) => Array.isArray(allOf) && allOf.some(({ type }) => Array.isArray(type)));
    expect(both).toEqual([]);
    expect(document.components.schemas).toMatchObject({
      AfterSale: {
        properties: { repairPrice: { anyOf: [{ $ref: '#/components/schemas/Amount' }, { type: 'null' }] } },
      },
    });
  });

  it('lists the words that an answer can hold', () => {
    const { schemas = {} } = document.components;
    const { properties } = schemas.AfterSale as { properties: { [name: string]: { enum?: string[] } } };
    expect(properties.state?.enum).toContain('refunding.manual');
    expect(properties.status?.enum).toEqual(['open', 'completed', 'rejected', 'settled', 'closed', 'cancelled']);
    for (const word of ['type', 'claim', 'stage', 'fault', 'bearer', 'stepStatus', 'goods']) expect(properties[word]?.enum).toBeDefined();
  });

  it('says of each field and parameter what it means', () => {
    const found = [...fieldsOfDocument()];
    expect(found.length).toBeGreaterThan(500);
    const shapes = Object.entries(document.components.schemas ?? {}) as [string, { description?: string }][];
    expect(shapes.filter(([, { description = '' }]) => description === '').map(([name]) => name)).toEqual([]);
    expect(Object.keys(SHAPES).filter((name) => document.components.schemas?.[name] === undefined)).toEqual([]);
    expect(found.filter(({ description }) => typeof description !== 'string' || description === '').map(({ name }) => name)).toEqual([]);
  });

  it('has every field that a meaning is written for', () => {
    const places = new Set([...fieldsOfDocument()].map(({ name }) => name));
    const written = Object.entries(MEANINGS).flatMap(([place, fields]) => Object.keys(fields).map((field) => `${place}.${field}`));
    expect(written.filter((name) => !places.has(name))).toEqual([]);
    const names = new Set([...places].map((name) => name.split('.').at(-1)));
    expect(Object.keys(EVERYWHERE).filter((name) => !names.has(name))).toEqual([]);
  });

  it.each(operations)('says all that a client of $name needs', ({ path, method, operation }) => {
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    expect(inPath.sort()).toEqual([...path.matchAll(/\{(.+?)\}/g)].map(([, name]) => name).sort());
    expect(document.tags.map(({ name }) => name)).toContain(operation.tags[0]);
    expect(operation.summary).not.toBe('');
    if (path.startsWith('/v1/')) expect(operation.security).toHaveLength(1);
    if (method !== 'get') expect(operation.requestBody?.required).toBe(true);
    const statuses = Object.keys(operation.responses);
    expect(statuses.some((status) => status.startsWith('2'))).toBe(true);
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(response.description).not.toBe('');
      if (status.startsWith('4')) expect(Object.keys(response.content ?? {})).toEqual(['application/problem+json']);
    }
  });

  it('knows every refusal code in some operation', () => {
    const known = new Set(w.endpoints.flatMap((endpoint) => refusalsOf(endpoint)));
    const unnamed = Object.keys(REFUSALS).filter((code) => !known.has(code as keyof typeof REFUSALS));
    expect(unnamed).toEqual(['request.headersTooLarge', 'request.notFound', 'request.methodNotAllowed']);
  });
});

describe('the page', () => {
  it('shows every operation and code, and takes nothing from elsewhere', async () => {
    const response = await w.app.request('/docs');
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const { operation } of operations) expect(page).toContain(`id="${operation.operationId}"`);
    for (const code of Object.keys(REFUSALS)) expect(page).toContain(`id="${code}"`);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\bon[a-z]+=/);
    expect([...page.matchAll(/(?:src|href)="([^"#]*)"/g)].map(([, address]) => address).filter((address) => address !== '')).toEqual([
      '/openapi.json',
    ]);
  });
});
