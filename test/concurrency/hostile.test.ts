import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EntryPoint } from '../../src/actors/principal.js';
import type { OrderView } from '../../src/actors/views.js';
import { orderNo, shopId } from '../../src/domain/ids.js';
import { scaled } from '../scale.js';
import type { Answer } from '../stories/caller.js';
import type { Case } from '../stories/case.js';
import { runningService } from '../stories/service.js';
import { ADDRESS, photo, yuan } from '../stories/sketches.js';
import { type Story, tell } from '../stories/story.js';

/** What nobody should send, to the whole service: each is refused with a problem, and nothing has changed. */

const running = runningService({ REDRESS_BODY_LIMIT: '65536' });

let story: Story;
/** an application that waits for its merchant, and a return whose goods are being looked at */
let waiting: Case;
let inspected: Case;

beforeAll(async () => {
  story = await tell(running(), {
    lines: [
      { sku: 'milk', promotionType: '1205', price: 600, quantity: 9 },
      { sku: 'milk', promotionType: '1205', price: 450 },
    ],
  });
  waiting = await story.apply({ reason: 'missing' });
  inspected = await story.apply({
    type: 'return',
    reason: 'defective',
    wayBack: { kind: 'courier' },
    selection: [{ lineNo: 1, quantity: 2 }],
  });
  await inspected.give('merchant', 'approve');
  await inspected.give('merchant', 'received');
  await inspected.becomes('returning.inspecting');
});

/** It is refused, and the order is at the version where it was. */
async function refusedWithoutTrace(send: () => Promise<Answer>): Promise<Answer> {
  const { version } = await story.order();
  const answer = await send();
  expect([answer.status >= 400 && answer.status < 500, answer.text]).toEqual([true, answer.text]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect((await story.order()).version).toBe(version);
  return answer;
}

const asJson = { 'content-type': 'application/json' };
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Bodies that no route takes. */
const NO_BODIES: readonly (readonly [name: string, raw: string | Uint8Array<ArrayBuffer>])[] = [
  ['nothing', ''],
  ['no JSON', '{"a":'],
  ['a text', '"hello"'],
  ['null', 'null'],
  ['a list', '[{}]'],
  ['two values', '{}{}'],
  ['a comment', '{/* */}'],
  ['single quotes', "{'a':1}"],
  ['a name twice', '{"remark":"a","remark":"b"}'],
  ['a prototype', '{"__proto__":{"role":"operations"}}'],
  ['a constructor', '{"constructor":{"prototype":{"role":"operations"}}}'],
  ['an unknown field', '{"surprise":true}'],
  ['deep nesting', nested(64)],
  ['deepest nesting', nested(6_000)],
  ['a wide list', `{"remark":[${'0,'.repeat(20_000)}0]}`],
  ['a number beyond all', '{"amount":{"amount":1e309,"currency":"CNY"}}'],
  ['not a number', '{"amount":{"amount":NaN,"currency":"CNY"}}'],
  ['half a surrogate pair', '{"remark":"\\ud83d"}'],
  ['a zero byte', '{"remark":"a\\u0000b"}'],
  ['bytes that are no text', new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d])],
  ['too much', `{"remark":"${'a'.repeat(70_000)}"}`],
];

/** The routes that change something, with a word of what they take. */
const ROUTES: readonly (readonly [by: EntryPoint, method: string, path: () => string])[] = [
  ['user', 'POST', () => 'quotes'],
  ['user', 'POST', () => 'after-sales'],
  ['platform', 'POST', () => 'after-sales'],
  ['merchant', 'POST', () => `after-sales/${waiting.id}/offer`],
  ['merchant', 'POST', () => `after-sales/${waiting.id}/reject`],
  ['merchant', 'POST', () => `after-sales/${inspected.id}/inspect`],
  ['operations', 'POST', () => `after-sales/${waiting.id}/override`],
  ['operations', 'POST', () => `after-sales/${waiting.id}/extend`],
  ['operations', 'POST', () => `orders/${story.key.shopId}/${story.key.orderNo}/goodwill`],
  ['operations', 'POST', () => 'templates'],
  ['operations', 'POST', () => 'clock'],
  ['platform', 'PUT', () => `shops/${story.key.shopId}/orders/${story.key.orderNo}`],
  ['platform', 'POST', () => `shops/${story.key.shopId}/orders/${story.key.orderNo}/shipped`],
  ['platform', 'POST', () => `shops/${story.key.shopId}/orders/${story.key.orderNo}/moved-elsewhere`],
];

