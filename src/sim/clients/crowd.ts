import type { Envelope } from '../../actors/command.js';
import type { Reply } from '../../actors/ports.js';
import { callerOf, type Principal } from '../../actors/principal.js';
import type { Instant } from '../../domain/ids.js';
import { OUTSIDE } from '../ground.js';
import type { Plan } from '../plan.js';
import type { Random } from '../random.js';
import type { Scheduler } from '../schedule.js';
import type { SeenBook } from '../world/seen.js';
import { withUploads } from './applications.js';
import { drawWish, type Wish } from './bookCommands.js';
import { requestOf } from './requests.js';
import { principalOf } from './roles.js';

/** What clients can do to the world. */
export interface Outside {
  readonly plan: Plan;
  readonly scheduler: Scheduler;
  readonly now: () => Instant;
  /** gives a command to one of the hosts; undefined: no answer came in time */
  readonly send: (host: number, envelope: Envelope, principal: Principal) => Promise<Reply | undefined>;
  readonly look: (host: number, book: SeenBook, random: Random) => void;
  readonly publish: (random: Random) => void;
  /** counts what clients do to be unsure */
  readonly count: (what: ClientDeed) => void;
}

/** What clients do when they are unsure. */
export const DEEDS = ['client.sameKey', 'client.newKey', 'client.altered', 'client.givesUp', 'client.ifVersion'] as const;
export type ClientDeed = (typeof DEEDS)[number];

const SOON_US = 4_000;
const MOST_TRIES = 7;
const PAUSE_US = 20_000_000;

interface Request {
  readonly wish: Wish;
  readonly envelope: Envelope;
  readonly principal: Principal;
  readonly tries: number;
}

/** Everybody who has to do with one order: they come again and again, alone or several at once from several entry points. */
export class Crowd {
  readonly #outside: Outside;
  readonly #random: Random;
  readonly #book: () => SeenBook | undefined;
  #visitsLeft: number;
  #keys = 0;
  #waiting = 0;

  constructor(outside: Outside, random: Random, book: () => SeenBook | undefined) {
    this.#outside = outside;
    this.#random = random;
    this.#book = book;
    this.#visitsLeft = outside.plan.acts;
  }

  /** nobody comes any more, and nobody waits for an answer */
  get isDone(): boolean {
    return this.#visitsLeft === 0 && this.#waiting === 0;
  }

  start(): void {
    this.#comeAgain();
  }

  #comeAgain(): void {
    const { gapMs } = this.#outside.plan;
    const gapUs = (this.#random.chance(1, 3) ? this.#random.below(gapMs) : this.#random.spread(1, 60_000)) * 1000;
    this.#outside.scheduler.after(gapUs, OUTSIDE, 'visit', () => this.#visit());
  }

  #visit(): void {
    this.#visitsLeft -= 1;
    const { plan } = this.#outside;
    const random = this.#random;
    const people = random.below(100) < plan.crowded ? random.between(2, 4) : 1;
    for (let i = 0; i < people; i++) this.#act();
    if (this.#visitsLeft > 0) this.#comeAgain();
  }

  #act(): void {
    const random = this.#random;
    const { plan, look, publish } = this.#outside;
    const book = this.#book();
    if (book === undefined) return;
    if (random.chance(plan.mix.look, 60)) look(random.below(plan.hosts), book, random);
    if (random.chance(plan.mix.publish, 200)) publish(random);
    const wish = drawWish(random, plan, book, this.#outside.now());
    if (wish === undefined) return;
    const principal = principalOf(wish.role, book.order, random);
    const command = withUploads(wish.command, callerOf(principal));
    this.#ask({ ...wish, command }, principal, book, this.#newKey(), random.below(SOON_US));
  }

  #newKey(): string {
    this.#keys += 1;
    return `${this.#book()?.key.orderNo ?? ''}/${this.#keys}`;
  }

  #ask(wish: Wish, principal: Principal, book: SeenBook, key: string, delayUs: number): void {
    const random = this.#random;
    const conditional = random.chance(1, 25);
    if (conditional) this.#outside.count('client.ifVersion');
    const ifVersion = conditional ? Math.max(1, book.version - random.below(2)) : undefined;
    const envelope = requestOf(book.key, key, wish.command, principal, ifVersion);
    this.#send({ wish, envelope, principal, tries: 1 }, delayUs);
  }

  #send(request: Request, delayUs: number): void {
    const host = this.#random.below(this.#outside.plan.hosts);
    this.#waiting += 1;
    this.#outside.scheduler.after(delayUs, OUTSIDE, 'client sends', () => {
      void this.#outside.send(host, request.envelope, request.principal).then((reply) => {
        this.#waiting -= 1;
        this.#answered(request, reply);
      });
    });
  }

  #answered(request: Request, reply: Reply | undefined): void {
    const { plan, count } = this.#outside;
    const random = this.#random;
    const decided = reply !== undefined && reply.status !== 503 && reply.status !== 429;
    const dice = random.below(100);
    if (decided) {
      if (dice < plan.repeats && request.tries === 1) this.#repeat(request);
      return;
    }
    const pauseUs = random.spread(1, PAUSE_US);
    if (request.tries >= MOST_TRIES) count('client.givesUp');
    else if (dice < plan.retries.sameKey) {
      count('client.sameKey');
      this.#send({ ...request, tries: request.tries + 1 }, pauseUs);
    } else if (dice < plan.retries.sameKey + plan.retries.newKey) {
      count('client.newKey');
      const envelope = requestOf(request.envelope.book, this.#newKey(), request.wish.command, request.principal);
      this.#send({ ...request, envelope, tries: request.tries + 1 }, pauseUs);
    } else count('client.givesUp');
  }

  /** Somebody presses the button once more, or uses the key for something else. */
  #repeat(request: Request): void {
    const { plan, count } = this.#outside;
    const random = this.#random;
    const book = this.#book();
    const pauseUs = random.spread(1, PAUSE_US);
    const key = request.envelope.idempotency?.key;
    const other = random.below(100) < plan.altered && book !== undefined ? drawWish(random, plan, book, this.#outside.now()) : undefined;
    if (other !== undefined && key !== undefined) {
      count('client.altered');
      const envelope = requestOf(request.envelope.book, key, other.command, request.principal);
      this.#send({ wish: other, envelope, principal: request.principal, tries: 2 }, pauseUs);
      return;
    }
    count('client.sameKey');
    this.#send({ ...request, tries: 2 }, pauseUs);
  }
}
