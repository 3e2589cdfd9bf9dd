import { describe, expect, it } from 'vitest';
import type { AskAnswer, PayAnswer, PayRequest } from '../../src/actors/partners.js';
import type { Payout } from '../../src/actors/rows.js';
import { Unavailable } from '../../src/actors/unavailable.js';
import { minor } from '../../src/domain/money.js';
import { payoutHandler } from '../../src/jobs/handlers/payouts.js';
import { at, keyOf, NOON } from '../store/commits.js';
import { Alarms, later, PAYOUT_KEY, payout, payoutJob, refusedReply, ScriptedHost } from './scripted.js';

type Said = PayAnswer | AskAnswer | Error;

/** A gateway that says what it is told to say, in order. */
class ScriptedGateway {
  readonly calls: string[] = [];
  readonly requests: PayRequest[] = [];
  constructor(readonly answers: Said[]) {}

  async pay(request: PayRequest): Promise<PayAnswer> {
    this.calls.push(`pay ${request.attempt}`);
    this.requests.push(request);
    const said = this.#next();
    if (said.outcome === 'paid' || said.outcome === 'declined' || said.outcome === 'accepted') return said;
    throw new Error('the script answers a payment like a question');
  }

  async ask(_: string, attempt: number): Promise<AskAnswer> {
    this.calls.push(`ask ${attempt}`);
    const said = this.#next();
    if (said.outcome === 'paid' || said.outcome === 'declined') return said;
    if (said.outcome === 'accepted') throw new Error('the script answers a question like a payment');
    return { outcome: said.outcome };
  }

  #next(): PayAnswer | AskAnswer {
    const said = this.answers.shift();
    if (said === undefined) throw new Error('the script has no answer left');
    if (said instanceof Error) throw said;
    return said;
  }
}

function world(answers: Said[], stored = payout()) {
  const gateway = new ScriptedGateway(answers);
  const host = new ScriptedHost();
  const alarms = new Alarms();
  const record: { now: Payout | undefined } = { now: stored };
  const payouts = {
    findPayout: async (key: string) =>
      key === PAYOUT_KEY && record.now !== undefined ? { book: keyOf(1), payout: record.now } : undefined,
  };
  const handler = payoutHandler({ gateway, payouts, host, alarms, clock: { now: () => at(0) } });
  return { gateway, host, alarms, record, handler };
}

const PAID = { outcome: 'paid', reference: 'gw-1' } as const;
const DECLINED = { outcome: 'declined', code: 'card.closed' } as const;
const ACCEPTED = { outcome: 'accepted' } as const;
const NEVER_SEEN = { outcome: 'declined', code: 'gateway.neverSeen' } as const;
const PENDING = { outcome: 'pending' } as const;
const NOT_FOUND = { outcome: 'notFound' } as const;
const UNKNOWN = { outcome: 'unknown' } as const;
const TIMEOUT = new Error('timed out');

