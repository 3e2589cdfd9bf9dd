import { hashOf } from './random.js';

/** Everything that can go wrong, by the port where it does. Clients' own misdeeds are commands, not faults. */
export const FAULTS = [
  'store.slow',
  'store.readFails',
  'store.commitFails',
  'store.groupFails',
  'store.commitLost',
  'store.answerLost',
  'lock.lost',
  'lock.early',
  'lock.stuck',
  'lock.refused',
  'host.crashBefore',
  'host.crashAfter',
  'clock.jumpsForwards',
  'clock.jumpsBackwards',
  'clock.apart',
  'queue.duplicate',
  'queue.late',
  'queue.reordered',
  'queue.lost',
  'queue.fails',
  'outbox.again',
  'timers.again',
  'gateway.lostBefore',
  'gateway.lostAfter',
  'gateway.declined',
  'gateway.accepted',
  'gateway.askLost',
  'gateway.slow',
  'gateway.callbackLost',
  'gateway.callbackLate',
  'gateway.callbackRepeated',
  'gateway.contradicted',
  'gateway.paidAfterDecline',
  'carrier.lost',
  'carrier.repeated',
  'carrier.disorder',
] as const;
export type Fault = (typeof FAULTS)[number];

/** How often each fault happens where it could, in 10,000. What is not named never does. */
export type FaultRates = { readonly [F in Fault]?: number };

const OUT_OF = 10_000;

/**
 * Decides by the name of an occasion whether a fault happens there: leaving out other occasions moves
 * none. A replay names the faults that happen, and no others do.
 */
export class Faults {
  readonly #seed: string;
  readonly #rates: FaultRates;
  readonly #only: ReadonlySet<string> | undefined;
  /** faults that happened, `kind occasion` */
  readonly happened: string[] = [];
  readonly counts = new Map<Fault, number>();
  /** off once faults heal */
  on = true;

  constructor(seed: string, rates: FaultRates, only?: readonly string[]) {
    this.#seed = seed;
    this.#rates = rates;
    this.#only = only === undefined ? undefined : new Set(only);
  }

  happens(kind: Fault, occasion: string): boolean {
    const rate = this.#rates[kind];
    if (!this.on || rate === undefined) return false;
    const name = `${kind} ${occasion}`;
    const does = this.#only === undefined ? hashOf(`${this.#seed} ${name}`) % OUT_OF < rate : this.#only.has(name);
    if (!does) return false;
    this.happened.push(name);
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    return true;
  }

  /** A whole number that belongs to an occasion, from 0 to below the limit. */
  draw(occasion: string, limit: number): number {
    return hashOf(`${this.#seed} draw ${occasion}`) % limit;
  }
}