describe.each(ROUTES.map(([by, method, path]) => ({ by, method, path, name: String(path).replace('() => ', '') })))(
  '$by $method $name',
  ({ by, method, path }) => {
    it('takes no body that is none', async () => {
      const { version } = await story.order();
      const answers = await Promise.all(
        NO_BODIES.map(async ([name, raw]) => [name, await story.send(by, method, path(), { raw, headers: asJson })] as const),
      );
      for (const [name, { status, text }] of answers) expect([name, [400, 413].includes(status), text]).toEqual([name, true, text]);
      expect((await story.order()).version).toBe(version);
    });

    it('takes no other kind of content, key or version', async () => {
      const raw = '{}';
      const codes = await Promise.all(
        [
          { raw, headers: { 'content-type': 'text/plain' } },
          { raw, headers: { ...asJson, 'content-encoding': 'gzip' } },
          { raw, headers: { 'content-type': 'application/json; charset=utf-7' } },
          ...(method === 'POST' && !path().endsWith('quotes')
            ? [
                { raw, headers: asJson, key: 'a key' },
                { raw, headers: asJson, key: 'k'.repeat(201) },
              ]
            : []),
        ].map(async (sending) => (await story.send(by, method, path(), sending)).code),
      );
      expect(codes.filter((code) => code !== 'request.unsupportedType' && code !== 'request.invalid')).toEqual([]);
    });
  },
);

