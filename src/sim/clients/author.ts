import type { Envelope } from '../../actors/command.js';
import type { Reply } from '../../actors/ports.js';
import type { Principal } from '../../actors/principal.js';
import { Unavailable } from '../../actors/unavailable.js';
import { bookName } from '../../domain/ids.js';
import type { Order } from '../../domain/order.js';
import { isRefusal } from '../../domain/refusals.js';
import { bump } from '../coverage.js';
import { OUTSIDE, trueNow } from '../ground.js';
import { Random } from '../random.js';
import { type Item, type Look, resolved } from '../script.js';
import type { Simulation } from '../simulation.js';
import { drawOrder } from '../world/orders.js';
import type { SeenBook } from '../world/seen.js';
import { nextVersion } from '../world/templates.js';
import { drawApplication } from './applications.js';
import { Crowd, type Outside } from './crowd.js';
import { requestOf } from './requests.js';
import { principalOf } from './roles.js';

const SHOPS = [
  { id: 'shop-a', platform: 'demo' },
  { id: 'shop:b', platform: 'demo' },
  { id: 'shop-c', platform: 'marketplace' },
] as const;

/** Does what scripts say, and keeps what was done. */
export class Stage {
  readonly items: Item[] = [];
  readonly deeds = new Map<string, number>();
  readonly #simulation: Simulation;
  #waiting = 0;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** commands that nobody has an answer to yet */
  get waiting(): number {
    return this.#waiting;
  }

  async send(host: number, envelope: Envelope, principal: Principal): Promise<Reply | undefined> {
    const { scheduler } = this.#simulation;
    this.items.push({ kind: 'send', atUs: scheduler.nowUs, host, principal, envelope });
    this.#waiting += 1;
    const reply = await this.#simulation.send(host, envelope, principal);
    this.#waiting -= 1;
    return reply;
  }

  look(item: Extract<Item, { kind: 'look' }>): void {
    const { hosts, trace, judge } = this.#simulation;
    this.items.push(item);
    const actors = hosts[item.host]?.actors;
    if (actors === undefined) return;
    const { principal, book } = item;
    const seen =
      item.what === 'order'
        ? actors.order(book, principal)
        : item.what === 'quote'
          ? actors.quote(book, item.application, principal)
          : actors.afterSale(item.afterSaleId, principal);
    seen.then(
      (view) => trace.add(`saw ${item.what} ${isRefusal(view) ? view.code : view.version}`),
      (error: unknown) => {
        trace.add(`saw nothing of ${item.what}`);
        if (!(error instanceof Unavailable)) judge.broke(`a look at ${item.what}`, book, error);
      },
    );
  }

  async publish(item: Extract<Item, { kind: 'publish' }>): Promise<void> {
    this.items.push(item);
    const { store, ground, judge } = this.#simulation;
    // Where two give out the same version at once, the second is refused.
    if (await store.templates.publish(item.template, trueNow(ground))) judge.published(item.template);
  }

  /** Does an item at its time. */
  schedule(given: Item): void {
    const { scheduler } = this.#simulation;
    scheduler.after(given.atUs - scheduler.nowUs, OUTSIDE, 'as before', () => {
      const item = resolved(given, (commandId) => this.#simulation.seen.madeOf(commandId));
      if (item.kind === 'send') void this.send(item.host, item.envelope, item.principal);
      else if (item.kind === 'look') this.look(item);
      else return this.publish(item);
      return undefined;
    });
  }
}

/** Makes the orders of a run and the people around them; gives how to know that all have gone. */
export function startCrowds(simulation: Simulation, stage: Stage): () => boolean {
  const { plan, scheduler, seen, ground } = simulation;
  const outside: Outside = {
    plan,
    scheduler,
    now: () => trueNow(ground),
    send: (host, envelope, principal) => stage.send(host, envelope, principal),
    look: (host, book, random) => stage.look(drawLook(simulation, host, book, random)),
    publish: (random) => publishNext(simulation, stage, random),
    count: (deed) => bump(stage.deeds, deed),
  };
  const crowds = Array.from({ length: plan.orders }, (_, i) => {
    const random = new Random(`${plan.seed}/order/${i}`);
    const order = drawOrder(random, i, random.pick(SHOPS), trueNow(ground));
    const crowd = new Crowd(outside, random.fork('crowd'), () => seen.books.get(bookName(order)));
    bringIn(simulation, stage, order, () => crowd.start());
    return crowd;
  });
  return () => crowds.every((crowd) => crowd.isDone);
}

/** The platform puts the order in, until it is there. */
function bringIn({ scheduler, plan }: Simulation, stage: Stage, order: Order, then: () => void): void {
  const machine: Principal = { role: 'platform', id: `machine-${order.platform}`, platform: order.platform };
  const envelope = requestOf(
    { shopId: order.shopId, orderNo: order.orderNo },
    `put/${order.orderNo}`,
    { kind: 'putOrder', order },
    machine,
  );
  const attempt = (time: number): void => {
    scheduler.after(1_000 + time * 500_000, OUTSIDE, 'order comes in', () => {
      void stage.send(time % plan.hosts, envelope, machine).then((reply) => (reply?.kind === 'done' ? then() : attempt(time + 1)));
    });
  };
  attempt(0);
}

function drawLook({ plan, ground }: Simulation, host: number, book: SeenBook, random: Random): Extract<Item, { kind: 'look' }> {
  const role = random.pick(['user', 'merchant', 'operations', 'platform'] as const);
  const afterSales = [...book.afterSales.keys()];
  const at = {
    kind: 'look' as const,
    atUs: ground.scheduler.nowUs,
    host,
    book: book.key,
    principal: principalOf(role, book.order, random),
  };
  const what = random.below(3);
  const look: Look =
    what === 0 || afterSales.length === 0
      ? { what: 'quote', application: drawApplication(random, book, trueNow(ground), plan) }
      : what === 1
        ? { what: 'order' }
        : { what: 'afterSale', afterSaleId: book.afterSales.get(random.pick(afterSales))?.id ?? failed() };
  return { ...at, ...look };
}

function failed(): never {
  throw new Error('an after-sale that was seen is not there');
}

function publishNext(simulation: Simulation, stage: Stage, random: Random): void {
  const { store, scheduler } = simulation;
  const atUs = scheduler.nowUs;
  void store.templates
    .published()
    .then((published) => stage.publish({ kind: 'publish', atUs, template: nextVersion(random, random.pick(published)) }));
}
