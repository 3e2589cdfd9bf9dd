import type { BookCommand } from '../../src/actors/command.js';
import { ActorHost } from '../../src/actors/host.js';
import type { Reply } from '../../src/actors/ports.js';
import type { Principal } from '../../src/actors/principal.js';
import type { Payout } from '../../src/actors/rows.js';
import { type AfterSaleId, afterSaleId, type BookKey, lineNo } from '../../src/domain/ids.js';
import type { Order } from '../../src/domain/order.js';
import { isRefusal } from '../../src/domain/refusals.js';
import { appointmentsFrom } from '../../src/jobs/embedded/appointments.js';
import { bellFor, type CommitBell } from '../../src/jobs/embedded/commitBell.js';
import { RUNNER_LIMITS, type Runner, startRunner } from '../../src/jobs/embedded/runner.js';
import { inProcessLock } from '../../src/locks/inProcess.js';
import { callbacksOf } from '../../src/partners/callbacks.js';
import type { Draw } from '../../src/partners/ports.js';
import { simulatedCarrier } from '../../src/partners/simulated/carrier.js';
import { type SimulatedGateway, simulatedGateway } from '../../src/partners/simulated/gateway.js';
import { type GatewayLedger, memoryLedger } from '../../src/partners/simulated/gatewayLedger.js';
import type { GatewayPlans } from '../../src/partners/simulated/gatewayPlans.js';
import { bodyOf, commandIds, exampleOrder, merchantOf, openWorld, operator, platformOf, refundOf, type World } from '../host/world.js';
import { type Life, mortal } from './crashable.js';
import { Alarms, countedTokens, Log } from './scripted.js';
import { VirtualTime } from './virtualTime.js';

/** Draws that are the same in every run. */
export function seededDraw(seed: number): Draw {
  let state = seed >>> 0;
  return {
    below: (limit) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    },
  };
}

/** The service without its HTTP edge, over a gateway that follows a plan, in virtual time. Its process may crash; gateway and data stay. */
export class PayingWorld {
  readonly alarms = new Alarms();
  readonly log = new Log();
  readonly order: Order;
  readonly book: BookKey;
  readonly gateway: SimulatedGateway;
  readonly time: VirtualTime;
  runner: Runner;
  host: ActorHost;
  #life: Life = { crashed: false };
  #lives = 0;
  readonly #world: World;
  readonly #nextId = commandIds();

  private constructor(world: World, example: string, plans: GatewayPlans, ledger: GatewayLedger) {
    this.#world = world;
    this.time = new VirtualTime(world.time);
    this.order = exampleOrder(example);
    this.book = { shopId: this.order.shopId, orderNo: this.order.orderNo };
    this.host = world.host;
    const { clock, pause } = this.time;
    const parts = { ledger, plans, clock, pause };
    this.gateway = simulatedGateway({ ...parts, callbacks: { tell: (event) => this.#callbacks('gateway').tell(event) } });
    this.runner = this.#live();
  }

  static async open(example: string, plans: GatewayPlans, ledger = memoryLedger()): Promise<PayingWorld> {
    const world = await openWorld();
    const paying = new PayingWorld(world, example, plans, ledger);
    await paying.give(platformOf(paying.order), { kind: 'putOrder', order: paying.order });
    return paying;
  }

  /** The process ends in the middle of everything and begins anew over the same data. */
  crash(): void {
    this.#life.crashed = true;
    this.runner = this.#live();
  }

  /** The process ends by itself after so many calls of its jobs to store or partners, wherever that is. */
  dieAfter(calls: number): void {
    this.#life.callsLeft = calls;
  }

  get dead(): boolean {
    return this.#life.crashed;
  }

  #callbacks(partner: string) {
    const { store } = this.#world;
    return callbacksOf(partner, { host: this.host, payouts: store.reads, books: store.books });
  }

  #live(): Runner {
    const life: Life = { crashed: false };
    this.#life = life;
    this.#lives += 1;
    const { store, parts } = this.#world;
    const { books, bell }: { books: typeof store.books; bell: CommitBell } = bellFor(mortal(store.books, life));
    this.host = new ActorHost({ ...parts, store: books, lock: inProcessLock() });
    const { clock, sleeper, pause } = this.time;
    const callbacks = { tell: (event: Parameters<ReturnType<typeof callbacksOf>['tell']>[0]) => this.#callbacks('carrier').tell(event) };
    return startRunner({
      host: this.host,
      jobs: mortal(store.jobs, life),
      outbox: mortal(store.outbox, life),
      timers: mortal(store.timers, life),
      payouts: mortal(store.reads, life),
      afterSales: books,
      appointments: appointmentsFrom(mortal(store.reads, life)),
      gateway: mortal(this.gateway, life),
      carrier: simulatedCarrier({ callbacks, pause, draw: seededDraw(1), behaviour: undefined }),
      alarms: this.alarms,
      log: this.log,
      clock,
      sleeper,
      tokens: countedTokens(`life-${this.#lives}`),
      bell,
      sweeps: [],
      // Hardly ever polled: what is due is slept for, what is new rings.
      limits: { ...RUNNER_LIMITS, pollMs: 6 * 3_600_000 },
    });
  }

  give(principal: Principal, command: BookCommand): Promise<Reply> {
    return this.host.send({ id: this.#nextId(), book: this.book, command }, principal);
  }

  /** One piece is applied for and approved, so that its money goes out. */
  async refundPiece(): Promise<AfterSaleId> {
    const applied = await this.give(platformOf(this.order), refundOf([{ lineNo: lineNo(1), quantity: 1 }]));
    if (applied.kind !== 'done') throw new Error(applied.refusal.detail);
    const id = afterSaleId(String(bodyOf(applied).id));
    if (String(bodyOf(applied).state).startsWith('reviewing')) await this.after(id, { type: 'approve' });
    return id;
  }

  async after(id: AfterSaleId, command: Extract<BookCommand, { kind: 'afterSale' }>['command'], by?: Principal): Promise<Reply> {
    const principal = by ?? (command.type === 'approve' ? merchantOf(this.order) : operator);
    return this.give(principal, { kind: 'afterSale', afterSaleId: id, command });
  }

  async stateOf(id: AfterSaleId): Promise<string> {
    const view = await this.host.afterSale(id, operator);
    if (isRefusal(view)) throw new Error(view.detail);
    return view.state;
  }

  /** all payouts of these after-sales */
  async payoutsOf(ids: readonly AfterSaleId[]): Promise<Payout[]> {
    const ledgers = await Promise.all(ids.map((id) => this.#world.store.reads.ledgerOf(id)));
    return ledgers.flatMap((ledger) => ledger?.payouts ?? []);
  }

  counts() {
    return this.#world.store.reads.counts(this.time.clock.now());
  }

  async close(): Promise<void> {
    void this.runner.stop();
    await this.time.pass(0);
    await this.#world.store.close();
  }
}
