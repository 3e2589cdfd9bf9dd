import { expect, vi } from 'vitest';
import { Load, type Sent, sendAgain } from '../concurrency/load.js';
import { faultsOfData, type Serving } from '../concurrency/serving.js';
import { differencesOf } from '../concurrency/verified.js';

/** A service under load whose disk gets into trouble, and gets over it. */

const isUnavailable = ({ answer }: Sent): boolean => answer?.status === 503;
const told = ({ path, answer }: Sent): string => `${path.replace(/.*\//, '')} ${answer?.code ?? answer?.status ?? 'not answered'}`;
const isTaken = ({ answer }: Sent): boolean => answer !== undefined && answer.status < 300;

/** More than clients ask for until it is over: where none were left, nothing could be taken any more. */
const PIECES = 10_000;

export interface Troubled {
  readonly load: Load;
  /** Resolves once a command is turned away. */
  refuses(): Promise<void>;
  /** Tries everything that must hold while commands are turned away. */
  answersReads(): Promise<void>;
  /** Resolves once commands are taken again. */
  goesOn(): Promise<void>;
  /** Ends the load, and judges all that was answered and all that is kept. */
  judge(): Promise<void>;
}

/** `number`: of the load, where the service has had others; each has orders of its own. */
export async function troubled(serving: Serving, clients = 2, number = 0): Promise<Troubled> {
  const load = new Load(serving, number);
  await load.open(2, PIECES);
  const running = load.run(clients);
  await load.answered(10);
  return {
    load,
    refuses: async () => {
      const from = load.sent.length;
      await vi.waitUntil(() => load.sent.slice(from).some(isUnavailable), { timeout: 20_000, interval: 2 });
      const refused = load.sent.slice(from).find(isUnavailable)?.answer;
      expect(['service.unavailable', 'service.outcomeUnknown', 'service.overloaded']).toContain(refused?.code);
      expect(Number(refused?.retryAfter)).toBeGreaterThan(0);
    },
    answersReads: () => answersReads(serving, load),
    goesOn: async () => {
      const from = load.sent.length;
      const goesOn = (): void => {
        const since = load.sent.slice(from);
        if (!since.some(isTaken))
          throw new Error(`of ${since.length} commands none was taken; the newest: ${since.slice(-5).map(told).join(', ')}`);
      };
      await vi.waitFor(goesOn, { timeout: 20_000, interval: 2 });
    },
    judge: async () => {
      load.end();
      await running;
      expect(await vi.waitUntil(() => fetch(`${serving.url}/readyz`).then(({ ok }) => ok), { timeout: 20_000, interval: 50 })).toBe(true);
      await judgeAll(serving, load);
    },
  };
}

/** What must hold while the disk is in trouble. */
async function answersReads(serving: Serving, load: Load): Promise<void> {
  const operations = await serving.caller({ role: 'operations', id: 'operator' });
  for (const { shopId, orderNo } of load.books) {
    const read = await operations.send('GET', `orders/${shopId}/${orderNo}`);
    expect([read.status, read.text.length > 100]).toEqual([200, true]);
  }
  expect((await operations.send('GET', 'after-sales')).status).toBe(200);
  expect((await fetch(`${serving.url}/healthz`)).status).toBe(200);
  const ready = await vi.waitUntil(async () => {
    const answer = await fetch(`${serving.url}/readyz`);
    return answer.status === 503 ? answer : false;
  });
  expect(await ready.json()).toEqual({ ready: false, parts: { accepting: true, reading: true, writing: false } });
  expect(await (await fetch(`${serving.url}/metrics`)).text()).toContain('redress_ready{part="writing"} 0');
}

/** Every answer stands, every book keeps its promises, nothing is left to be done. */
async function judgeAll(serving: Serving, load: Load): Promise<void> {
  const lost: Sent[] = [];
  for (const command of load.sent) {
    const { answer } = command;
    if (answer === undefined || answer.status >= 500) continue;
    const { status, text, headers } = await sendAgain(serving, command);
    const same = status === answer.status && (status >= 300 || text === answer.text);
    if (!same || headers.get('idempotency-replayed') !== 'true') lost.push(command);
  }
  expect(lost).toEqual([]);
  expect(await faultsOfData(serving.dataDirectory, load.books)).toEqual([]);
  expect(await differencesOf(serving.dataDirectory)).toEqual([]);
}
