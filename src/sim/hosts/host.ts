import type { Envelope } from '../../actors/command.js';
import { ActorHost } from '../../actors/host.js';
import type { HostLimits, OrderLock } from '../../actors/hostPorts.js';
import type { BookStore, Reply } from '../../actors/ports.js';
import type { Principal } from '../../actors/principal.js';
import type { Rules } from '../../actors/rules.js';
import { Unavailable } from '../../actors/unavailable.js';
import { bellFor } from '../../jobs/embedded/commitBell.js';
import { type Runner, startRunner } from '../../jobs/embedded/runner.js';
import { forgettingSweep } from '../../jobs/handlers/forgetting.js';
import type { Alarm, Carrier, PaymentGateway } from '../../jobs/ports.js';
import type { ChartBook } from '../../machines/chartBook.js';
import { type ServiceClock, serviceClock } from '../../server/clock.js';
import { OUTSIDE, trueNow } from '../ground.js';
import { Random } from '../random.js';
import type { Owner } from '../schedule.js';
import { weakAppointments } from './appointments.js';
import { type BookPath, booksOf, reading } from './books.js';
import { type Caller, callPort } from './calls.js';
import type { LockService } from './lock.js';
import { weakOutbox, weakQueue, weakTimers } from './queue.js';
import { rememberTemplates } from './templates.js';

/** What is common to all hosts of a simulation. */
export interface HostWorld extends BookPath {
  readonly locks: LockService;
  readonly rules: Rules;
  readonly charts: ChartBook;
  readonly limits: HostLimits;
  readonly pollMs: number;
  readonly gatewayOf: (caller: Caller) => PaymentGateway;
  readonly carrierOf: (caller: Caller) => Carrier;
  readonly onAlarm: (alarm: Alarm) => void;
  readonly onSend: (envelope: Envelope, principal: Principal) => void;
  readonly onReply: (envelope: Envelope, principal: Principal, reply: Reply) => void;
  readonly onBug: (envelope: Envelope, error: unknown) => void;
  /** it will have no reply: its host is gone, or could not say what became of it */
  readonly onDropped: (envelope: Envelope) => void;
  /** what a saboteur puts around the ports of each host */
  readonly wrapBooks: (books: BookStore, caller: Caller) => BookStore;
  readonly wrapLock: (lock: OrderLock) => OrderLock;
}

interface Running {
  readonly owner: Owner;
  readonly actors: ActorHost;
  readonly runner: Runner | undefined;
}

const APART_MS = 300_000;
const JUMP_MS = 2 * 3_600_000;

/** One server process: the shipped actor host and job runner over simulated ports, which may crash and start again. */
export class SimHost {
  readonly name: string;
  readonly #world: HostWorld;
  readonly #runsJobs: boolean;
  #running: Running | undefined;
  /** commands that it works on */
  readonly #underway = new Set<Envelope>();
  #starts = 0;

  constructor(name: string, world: HostWorld, options: { readonly runsJobs: boolean }) {
    this.name = name;
    this.#world = world;
    this.#runsJobs = options.runsJobs;
  }

  get isUp(): boolean {
    return this.#running !== undefined;
  }

  get starts(): number {
    return this.#starts;
  }

  /** Starts the process; it has the newest time that the store knows, like the real one. */
  async start(): Promise<void> {
    const { ground } = this.#world;
    const newest = await ground.store.reads.newestInstant();
    this.#starts += 1;
    const owner: Owner = { name: `${this.name}.${this.#starts}`, alive: true };
    const caller: Caller = { ground, owner, crash: () => this.crash() };
    const offsetMs = this.#clockOffset();
    const wall = (): number => trueNow(ground) + offsetMs;
    const clock = serviceClock({ wall, elapsed: () => ground.scheduler.nowUs / 1000 }, newest);
    this.#running = this.#assemble(caller, clock);
    ground.trace.add(`${owner.name} starts`);
  }