describe('a payout', () => {
  it.each<[string, Said[], string[], unknown[], 'done' | 'again']>([
    ['is paid', [PAID], ['pay 1'], [PAID], 'done'],
    ['is declined', [DECLINED], ['pay 1'], [DECLINED], 'done'],
    ['is accepted: asked about later', [ACCEPTED], ['pay 1'], [], 'again'],
    ['times out: unknown', [TIMEOUT], ['pay 1'], [UNKNOWN], 'done'],
  ])('at its first run %s', async (_, answers, calls, said, kind) => {
    const { gateway, host, handler } = world(answers);
    const outcome = await handler.run(payoutJob());
    expect(gateway.calls).toEqual(calls);
    expect(host.said).toEqual(said);
    expect(outcome).toMatchObject(kind === 'again' ? { kind, at: later(NOON, 60_000) } : { kind });
  });

  it.each<[string, Said[], string[], unknown[]]>([
    ['was paid', [PAID], ['ask 1'], [PAID]],
    ['was declined', [DECLINED], ['ask 1'], [DECLINED]],
    ['never arrived: paid under the same attempt', [NOT_FOUND, PAID], ['ask 1', 'pay 1'], [PAID]],
    ['is still not settled: unknown', [PENDING], ['ask 1'], [UNKNOWN]],
    ['cannot be asked for: unknown', [TIMEOUT], ['ask 1'], [UNKNOWN]],
    ['never arrived, and times out now: unknown', [NOT_FOUND, TIMEOUT], ['ask 1', 'pay 1'], [UNKNOWN]],
  ])('is asked about before a second run pays: it %s', async (_, answers, calls, said) => {
    const { gateway, host, handler } = world(answers);
    expect(await handler.run(payoutJob({ run: 2 }))).toMatchObject({ kind: 'done' });
    expect(gateway.calls).toEqual(calls);
    expect(host.said).toEqual(said);
  });

  it.each<[string, Said, unknown[], 'done' | 'again']>([
    ['was paid as well', PAID, [PAID], 'done'],
    ['was declined', DECLINED, [DECLINED], 'done'],
    ['was not seen yet: a run before may still be sending it', NOT_FOUND, [], 'again'],
    ['is not settled yet', PENDING, [], 'again'],
    ['cannot be asked for now', TIMEOUT, [], 'again'],
  ])('that was settled otherwise has its newest attempt asked about, and never sent: it %s', async (_, answer, said, kind) => {
    const { gateway, host, handler } = world([answer], payout({ state: 'paid', way: 'hand', attempt: 3 }));
    expect(await handler.run(payoutJob({ ask: true, attempt: 3 }))).toMatchObject({ kind });
    expect(gateway.calls).toEqual(['ask 3']);
    expect(host.said).toEqual(said);
  });

  it('that was settled otherwise is left alone once the gateway has not seen its newest attempt for a while', async () => {
    const { host, handler } = world([NOT_FOUND, NOT_FOUND, NOT_FOUND], payout({ state: 'paid', way: 'hand' }));
    const kinds = [];
    for (const run of [1, 2, 3]) kinds.push((await handler.run(payoutJob({ ask: true, run, asks: 3 }))).kind);
    expect(kinds).toEqual(['again', 'again', 'done']);
    expect(host.said).toEqual([]);
  });

  it.each<[string, Said, number, unknown[], 'done' | 'again']>([
    ['was paid all the same', PAID, 0, [PAID], 'done'],
    ['was declined', DECLINED, 0, [DECLINED], 'done'],
    ['was not seen yet: a run before may still be sending it', NOT_FOUND, 179_999, [], 'again'],
    ['was not seen for a while: another attempt will pay the rest', NOT_FOUND, 180_000, [NEVER_SEEN], 'done'],
    ['is not settled yet: unknown, and asked about by other jobs', PENDING, 200_000, [UNKNOWN], 'done'],
    ['cannot be asked for: unknown, and asked about by other jobs', TIMEOUT, 200_000, [UNKNOWN], 'done'],
  ])('of which a part moved elsewhere has its newest attempt asked about, and never sent: it %s', async (_, answer, ago, said, kind) => {
    for (const of of [{ ask: true }, { run: 2 }, { run: 1 }]) {
      const outside = [{ after: 2, amount: minor(1_000) }];
      const stored = payout({ state: 'begun', attempt: 2, outside, updatedAt: later(NOON, -ago) });
      const { gateway, host, handler } = world([answer], stored);
      const asksOn = 'ask' in of && (answer === PENDING || answer === TIMEOUT);
      expect(await handler.run(payoutJob({ ...of, attempt: 2 }))).toMatchObject({ kind: asksOn ? 'again' : kind });
      expect(gateway.calls).toEqual(['ask 2']);
      expect(host.said).toEqual(asksOn ? [] : said);
    }
  });

  it('of which a part moved elsewhere after an attempt that was declined is sent, without that part', async () => {
    const { gateway, handler } = world([DECLINED, PAID], payout({ attempt: 2, outside: [{ after: 1, amount: minor(1_000) }] }));
    expect(await handler.run(payoutJob({ attempt: 2 }))).toMatchObject({ kind: 'done' });
    expect(gateway.requests).toMatchObject([{ attempt: 2, amount: 4_000 }]);
  });

  it('that was settled before its newest attempt was sent is left alone', async () => {
    const { gateway, handler } = world([], payout({ state: 'paid', way: 'hand', attempt: 3 }));
    expect(await handler.run(payoutJob({ attempt: 3 }))).toMatchObject({ kind: 'done' });
    expect(gateway.calls).toEqual([]);
  });

  it('that is accepted at a second run only is asked about later, too', async () => {
    const { host, handler } = world([NOT_FOUND, ACCEPTED]);
    expect(await handler.run(payoutJob({ run: 2 }))).toMatchObject({ kind: 'again', at: later(NOON, 60_000) });
    expect(host.said).toEqual([]);
  });

  it('tells the gateway key, attempt, amount and way', async () => {
    const { gateway, handler } = world([DECLINED, PAID], payout({ attempt: 2, way: 'account', account: 'DE00', points: 3 }));
    await handler.run(payoutJob({ attempt: 2 }));
    expect(gateway.requests).toEqual([
      { key: PAYOUT_KEY, attempt: 2, amount: 5_000, currency: 'CNY', way: 'account', tenderId: 'card', account: 'DE00', points: 3 },
    ]);
  });

  it.each<[string, Said[], string[], unknown[]]>([
    ['were declined', [DECLINED, DECLINED, PAID], ['ask 2', 'ask 1', 'pay 3'], [[3, PAID]]],
    ['never arrived', [NOT_FOUND, DECLINED, PAID], ['ask 2', 'ask 1', 'pay 3'], [[3, PAID]]],
    ['were paid after all: nothing more is paid', [PAID], ['ask 2'], [[2, PAID]]],
    ['were paid long ago', [DECLINED, PAID], ['ask 2', 'ask 1'], [[1, PAID]]],
    ['may still be paid: unknown', [PENDING], ['ask 2'], [[3, UNKNOWN]]],
    ['cannot be asked about: unknown', [DECLINED, TIMEOUT], ['ask 2', 'ask 1'], [[3, UNKNOWN]]],
  ])('of which earlier attempts %s is paid only after they were asked about', async (_, answers, calls, said) => {
    const { gateway, host, handler } = world(answers, payout({ attempt: 3 }));
    await handler.run(payoutJob({ attempt: 3 }));
    expect(gateway.calls).toEqual(calls);
    const results = host.given.map(({ envelope: { command } }) => command.kind === 'payoutResult' && [command.attempt, command.result]);
    expect(results).toEqual(said);
  });

  it('gives the same command the same id, and another outcome another', async () => {
    const { host, handler } = world([PAID, PAID, DECLINED]);
    await handler.run(payoutJob());
    await handler.run(payoutJob({ run: 2 }));
    await handler.run(payoutJob({ run: 3 }));
    const ids = host.given.map(({ envelope }) => envelope.id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(host.given[0]?.principal).toEqual({ role: 'system', part: 'payouts' });
  });

  it.each<[string, Partial<Payout>, boolean]>([
    ['was paid meanwhile', { state: 'paid' }, false],
    ['was declined meanwhile', { state: 'declined' }, false],
    ['was dropped', { state: 'dropped' }, false],
    ['has begun another attempt', { attempt: 2 }, false],
    ['is unknown, which is for those who ask', { state: 'unknown' }, false],
    ['was paid before it was asked about', { state: 'paid' }, true],
    ['has begun another attempt before it was asked about', { attempt: 2, state: 'unknown' }, true],
  ])('that %s is left alone', async (_, stored, ask) => {
    const { gateway, host, handler } = world([], payout(stored));
    expect(await handler.run(payoutJob({ ask }))).toMatchObject({ kind: 'done' });
    expect(gateway.calls).toEqual([]);
    expect(host.given).toEqual([]);
  });

  it('that is not there is a failure, not an end', async () => {
    const { handler, record } = world([]);
    record.now = undefined;
    await expect(handler.run(payoutJob())).rejects.toThrow('is not there');
  });
});

describe('a payout whose outcome is unknown', () => {
  const unknown = payout({ state: 'unknown' });

  it.each<[string, Said[], string[], unknown[], 'done' | 'again']>([
    ['was paid', [PAID], ['ask 1'], [PAID], 'done'],
    ['was declined', [DECLINED], ['ask 1'], [DECLINED], 'done'],
    ['never arrived: paid under the same attempt', [NOT_FOUND, PAID], ['ask 1', 'pay 1'], [PAID], 'done'],
    ['never arrived, and is accepted now', [NOT_FOUND, ACCEPTED], ['ask 1', 'pay 1'], [], 'again'],
    ['is not settled', [PENDING], ['ask 1'], [], 'again'],
    ['cannot be asked for', [TIMEOUT], ['ask 1'], [], 'again'],
  ])('is asked for: it %s', async (_, answers, calls, said, kind) => {
    const { gateway, host, handler } = world(answers, unknown);
    const outcome = await handler.run(payoutJob({ ask: true }));
    expect(gateway.calls).toEqual(calls);
    expect(host.said).toEqual(said);
    expect(outcome).toMatchObject(kind === 'again' ? { kind, at: later(NOON, 60_000) } : { kind });
  });

  it('calls for a person after as many questions as the template allows, and is asked about on and on, less and less often', async () => {
    const waits: number[] = [];
    const { host, handler } = world(
      Array.from({ length: 10 }, () => PENDING),
      unknown,
    );
    for (let run = 1; run <= 10; run += 1) {
      const outcome = await handler.run(payoutJob({ ask: true, run }));
      waits.push(outcome.kind === 'again' ? (outcome.at - NOON) / 60_000 : -1);
    }
    expect(waits).toEqual([1, 1, 1, 2, 4, 8, 16, 32, 60, 60]);
    expect(new Set(host.said)).toEqual(new Set(['payoutStuck']));
    // The host answers the same key once, however often it is told.
    expect(new Set(host.given.map(({ envelope }) => JSON.stringify([envelope.id, envelope.idempotency]))).size).toBe(1);
  });

  it('never gets a new attempt, whatever is answered', async () => {
    const { gateway, host, handler } = world([TIMEOUT, NOT_FOUND, TIMEOUT, PENDING, NOT_FOUND, ACCEPTED, NOT_FOUND, TIMEOUT], unknown);
    for (let run = 1; run <= 5; run += 1) await handler.run(payoutJob({ ask: true, run, asks: 9 }));
    expect(new Set(gateway.calls)).toEqual(new Set(['ask 1', 'pay 1']));
    expect(host.given).toEqual([]);
  });
});

describe('the result of a payout', () => {
  it.each([
    ['service.unavailable', 5_000, 5_000],
    ['service.outcomeUnknown', undefined, 1_000],
    ['service.overloaded', 250, 250],
  ] as const)('is given again where the service answers %s', async (code, retryAfterMs, waitMs) => {
    const { host, handler } = world([PAID, PAID]);
    host.replies.push(refusedReply(code, retryAfterMs));
    expect(await handler.run(payoutJob())).toMatchObject({ kind: 'again', at: later(NOON, waitMs) });
    expect(await handler.run(payoutJob({ run: 2 }))).toMatchObject({ kind: 'done' });
    expect(host.said).toEqual([PAID, PAID]);
  });

  it('that contradicts what was settled is alarmed and ends the job', async () => {
    const { host, alarms, handler } = world([DECLINED]);
    host.replies.push(refusedReply('payout.contradicted'));
    expect(await handler.run(payoutJob())).toMatchObject({ kind: 'done' });
    expect(alarms.raised).toMatchObject([{ name: 'payout.contradicted', book: keyOf(1), at: at(0) }]);
  });

  it.each([
    ['is refused for another reason', refusedReply('payout.notFound'), 'payout.notFound'],
    ['is lost with the connection', new Unavailable('lost', 'gone', 1), 'gone'],
  ])('that %s is a failure', async (_, reply, message) => {
    const { host, handler } = world([PAID]);
    host.replies.push(reply);
    await expect(handler.run(payoutJob())).rejects.toThrow(message);
  });
});
