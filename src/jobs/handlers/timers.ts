import type { Clock } from '../../actors/ports.js';
import { Unavailable } from '../../actors/unavailable.js';
import type { DueTimer } from '../../actors/work.js';
import { type Instant, instant } from '../../domain/ids.js';
import { backoffMs } from '../catalog.js';
import { inParallel } from '../inParallel.js';
import type { AlarmSink, JobLog, TimerSource } from '../ports.js';
import { type CommandHost, CommandRefused, commandIdOf, sendAs } from '../sendCommand.js';
import type { Sweep } from '../work.js';

/** Timers that are read, and taken, in one round. */
const AT_ONCE = 256;
/** Commands that are under way at once. */
const IN_FLIGHT = 64;
/** Failures of one timer after which a person is told, and again each time they have doubled; it is tried on all the same. */
const ALARMED_AT = 5;
/** While a timer fails, its neighbours are looked for at least as often as this. */
const LOOK_EVERY_MS = 1_000;

export interface TimerParts {
  readonly timers: TimerSource;
  readonly host: CommandHost;
  readonly clock: Clock;
  readonly alarms: AlarmSink;
  readonly log: JobLog;
}

/** How often a timer was taken, and when it may be taken again should it still stand. */
interface Tried {
  readonly times: number;
  readonly until: Instant;
}

/**
 * Gives books the deadlines that have come. A timer is a row until its command is committed, so what is
 * lost on the way is simply due still; one whose command fails waits for its turn and holds up no other.
 */
export function timerSweep(parts: TimerParts): Sweep {
  const { timers, clock } = parts;
  const tried = new Map<string, Tried>();

  /** Takes one timer; gives how long the service asks to be left alone. */
  async function take(timer: DueTimer): Promise<number> {
    const times = (tried.get(nameOf(timer))?.times ?? 0) + 1;
    const until = instant(clock.now() + backoffMs(times));
    tried.set(nameOf(timer), { times, until });
    try {
      return await sendTimer(parts.host, timer);
    } catch (error) {
      if (error instanceof Unavailable) return error.retryAfterMs;
      await tellOfFailure(parts, timer, times, until, error);
      return 0;
    }
  }

  return {
    name: 'timers',
    step: async () => {
      const now = clock.now();
      const due = await timers.dueTimers(now, AT_ONCE + tried.size);
      forgetAllBut(tried, due);
      const ready = due.filter((timer) => (tried.get(nameOf(timer))?.until ?? 0) <= now).slice(0, AT_ONCE);
      if (ready.length === 0) return nextTurn(timers, tried, now);
      let pauseMs = 0;
      await inParallel(ready, IN_FLIGHT, async (timer) => {
        pauseMs = Math.max(pauseMs, await take(timer));
      });
      return instant(clock.now() + pauseMs);
    },
  };
}

const nameOf = ({ afterSaleId, timerId, visit }: DueTimer): string => `${afterSaleId}/${timerId}/${visit}`;

async function sendTimer(host: CommandHost, { book, afterSaleId, timerId, visit }: DueTimer): Promise<number> {
  const id = commandIdOf('timer', afterSaleId, timerId, visit);
  const sent = await sendAs(host, 'timers', { id, book, command: { kind: 'timer', afterSaleId, timerId, visit } });
  if (sent.kind === 'refused') throw new CommandRefused(sent.refusal);
  return sent.kind === 'again' ? sent.afterMs : 0;
}

function forgetAllBut(tried: Map<string, Tried>, due: readonly DueTimer[]): void {
  if (tried.size === 0) return;
  const standing = new Set(due.map(nameOf));
  for (const name of tried.keys()) if (!standing.has(name)) tried.delete(name);
}

/** When the next deadline comes, or one that failed may be tried again. */
async function nextTurn(timers: TimerSource, tried: ReadonlyMap<string, Tried>, now: Instant): Promise<Instant | undefined> {
  const next = await timers.nextDueAt();
  const turns = [...tried.values()].map(({ until }) => until);
  if (next !== undefined && next > now) turns.push(next);
  if (tried.size > 0) turns.push(instant(now + LOOK_EVERY_MS));
  return turns.length === 0 ? undefined : instant(Math.min(...turns));
}

async function tellOfFailure(parts: TimerParts, timer: DueTimer, times: number, at: Instant, error: unknown): Promise<void> {
  const { book, afterSaleId, timerId, dueAt } = timer;
  const name = nameOf(timer);
  parts.log.tell({ kind: 'failed', topic: 'timer', key: name, attempt: times, at, error });
  if (!Number.isInteger(Math.log2(times / ALARMED_AT)) || times < ALARMED_AT) return;
  const detail = `${timerId} was due at ${new Date(dueAt).toISOString()} and failed ${times} times`;
  await parts.alarms.raise({ key: `alarm:${name}:${times}`, name: 'timer.failing', book, afterSaleId, detail, at: parts.clock.now() });
}
