import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { partEvent } from '../../src/actors/private.js';
import { world } from './world.js';

/** Every text that a request may bring is either parted from the trail, so that it can be erased, or known here to stay. */

/** Fields of free form that stay in the trail, because they name goods, money or rules and no person. */
const STAYS: { readonly [field: string]: string } = {
  ...{ shopId: 'names the book', orderNo: 'names the book', platform: 'names the book', currency: 'a code' },
  ...{ sku: 'goods', productId: 'goods', name: 'goods', category: 'goods', promotionType: 'goods', type: 'of a promotion' },
  ...{ id: 'of a tender or promotion', tenderId: 'of a tender', promotionId: 'of a promotion' },
  ...{ reason: 'a code of the template', origin: 'a marketplace', code: 'of a gateway’s decline' },
  ...{ taxRate: 'a number', commissionRate: 'a number', by: 'a duration', forward: 'a duration' },
  ...{ reference: 'of a payment', payoutKey: 'of a payout', eventId: 'of a partner’s event', key: 'of a job' },
  ...{ placedAt: 'a time', paidAt: 'a time', shippedAt: 'a time', deliveredAt: 'a time', stoppedAt: 'a time', at: 'a time' },
  ...{ from: 'a time', to: 'a time' },
  ...{ afterSaleId: 'an id of ours' },
};

interface Schema {
  readonly type?: string;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly items?: unknown;
  readonly properties?: { readonly [field: string]: Schema };
  readonly [key: string]: unknown;
}

/** Stands in a path for the entries of a list. */
const LIST = '[]';

/** Paths of fields that take text of free form. */
function* textsIn(schema: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof schema !== 'object' || schema === null) return;
  if (Array.isArray(schema)) {
    for (const inner of schema) yield* textsIn(inner, path);
    return;
  }
  const { type, properties, items, ...rest } = schema as Schema;
  if (type === 'string' && rest.enum === undefined && rest.const === undefined) yield path;
  for (const [field, inner] of Object.entries(properties ?? {})) yield* textsIn(inner, [...path, field]);
  yield* textsIn(items, [...path, LIST]);
  for (const inner of Object.values(rest)) yield* textsIn(inner, path);
}

/** Bodies that become commands to books. Templates are the house's own words, and hold nobody's. */
const bodies = world().endpoints.filter(
  ({ body, path, method }) => body !== undefined && method !== 'get' && !/templates|quotes|erasures/.test(path),
);
const texts = bodies.flatMap(({ body, operationId }) =>
  [...textsIn(z.toJSONSchema(body ?? z.never(), { io: 'input', unrepresentable: 'any' }))].map((path) => ({ operationId, path })),
);

/** Whether the field is parted from a command that holds it. */
function isParted(path: readonly string[]): boolean {
  const command = path.reduceRight<unknown>((inner, field) => (field === LIST ? [inner] : { [field]: inner }), 'a text');
  const parted = partEvent(
    { salt: '', ids: { afterSale: () => '' as never, private: () => '' } },
    { command: command as never, changes: {} },
    null,
    1,
  );
  return !JSON.stringify(parted.command).includes('a text');
}

describe('texts that requests bring', () => {
  it('are found', () => {
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.some(({ path }) => path.join('.') === 'wayBack.address.street')).toBe(true);
  });

  it('are parted from the trail, or known to stay in it', () => {
    const unknown = texts.filter(({ path }) => !isParted(path) && STAYS[path.at(-1) ?? ''] === undefined);
    expect(unknown.map(({ operationId, path }) => `${operationId}: ${path.join('.')}`)).toEqual([]);
  });
});
