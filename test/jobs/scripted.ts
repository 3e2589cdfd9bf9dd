import type { Envelope } from '../../src/actors/command.js';
import type { Reply } from '../../src/actors/ports.js';
import type { Principal } from '../../src/actors/principal.js';
import type { Payout } from '../../src/actors/rows.js';
import type { Job } from '../../src/actors/work.js';
import { type Instant, instant } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import { type Json, REFUSALS, type RefusalCode, refuse } from '../../src/domain/refusals.js';
import type { Alarm, AlarmSink, JobEvent, JobLog, TokenSource } from '../../src/jobs/ports.js';
import type { CommandHost } from '../../src/jobs/sendCommand.js';
import { idOf, NOON, payoutOf } from '../store/commits.js';

/** Parts that do as they are told and remember what they were asked. */

export const DONE_REPLY: Reply = { kind: 'done', version: 2, position: 2, status: 200, body: '{}', replayed: false };

export function refusedReply(code: RefusalCode, retryAfterMs?: number): Reply {
  const refusal = refuse(code, code);
  return {
    ...{ kind: 'refused', refusal, status: REFUSALS[code].status, body: '{}', replayed: false },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

export interface Given {
  readonly envelope: Envelope;
  readonly principal: Principal;
}

/** A host that gives the replies it is told to, one after the other, and `done` when there are none left. */
export class ScriptedHost implements CommandHost {
  readonly given: Given[] = [];
  readonly replies: (Reply | Error | (() => Promise<Reply>))[] = [];

  async send(envelope: Envelope, principal: Principal): Promise<Reply> {
    this.given.push({ envelope, principal });
    const reply = this.replies.shift() ?? DONE_REPLY;
    if (reply instanceof Error) throw reply;
    return typeof reply === 'function' ? reply() : reply;
  }

  /** what was sent, in short */
  get said(): unknown[] {
    return this.given.map(({ envelope: { command } }) => (command.kind === 'payoutResult' ? command.result : command.kind));
  }
}

export class Alarms implements AlarmSink {
  readonly raised: Alarm[] = [];
  async raise(alarm: Alarm): Promise<void> {
    this.raised.push(alarm);
  }
  get names(): string[] {
    return this.raised.map(({ name }) => name);
  }
}

export class Log implements JobLog {
  readonly events: JobEvent[] = [];
  tell(event: JobEvent): void {
    this.events.push(event);
  }
  of<K extends JobEvent['kind']>(kind: K): Extract<JobEvent, { kind: K }>[] {
    return this.events.filter((event): event is Extract<JobEvent, { kind: K }> => event.kind === kind);
  }
}

export function countedTokens(of = 'token'): TokenSource {
  let count = 0;
  return { next: () => `${of}-${count++}` };
}

export const jobOf = (topic: string, payload: Json, more: Partial<Job> = {}): Job => ({
  ...{ key: `${topic}:1`, topic, payload, runAfter: NOON, attempt: 1, leaseUntil: instant(NOON + 60_000) },
  ...more,
});

export const PAYOUT_KEY = `${idOf(1)}:1:card`;
export const payout = (more: Partial<Payout> = {}): Payout => payoutOf(idOf(1), { key: PAYOUT_KEY, amount: minor(5_000), ...more });

export const payoutJob = (
  more: { readonly ask?: boolean; readonly attempt?: number; readonly run?: number; readonly asks?: number } = {},
): Job => {
  const { ask = false, attempt = 1, run = 1, asks = 3 } = more;
  const key = ask ? `payout:${PAYOUT_KEY}:${attempt}:ask:7` : `payout:${PAYOUT_KEY}:${attempt}`;
  return jobOf('payout', { payoutKey: PAYOUT_KEY, attempt, ask, askEveryMs: 60_000, asks }, { key, attempt: run });
};

export const later = (from: Instant, milliseconds: number): Instant => instant(from + milliseconds);