describe('an application', () => {
  const one = { lineNo: 1, quantity: 1 };
  const far = '2099-01-01T00:00:00Z';
  it.each<readonly [name: string, asked: object, code: string]>([
    ['of more pieces than there are', { selection: [{ lineNo: 1, quantity: 10 }] }, 'selection.tooMany'],
    ['of more pieces in several entries', { selection: Array.from({ length: 7 }, () => one) }, 'selection.tooMany'],
    [
      'of pieces by key and by line together',
      {
        selection: [
          { lineNo: 1, quantity: 6 },
          { sku: 'milk', promotionType: '1205', price: 600, quantity: 1 },
        ],
      },
      'selection.tooMany',
    ],
    ['of 2^53 pieces', { selection: [{ lineNo: 1, quantity: 9_007_199_254_740_992 }] }, 'request.invalid'],
    ['of very many pieces', { selection: [{ lineNo: 1, quantity: 9_007_199_254_740_991 }] }, 'selection.tooMany'],
    ['of no piece', { selection: [] }, 'selection.empty'],
    ['of the same piece twice', { selection: [{ lineNo: 1, units: [9, 9] }] }, 'selection.repeated'],
    ['of a piece that is claimed', { selection: [{ lineNo: 1, units: [1] }] }, 'selection.claimed'],
    ['of a line that is none', { selection: [{ lineNo: 3, quantity: 1 }] }, 'order.lineNotFound'],
    ['of units that are none', { selection: [{ lineNo: 1, units: [10] }] }, 'split.notFound'],
    ['of pieces that are not alike', { selection: [{ sku: 'milk', promotionType: '1205', quantity: 1 }] }, 'split.ambiguous'],
    ['of a price that is none', { selection: [{ sku: 'milk', promotionType: '1205', price: 601, quantity: 1 }] }, 'split.notFound'],
    [
      'of weight, where none is sold',
      { reason: 'weightShort', claim: { kind: 'weight' }, selection: [{ ...one, actualGrams: 1 }] },
      'selection.weightInvalid',
    ],
    ['of more money than there is', { reason: 'defective', claim: { kind: 'money', amount: yuan(601) } }, 'amount.exceedsCost'],
    [
      'of all money there is',
      { reason: 'defective', claim: { kind: 'money', amount: yuan(Number.MAX_SAFE_INTEGER) } },
      'amount.exceedsCost',
    ],
    ['of no money', { reason: 'defective', claim: { kind: 'money', amount: yuan(0) } }, 'amount.missing'],
    ['of a negative amount', { reason: 'defective', claim: { kind: 'money', amount: yuan(-1) } }, 'request.invalid'],
    ['of a part of a fen', { reason: 'defective', claim: { kind: 'money', amount: yuan(0.5) } }, 'request.invalid'],
    ['of other money', { reason: 'defective', claim: { kind: 'money', amount: { amount: 1, currency: 'USD' } } }, 'order.currencyMixed'],
    [
      'of money that is none',
      { reason: 'defective', claim: { kind: 'money', amount: { amount: 1, currency: 'XXQ' } } },
      'order.currencyMixed',
    ],
    ['for no reason', { reason: 'because' }, 'apply.reasonUnknown'],
    ['for a reason of another type', { reason: 'changedMind' }, 'apply.reasonUnknown'],
    ['with a claim that the reason has not', { reason: 'missing', claim: { kind: 'money', amount: yuan(1) } }, 'apply.claimNotAllowed'],
    ['with another quote', { reason: 'missing', quoted: yuan(599) }, 'quote.changed'],
    [
      'with evidence that is not there',
      { reason: 'defective', evidence: [{ kind: 'photo', evidenceId: '0198c5a0-7c1e-4000-8000-000000000009', sha256: 'a'.repeat(64) }] },
      'evidence.notFound',
    ],
    [
      'with too much evidence',
      { reason: 'defective', evidence: Array.from({ length: 10 }, (_, i) => photo(`${i}`)) },
      'command.limitReached',
    ],
    ['without a way back', { type: 'return', reason: 'defective' }, 'apply.wayBackMissing'],
    ['with a way back for nothing', { reason: 'missing', wayBack: { kind: 'courier' } }, 'apply.wayBackUnexpected'],
    [
      'with an appointment that ends before it begins',
      { type: 'return', reason: 'defective', wayBack: { kind: 'pickup', address: ADDRESS, from: far, to: far } },
      'request.invalid',
    ],
    ['of another order', { orderNo: 'O-999' }, 'order.notFound'],
    ['of an order with a control character', { orderNo: 'O-1\u0007' }, 'request.invalid'],
    ['of an order that looks the same', { orderNo: 'O\u200b-1' }, 'request.invalid'],
    ['of an order with a right-to-left mark', { shopId: 'shop\u202e-1' }, 'request.invalid'],
    ['with a remark that rings', { remark: '\u0007' }, 'request.invalid'],
    ['from another house', { reason: 'missing', origin: 'market' }, 'request.invalid'],
  ])('%s is refused', async (_, asked, code) => {
    const send = () => story.send('user', 'POST', 'after-sales', { body: story.application({ reason: 'missing', ...asked }) });
    expect((await refusedWithoutTrace(send)).code).toBe(code);
  });

  it('says what it wants to say in any script', async () => {
    const remark = '三瓶碎了 😀 👩‍👩‍👧 ‏שלום‏ e\u0301\n\tdrop table after_sale; -- "\\';
    const other = await tell(running(), { lines: [{ sku: '奶-🥛', price: 600, quantity: 2 }] });
    const refund = await other.apply({ reason: 'missing', remark, selection: [{ sku: '奶-🥛', promotionType: 'none', quantity: 1 }] });
    expect(await refund.see('user')).toMatchObject({ remark, units: [{ sku: '奶-🥛' }] });
    await other.holds();
  });
});

