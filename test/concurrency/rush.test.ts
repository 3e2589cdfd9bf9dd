import { beforeAll, expect, it } from 'vitest';
import type { EntryPoint } from '../../src/actors/principal.js';
import type { AfterSaleView, OrderView } from '../../src/actors/views.js';
import { type BookKey, orderNo, shopId } from '../../src/domain/ids.js';
import { scaled } from '../scale.js';
import type { Answer, Caller } from '../stories/caller.js';
import { orderBody, photo, yuan } from '../stories/sketches.js';
import { faultsOfData, type Serving, servingTests } from './serving.js';

/** All entry points at one order at once: 200 requests are under way together, and exactly the allowed ones succeed. */

const UNITS = 30;
/** 30 pieces with 500 off and 8.00 of freight, paid by three means: no piece costs a round amount. */
const ORDER = {
  lines: [{ sku: 'towel', price: 3_500, quantity: UNITS, unitCost: 1_200, commissionRate: '0.05' }],
  off: [{ amount: 777, platform: 4_000 }],
  freight: 800,
  tenders: [
    { id: 'card', kind: 'card', amount: 80_000 },
    { id: 'points', kind: 'points', amount: 20_023, points: 2_003 },
    { id: 'wallet', kind: 'wallet', amount: 5_000 },
  ],
};
const PAID = UNITS * 3_500 - 777 + 800;

type Callers = { readonly [E in EntryPoint]: Caller };

