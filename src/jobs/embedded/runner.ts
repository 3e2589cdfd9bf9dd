import type { Clock, Commit } from '../../actors/ports.js';
import { instant } from '../../domain/ids.js';
import { alarmHandler } from '../handlers/alarms.js';
import { payoutHandler } from '../handlers/payouts.js';
import { pickupHandler } from '../handlers/pickups.js';
import { relaySweep } from '../handlers/relay.js';
import { timerSweep } from '../handlers/timers.js';
import type {
  AfterSaleSource,
  AlarmSink,
  AppointmentSource,
  Carrier,
  JobLog,
  JobQueue,
  Outbox,
  PaymentGateway,
  PayoutSource,
  Sleeper,
  TimerSource,
  TokenSource,
} from '../ports.js';
import type { CommandHost } from '../sendCommand.js';
import type { Sweep } from '../work.js';
import { topicWorker } from '../worker.js';
import type { CommitBell } from './commitBell.js';
import { startLoop } from './loop.js';

/** Everything that the runner is wired with. */
export interface RunnerParts {
  readonly host: CommandHost;
  readonly jobs: JobQueue;
  readonly outbox: Outbox;
  readonly timers: TimerSource;
  readonly payouts: PayoutSource;
  readonly afterSales: AfterSaleSource;
  readonly appointments: AppointmentSource;
  readonly gateway: PaymentGateway;
  readonly carrier: Carrier;
  readonly alarms: AlarmSink;
  readonly log: JobLog;
  readonly clock: Clock;
  readonly sleeper: Sleeper;
  readonly tokens: TokenSource;
  /** commits of this process, so that what they want need not wait for a poll */
  readonly bell: CommitBell;
  /** whatever else has to be done from time to time */
  readonly sweeps: readonly Sweep[];
  readonly limits: RunnerLimits;
}

export interface RunnerLimits {
  /** how often is looked for work that other processes brought, in milliseconds */
  readonly pollMs: number;
  /** commits that follow one another within this time are relayed together, in milliseconds */
  readonly restMs: number;
  /** how long a stop waits for jobs under way, in milliseconds; their leases give them to the next runner */
  readonly drainMs: number;
}

export const RUNNER_LIMITS: RunnerLimits = { pollMs: 1_000, restMs: 20, drainMs: 10_000 };

export interface Runner {
  /** There may be work, or the clock was moved: look at once. */
  wake(): void;
  /** Resolves once nothing is due and nothing is under way. */
  settled(): Promise<void>;
  /** Takes nothing more, and resolves once what is under way is over, or `drainMs` have passed. */
  stop(): Promise<void>;
}

/**
 * Starts the loops that drive jobs: outbox, deadlines and one per topic. One runner in a process is
 * enough; several, also in other processes, do no harm.
 */
export function startRunner(parts: RunnerParts): Runner {
  const { clock, sleeper, limits } = parts;
  const waiting = new Set<() => void>();
  const still = (): boolean => loops.every((loop) => loop.asleep()) && workers.every((worker) => worker.busy() === 0);
  const slept = (): void => {
    // The loop that calls is only about to sleep: what it has just done may call others in the same breath.
    void Promise.resolve().then(() => {
      if (!still()) return;
      for (const tell of waiting) tell();
      waiting.clear();
    });
  };
  const loopParts = { ...parts, ...limits, slept };

  const handlers = [payoutHandler(parts), pickupHandler(parts), alarmHandler(parts.alarms)];
  const topics = new Map(handlers.map((handler) => [handler.topic as string, startTopic(handler)] as const));
  function startTopic(handler: (typeof handlers)[number]) {
    const worker = topicWorker(parts, handler, () => loop.wake());
    const loop = startLoop(worker, { ...loopParts, restMs: 0 });
    return { worker, loop };
  }
  const relay = startLoop(
    relaySweep({
      ...parts,
      relayed: (fresh) => {
        for (const topic of fresh) topics.get(topic)?.loop.wake();
      },
    }),
    loopParts,
  );
  const timers = startLoop(timerSweep(parts), loopParts);
  const others = parts.sweeps.map((sweep) => startLoop(sweep, loopParts));
  const workers = [...topics.values()].map(({ worker }) => worker);
  const loops = [relay, timers, ...[...topics.values()].map(({ loop }) => loop), ...others];

  const silence = parts.bell.subscribe(({ write }: Commit) => {
    if (write === null) return;
    if (write.outbox.length > 0) relay.wake();
    // A later one is found in time by looking.
    const soon = clock.now() + limits.pollMs;
    if (write.changes.timers.set.some(({ dueAt, suspendedMs }) => suspendedMs === null && dueAt <= soon)) timers.wake();
  });

  const wake = (): void => {
    for (const loop of loops) loop.wake();
  };
  const settled = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.add(resolve);
      wake();
    });
  return {
    wake,
    settled,
    stop: async () => {
      silence();
      await Promise.all(loops.map((loop) => loop.stop()));
      const limit = sleeper.sleep(instant(clock.now() + limits.drainMs));
      await Promise.race([Promise.all(workers.map((worker) => worker.idle())), limit.over]);
      limit.wake();
    },
  };
}