describe('a command', () => {
  const passed = (selection: object) => ({ result: 'part', sellable: true, passed: [selection] });
  it.each<readonly [name: string, of: () => Case, by: EntryPoint, command: Parameters<Case['try']>[1], body: object, code: string]>([
    ['an offer beyond what is asked', () => waiting, 'merchant', 'offer', { amount: yuan(601) }, 'command.amountInvalid'],
    ['an offer of nothing', () => waiting, 'merchant', 'offer', {}, 'request.invalid'],
    ['an offer of two kinds', () => waiting, 'merchant', 'offer', { amount: yuan(1), price: yuan(1) }, 'request.invalid'],
    ['a price for a refund', () => waiting, 'merchant', 'approve', { price: yuan(1) }, 'command.priceUnexpected'],
    ['a price offered for a refund', () => waiting, 'merchant', 'offer', { price: yuan(1) }, 'command.priceUnexpected'],
    ['an address for a refund', () => waiting, 'merchant', 'approve', { returnAddress: ADDRESS }, 'command.addressUnexpected'],
    ['another after-sale’s turn', () => waiting, 'merchant', 'inspect', { result: 'all', sellable: true }, 'command.notAllowed'],
    ['the buyer’s approval', () => waiting, 'user', 'approve', {}, 'command.notYours'],
    ['all as a part', () => inspected, 'merchant', 'inspect', passed({ lineNo: 1, quantity: 2 }), 'command.quantityInvalid'],
    ['a part of what is elsewhere', () => inspected, 'merchant', 'inspect', passed({ lineNo: 2, quantity: 1 }), 'selection.tooMany'],
    ['a part that is not there', () => inspected, 'merchant', 'inspect', passed({ lineNo: 7, quantity: 1 }), 'order.lineNotFound'],
    [
      'nothing where goods are held',
      () => inspected,
      'operations',
      'override',
      { verdict: { outcome: 'upheld' }, remark: 'No.' },
      'command.goodsHeld',
    ],
    ['a word that is none', () => waiting, 'operations', 'override', { verdict: { outcome: 'maybe' }, remark: 'No.' }, 'request.invalid'],
    ['a word without its reason', () => waiting, 'operations', 'override', { verdict: { outcome: 'upheld' } }, 'request.invalid'],
    ['an hour too many', () => waiting, 'operations', 'extend', { by: '999999d' }, 'command.limitReached'],
    ['another deadline’s length', () => waiting, 'operations', 'extend', { by: '1000000d' }, 'request.invalid'],
  ])('that gives %s is refused', async (_, of, by, command, body, code) => {
    expect((await refusedWithoutTrace(() => of().try(by, command, body))).code).toBe(code);
  });

  it('of a stranger finds nothing', async () => {
    const stranger = await tell(running(), { lines: [{ sku: 'milk', price: 1 }] });
    const shop = await running().caller({ role: 'merchant', id: 'desk-2', shops: [story.key.shopId].map((id) => `${id}x` as typeof id) });
    const answers = [
      await stranger.send('user', 'POST', `after-sales/${waiting.id}/withdraw`, { body: {} }),
      await shop.send('POST', `after-sales/${waiting.id}/approve`, { body: {} }),
      await stranger.send('user', 'POST', 'after-sales/0198c5a0-7c1e-7000-8000-000000000001/withdraw', { body: {} }),
      await shop.send('GET', `after-sales/${waiting.id}`),
    ];
    expect(answers.map(({ status, code }) => [status, code])).toEqual(answers.map(() => [404, 'afterSale.notFound']));
  });
});