async function callersOf(serving: Serving, buyerUid: string): Promise<Callers> {
  return {
    user: await serving.caller({ role: 'user', platform: 'demo', buyerUid }),
    merchant: await serving.caller({ role: 'merchant', id: 'desk', shops: [shopId('shop-1')] }),
    operations: await serving.caller({ role: 'operations', id: 'operator' }),
    platform: await serving.caller({ role: 'platform', id: 'machine', platform: 'demo' }),
  };
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const succeeded = (answers: readonly Answer[]): Answer[] => answers.filter(({ status }) => status < 300);
const codesOf = (answers: readonly Answer[]): (string | undefined)[] =>
  [...new Set(answers.filter(({ status }) => status >= 300).map(({ code }) => code))].sort();
const viewOf = (answer: Answer): AfterSaleView => answer.body as AfterSaleView;

/** One order, and everything that is done to it in a round. */
class Round {
  constructor(
    readonly serving: Serving,
    readonly callers: Callers,
    readonly key: BookKey,
  ) {}

  send = (by: EntryPoint, path: string, body: object, key?: string, headers = {}): Promise<Answer> =>
    this.callers[by].send('POST', path, { body, key, headers });

  application = (selection: readonly object[], more: object = {}) => ({
    ...{ ...this.key, type: 'refund', reason: 'missing', claim: { kind: 'unit' }, selection, evidence: [photo()] },
    ...more,
  });

  apply = (by: EntryPoint, selection: readonly object[], key?: string, headers = {}): Promise<Answer> =>
    this.send(by, 'after-sales', this.application(selection, by === 'platform' ? { reason: 'shortPicked' } : {}), key, headers);

  command = (by: EntryPoint, id: string, word: string, body: object = {}): Promise<Answer> =>
    this.send(by, `after-sales/${id}/${word}`, body);

  async order(): Promise<OrderView> {
    return (await this.callers.operations.send('GET', `orders/${this.key.shopId}/${this.key.orderNo}`)).body as OrderView;
  }

  /** Waits until nothing is due any more. */
  async settled(): Promise<void> {
    expect((await this.send('operations', 'clock', { forward: '1s' })).status).toBe(200);
  }
}

/** 30 pieces, and 170 requests for one; beside them 20 times the same request, and 10 that saw an older version. */
async function raceForUnits(round: Round): Promise<string[]> {
  const one = [{ lineNo: 1, quantity: 1 }];
  const { version } = await round.order();
  const shares = { user: 80, merchant: 50, operations: 40 } as const;
  const rivals = Object.entries(shares).flatMap(([by, count]) => times(count, () => round.apply(by as keyof typeof shares, one)));
  const same = times(20, () => round.apply('user', [{ sku: 'towel', promotionType: 'none', quantity: 1 }], `same-${round.key.orderNo}`));
  const stale = times(10, () => round.apply('merchant', one, undefined, { 'if-match': `"${version - 1}"` }));
  const [applied, repeated, late] = await Promise.all([Promise.all(rivals), Promise.all(same), Promise.all(stale)]);
  expect(codesOf(late)).toEqual(['version.stale']);
  expect(new Set(repeated.map(({ status, text }) => (status < 300 ? text : `${status}`))).size).toBe(1);
  expect(repeated.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(19);
  const taken = [...succeeded(applied), ...succeeded(repeated.slice(0, 1))].map(viewOf);
  expect(taken).toHaveLength(UNITS);
  expect(codesOf(applied)).toEqual(['selection.tooMany']);
  expect(new Set(taken.flatMap(({ units }) => units.map(({ from, to }) => `${from}-${to}`))).size).toBe(UNITS);
  expect(taken.map(({ refundId }) => refundId).toSorted((a, b) => a - b)).toEqual(times(UNITS, (index) => index + 1));
  const order = await round.order();
  // All pieces are claimed, so that the freight waits for whichever of them comes last.
  expect(order).toMatchObject({ refunded: yuan(0), reserved: yuan(PAID), left: yuan(0) });
  return taken.map(({ id }) => id);
}

/** Six rivals decide each of the 30 after-sales: one of them does. Gives who was rejected. */
async function raceForDecisions(round: Round, ids: readonly string[]): Promise<AfterSaleView[]> {
  const override = (verdict: object) => ({ verdict, remark: 'At once.' });
  const decisions = ids.map((id, index) => {
    const rivals = [
      () => round.command('merchant', id, 'approve'),
      () => round.command('merchant', id, 'reject', { remark: 'No.' }),
      () => round.command('user', id, 'withdraw'),
      () => round.command('operations', id, 'override', override({ outcome: 'upheld' })),
      () => round.command('operations', id, 'override', override({ outcome: 'refund' })),
      () => round.command('merchant', id, 'reject', { remark: 'Never.' }),
    ];
    return [...rivals.slice(index % rivals.length), ...rivals.slice(0, index % rivals.length)];
  });
  const answers = await Promise.all(decisions.map((rivals) => Promise.all(rivals.map((rival) => rival()))));
  for (const rivals of answers) {
    expect(succeeded(rivals)).toHaveLength(1);
    expect(['command.goodsHeld', 'command.notAllowed', 'command.payoutBegun']).toEqual(expect.arrayContaining(codesOf(rivals)));
  }
  return answers
    .flatMap(succeeded)
    .map(viewOf)
    .filter(({ state }) => state === 'rejected');
}

/** The buyer appeals twice while both sides apply for the very unit: one of the four gets it. */
async function raceForRejected(round: Round, rejected: readonly AfterSaleView[]): Promise<string[]> {
  const answers = await Promise.all(
    rejected.map(({ id, units }, index) => {
      const unit = [{ lineNo: 1, units: [units[0]?.from] }];
      const rivals = [
        () => round.command('user', id, 'appeal', { remark: 'Unjust.' }),
        () => round.apply('merchant', unit),
        () => round.apply('user', unit),
        () => round.command('user', id, 'appeal', { remark: 'Unjust!' }),
      ];
      return Promise.all([...rivals.slice(index % 4), ...rivals.slice(0, index % 4)].map((rival) => rival()));
    }),
  );
  for (const rivals of answers) {
    expect(succeeded(rivals)).toHaveLength(1);
    expect(['command.notAllowed', 'command.superseded', 'selection.claimed']).toEqual(expect.arrayContaining(codesOf(rivals)));
  }
  return answers.flatMap(succeeded).map((answer) => viewOf(answer).id);
}

/** Goodwill of 10.00 each, 40 times at once, within 200.00; the platform refunds what is free, all of it at once. */
async function raceForTheRest(round: Round, open: readonly string[]): Promise<void> {
  const goodwill = `orders/${round.key.shopId}/${round.key.orderNo}/goodwill`;
  const given = times(40, (index) =>
    round.send('operations', goodwill, {
      amount: yuan(1_000),
      to: index % 2 === 0 ? 'wallet' : 'points',
      ...(index % 2 === 0 ? {} : { points: 100 }),
      remark: 'Sorry.',
    }),
  );
  const granted = open.flatMap((id) =>
    times(2, () => round.command('operations', id, 'override', { verdict: { outcome: 'refund' }, remark: 'Enough.' })),
  );
  const automatic = times(100, () => round.apply('platform', [{ lineNo: 1, quantity: 1 }]));
  const reads = times(20, () => round.callers.user.send('GET', `orders/${round.key.shopId}/${round.key.orderNo}`));
  const [gifts, grants, refunds, seen] = await Promise.all([
    Promise.all(given),
    Promise.all(granted),
    Promise.all(automatic),
    Promise.all(reads),
  ]);
  expect([succeeded(gifts).length, codesOf(gifts)]).toEqual([20, ['goodwill.capExceeded']]);
  expect(succeeded(grants)).toHaveLength(open.length);
  expect(codesOf(refunds)).toEqual(['selection.tooMany']);
  for (const { body } of seen) {
    const { refunded, reserved, left } = body as OrderView;
    expect(refunded.amount + reserved.amount + left.amount).toBe(PAID);
  }
}

const services = servingTests();
let serving: Serving;
beforeAll(async () => {
  serving = await services.start(services.directory());
});

/** An order of its own for a round. */
async function beginRound(name: string): Promise<Round> {
  const key = { shopId: shopId('shop-1'), orderNo: orderNo(name) };
  const callers = await callersOf(serving, `ann-${name}`);
  const body = orderBody(ORDER, `ann-${name}`, Date.now());
  expect((await callers.platform.send('PUT', `shops/${key.shopId}/orders/${key.orderNo}`, { body })).status).toBe(201);
  return new Round(serving, callers, key);
}

it.each(times(scaled(5), (index) => index + 1))(
  '200 requests of all entry points at once succeed exactly as far as they may: round %i',
  async (number) => {
    const round = await beginRound(`R-${number}`);
    const ids = await raceForUnits(round);
    const rejected = await raceForDecisions(round, ids);
    await round.settled();
    expect(await faultsOfData(serving.dataDirectory, [round.key])).toEqual([]);
    const again = await raceForRejected(round, rejected);
    await raceForTheRest(round, again);
    await round.settled();

    // Every piece is paid back once, the freight with the last of them, and nothing waits any more.
    const order = await round.order();
    expect(order).toMatchObject({ refunded: yuan(PAID), reserved: yuan(0), left: yuan(0), freight: { left: { gross: yuan(0) } } });
    expect(order.tenders.map(({ left }) => left.amount)).toEqual([0, 0, 0]);
    expect(await faultsOfData(serving.dataDirectory, [round.key])).toEqual([]);
  },
);

it('of 200 requests that saw the same version one is taken', async () => {
  const round = await beginRound('V-1');
  const { version } = await round.order();
  const by = ['user', 'merchant', 'operations', 'platform'] as const;
  const answers = await Promise.all(
    times(200, (index) => round.apply(by[index % 4] ?? 'user', [{ lineNo: 1, quantity: 1 }], undefined, { 'if-match': `"${version}"` })),
  );
  expect([succeeded(answers).length, codesOf(answers)]).toEqual([1, ['version.stale']]);
});

it.each(times(scaled(2), (index) => index + 1))(
  'money that moves elsewhere meanwhile is posted once and never paid again: round %i',
  async (number) => {
    const round = await beginRound(`M-${number}`);
    const applied = await Promise.all(times(20, () => round.apply('user', [{ lineNo: 1, quantity: 1 }])));
    const moved = `shops/${round.key.shopId}/orders/${round.key.orderNo}/moved-elsewhere`;
    // Ten chargebacks, each told of ten times, while the merchant approves and the platform refunds.
    const told = times(100, (index) =>
      round.send('platform', moved, { reference: `chargeback-${index % 10}`, amount: yuan(9_000 + (index % 10)) }),
    );
    const approved = applied.map((answer) => round.command('merchant', viewOf(answer).id, 'approve'));
    const automatic = times(20, () => round.apply('platform', [{ lineNo: 1, quantity: 1 }]));
    const [reports] = await Promise.all([Promise.all(told), Promise.all(approved), Promise.all(automatic)]);
    expect(codesOf(reports)).toEqual([]);
    await round.settled();
    const listed = await round.callers.operations.send('GET', `after-sales?order=${round.key.orderNo}&limit=100`);
    const { items } = listed.body as { readonly items: readonly { readonly origin: string }[] };
    expect(items.filter(({ origin }) => origin === 'elsewhere')).toHaveLength(10);
    const { refunded, reserved, left } = await round.order();
    expect(refunded.amount + reserved.amount + left.amount).toBe(PAID);
    expect(refunded.amount).toBeGreaterThanOrEqual(90_045);
    expect(await faultsOfData(serving.dataDirectory, [round.key])).toEqual([]);
  },
);