  /** How far its machine's clock is from the true time; every start may find it elsewhere. */
  #clockOffset(): number {
    const { faults } = this.#world.ground;
    const apart = faults.happens('clock.apart', this.name) ? faults.draw(`apart ${this.name}`, 2 * APART_MS) - APART_MS : 0;
    const occasion = `${this.name}.${this.#starts}`;
    const forwards = faults.happens('clock.jumpsForwards', occasion) ? faults.draw(`jump ${occasion}`, JUMP_MS) : 0;
    const backwards = faults.happens('clock.jumpsBackwards', occasion) ? faults.draw(`jump back ${occasion}`, JUMP_MS) : 0;
    return apart + forwards - backwards;
  }

  /** Everything that it was doing is dropped. It starts again by itself. */
  crash(): void {
    if (this.#running === undefined) return;
    const { ground } = this.#world;
    const { owner } = this.#running;
    owner.alive = false;
    this.#running = undefined;
    ground.trace.add(`${owner.name} crashes`);
    for (const envelope of this.#underway) this.#world.onDropped(envelope);
    this.#underway.clear();
    const downUs = 50_000 + ground.faults.draw(`down ${owner.name}`, 60_000_000);
    ground.scheduler.after(downUs, OUTSIDE, `${this.name} starts again`, () => (this.isUp ? undefined : this.start()));
  }

  send(envelope: Envelope, principal: Principal): Promise<Reply> {
    const running = this.#running;
    if (running === undefined) throw new Error(`${this.name} is down`);
    return this.#sendTo(running.actors, envelope, principal);
  }

  /** The host as readers see it; undefined while it is down. */
  get actors(): ActorHost | undefined {
    return this.#running?.actors;
  }

  /** Lets the jobs look at once. */
  wake(): void {
    this.#running?.runner?.wake();
  }

  async #sendTo(actors: ActorHost, envelope: Envelope, principal: Principal): Promise<Reply> {
    this.#world.onSend(envelope, principal);
    // A copy, since a client may send the very same one again before the first is over.
    const own = { ...envelope };
    this.#underway.add(own);
    try {
      const reply = await actors.send(envelope, principal);
      this.#underway.delete(own);
      this.#world.onReply(envelope, principal, reply);
      return reply;
    } catch (error) {
      this.#underway.delete(own);
      this.#world.onDropped(envelope);
      if (!(error instanceof Unavailable)) this.#world.onBug(envelope, error);
      throw error;
    }
  }

  #assemble(caller: Caller, clock: ServiceClock): Running {
    const world = this.#world;
    const { ground, names } = world;
    const { bell, books } = bellFor(world.wrapBooks(booksOf(world, caller), caller));
    const salts = new Random(`salts ${caller.owner.name}`);
    const actors = new ActorHost({
      store: books,
      templates: rememberTemplates(caller, names),
      evidence: { find: (id) => callPort(caller, names, reading('evidence', 'evidence'), () => ground.store.evidence.find(id)) },
      lock: world.wrapLock({ acquire: (book) => world.locks.acquire(caller, book) }),
      clock,
      entropy: { salt: () => salts.word().toString(16).padStart(32, '0') },
      rules: world.rules,
      charts: world.charts,
      limits: world.limits,
    });
    const send = (envelope: Envelope, principal: Principal) => this.#sendTo(actors, envelope, principal);
    const runner = this.#runsJobs ? this.#startJobs(caller, clock, { books, bell, send }) : undefined;
    return { owner: caller.owner, actors, runner };
  }

  #startJobs(
    caller: Caller,
    clock: ServiceClock,
    host: Pick<ReturnType<typeof bellFor>, 'books' | 'bell'> & { readonly send: (e: Envelope, p: Principal) => Promise<Reply> },
  ): Runner {
    const world = this.#world;
    const { ground, names } = world;
    const { scheduler, store } = ground;
    let tokens = 0;
    const forgetAnswers: typeof store.forgetAnswers = (before) =>
      callPort(caller, names, { ...reading('forget', 'forget'), reads: false }, () => store.forgetAnswers(before));
    return startRunner({
      host: { send: host.send },
      jobs: weakQueue(caller, names),
      outbox: weakOutbox(caller, names),
      timers: weakTimers(caller, names),
      payouts: { findPayout: (key) => callPort(caller, names, reading('payout', 'payouts'), () => store.reads.findPayout(key)) },
      afterSales: host.books,
      appointments: weakAppointments(caller, names),
      gateway: world.gatewayOf(caller),
      carrier: world.carrierOf(caller),
      alarms: {
        raise: (alarm) =>
          callPort(caller, names, { port: 'alarm', of: 'alarms', fails: 'queue.fails', reads: false }, async () => world.onAlarm(alarm)),
      },
      log: { tell: () => undefined },
      clock,
      sleeper: {
        sleep: (until) => {
          let wake = (): void => undefined;
          const over = new Promise<void>((resolve) => {
            wake = resolve;
          });
          const pending = scheduler.after((until - clock.now()) * 1000, caller.owner, 'sleeps', () => wake());
          return {
            over,
            wake: () => {
              pending.cancel();
              wake();
            },
          };
        },
      },
      tokens: { next: () => `${caller.owner.name}/${++tokens}` },
      bell: host.bell,
      sweeps: [forgettingSweep({ forgetAnswers, clock })],
      limits: { pollMs: world.pollMs, restMs: 20, drainMs: 10_000 },
    });
  }
}