describe('anything else', () => {
  const hostile: fc.Arbitrary<unknown> = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      -1,
      0,
      0.1,
      1e21,
      Number.MAX_SAFE_INTEGER,
      '',
      ' ',
      '__proto__',
      '\u0000',
      '\u202e',
      '../..',
      '1',
      [],
      {},
      [[]],
      { amount: 1 },
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const gone = Symbol('gone');
  const change = fc.record({
    at: fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }),
    to: fc.oneof({ weight: 9, arbitrary: hostile }, fc.constant(gone)),
  });

  /** The value with something else at a place deep within it; where nothing is left to go into, the place is there. */
  function changedIn(value: unknown, [first = 0, ...rest]: readonly number[], to: unknown): unknown {
    if (typeof value !== 'object' || value === null) return to;
    const keys = Object.keys(value);
    const name = keys[first % (keys.length + 1)] ?? 'surprise';
    const entries = Object.entries(value).filter(([key]) => key !== name);
    const old: unknown = Reflect.get(value, name);
    const next = rest.length === 0 ? to : changedIn(old, rest, to);
    if (Array.isArray(value)) return value.toSpliced(Math.min(first, value.length), 1, ...(next === gone ? [] : [next]));
    return Object.fromEntries(next === gone ? entries : [...entries, [name, next]]);
  }

  it('in a field is taken or refused, never a failure, and what is refused leaves no trace', async () => {
    const right = (path: string): object =>
      path.endsWith('quotes') || path.endsWith('after-sales')
        ? story.application({ reason: 'defective' })
        : path.includes('/orders/') && !path.endsWith('shipped') && !path.endsWith('elsewhere')
          ? story.body
          : {
              amount: yuan(1),
              reference: 'r',
              to: 'wallet',
              remark: 'r',
              lines: [1],
              at: '2026-01-01T00:00:00Z',
              result: 'none',
              sellable: false,
            };
    // One order is used for all, so the routes that would end it or move its clock are left to the tables.
    const routes = ROUTES.filter(([, , path]) => !/clock|override|inspect|templates|elsewhere|shipped/.test(String(path)));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), change, async ([by, method, path], changed) => {
        const body = changedIn(right(path()), changed.at, changed.to);
        const { version } = await story.order();
        const answer = await story.send(by, method, path(), { body });
        expect(answer.status).toBeLessThan(500);
        // What was taken may go on by itself: its payout changes the order, too.
        if (answer.status < 400) await running().settled();
        else expect((await story.order()).version).toBe(version);
      }),
      { numRuns: scaled(300) },
    );
    await story.holds();
  });

  it('in an order is refused, or the order adds up all the same', async () => {
    const files = ['platform-split-records', 'coupon-points-and-balance', 'fresh-food-by-weight', 'exclusive-tax', 'dinar-three-decimals'];
    const orders = files.map((name) => JSON.parse(readFileSync(new URL(`../../examples/${name}.json`, import.meta.url), 'utf8')) as object);
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...orders), fc.array(change, { minLength: 1, maxLength: 2 }), async (order, changes) => {
        number += 1;
        const key = { shopId: shopId('shop-1'), orderNo: orderNo(`H-${number}`) };
        const named = { ...order, platform: 'demo', shopId: key.shopId, orderNo: key.orderNo };
        const body = changes.reduce<unknown>((changed, { at, to }) => changedIn(changed, at, to), named);
        const answer = await story.send('platform', 'PUT', `shops/${key.shopId}/orders/${key.orderNo}`, { body });
        expect(answer.status).toBeLessThan(500);
        if (answer.status !== 201) return;
        const seen = (await story.send('operations', 'GET', `orders/${key.shopId}/${key.orderNo}`)).body as OrderView;
        const parts = seen.lines.reduce((sum, line) => sum + line.cost.gross.amount, seen.freight.cost.gross.amount);
        expect([parts, seen.left.amount]).toEqual([
          seen.paid.gross.amount,
          seen.tenders.reduce((sum, { amount }) => sum + amount.amount, 0),
        ]);
        expect(await running().faultsOf(key)).toEqual([]);
      }),
      { numRuns: scaled(150) },
    );
  });

  it('in a path or a query finds nothing', async () => {
    const words = fc.oneof(
      fc.constantFrom('..', '%', '%2e%2e', '%00', '*', '%ff', "'", 'null', 'O-1;--', '%F0%9F%98%80'),
      fc.webPath(),
      fc.string({ maxLength: 20 }).map(encodeURIComponent),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom<EntryPoint>('user', 'merchant', 'operations', 'platform'), words, async (by, word) => {
        const answers = [
          await story.send(by, 'GET', `after-sales/${word}`),
          await story.send(by, 'GET', `orders/shop-1/${word}`),
          await story.send(by, 'GET', `orders?cursor=${word}`),
          await story.send(by, 'GET', `after-sales?state=${word}&order=${word}`),
          await story.send(by, 'POST', `after-sales/${word}/approve`, { body: {} }),
        ];
        for (const { status, text } of answers) expect([status < 500, text]).toEqual([true, text]);
      }),
      { numRuns: scaled(60) },
    );
  });
});
