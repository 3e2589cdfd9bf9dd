import { quantile } from '../quantile.js';
import { type Answer, type Connection, open } from './connection.js';
import type { Script } from './scripts.js';

/** Times are milliseconds of a clock that never goes back. */
export interface Window {
  readonly connections: number;
  readonly warmMs: number;
  readonly windowMs: number;
}

export interface Measured {
  /** units of work that ended within the window, per second */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** units that ended in the first and in the second half of the window */
  readonly halves: readonly [number, number];
  /** units that ended, warm-up and all */
  readonly ended: number;
  /** answers that were not what was asked for, and the first of them */
  readonly wrong: number;
  readonly firstWrong: string | null;
}

interface Tally {
  readonly latencies: number[];
  readonly halves: [number, number];
  ended: number;
  wrong: number;
  firstWrong: string | null;
  lastEndAt: number;
  lastCountedAt: number;
  /** as many are counted at least, should the window have to last longer for them */
  readonly least: number;
}

/** Every connection sends its next request as soon as it has its answer; what ends within the window is counted. */
export async function closedLoop(port: number, script: Script, window: Window): Promise<Measured> {
  const least = window.connections;
  const tally: Tally = { latencies: [], halves: [0, 0], ended: 0, wrong: 0, firstWrong: null, lastEndAt: 0, lastCountedAt: 0, least };
  const startAt = performance.now();
  const from = startAt + window.warmMs;
  const to = from + window.windowMs;
  await Promise.all(Array.from({ length: window.connections }, (_, lane) => drive(port, script, lane, { from, to }, tally)));
  // A script that ran out of orders ended the window early, answers that were slow made it longer.
  const measuredMs = Math.max(1, Math.min(Math.max(to, tally.lastCountedAt), tally.lastEndAt) - from);
  const sorted = Float64Array.from(tally.latencies).sort();
  return {
    perSecond: sorted.length / (measuredMs / 1_000),
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    halves: tally.halves,
    ended: tally.ended,
    wrong: tally.wrong,
    firstWrong: tally.firstWrong,
  };
}

function drive(
  port: number,
  script: Script,
  lane: number,
  { from, to }: { readonly from: number; readonly to: number },
  tally: Tally,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let connection: Connection | undefined;
    let unitAt = 0;
    let within = false;
    let over = false;

    const sendNext = (): void => {
      const now = performance.now();
      const request = now < to || within || tally.latencies.length + tally.wrong < tally.least ? script.next(lane) : undefined;
      if (request === undefined) {
        over = true;
        connection?.close();
        return;
      }
      if (!within) unitAt = now;
      connection?.send(request);
    };

    const answered = (answer: Answer): void => {
      const verdict = script.judge(lane, answer);
      within = verdict === 'step';
      if (verdict === 'wrong') {
        tally.wrong += 1;
        tally.firstWrong ??= `${answer.head}\n\n${answer.body}`;
      } else if (verdict === 'done') {
        count(tally, unitAt, { from, to });
      }
      sendNext();
    };

    const gone = (): void => {
      if (over) resolve();
      else reject(new Error('the other side closed a connection'));
    };

    open(port, { answered, gone }).then((opened) => {
      connection = opened;
      sendNext();
    }, reject);
  });
}

function count(tally: Tally, unitAt: number, { from, to }: { readonly from: number; readonly to: number }): void {
  const now = performance.now();
  tally.ended += 1;
  tally.lastEndAt = now;
  if (now < from || (now >= to && tally.latencies.length >= tally.least)) return;
  tally.lastCountedAt = now;
  tally.latencies.push(now - unitAt);
  tally.halves[now < (from + to) / 2 ? 0 : 1] += 1;
}
