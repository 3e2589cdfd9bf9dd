import type { Payment } from '../../partners/simulated/gatewayLedger.js';

/** What the gateway really did, whatever anybody was told. */
export interface Attempt {
  /** as it was decided at first */
  readonly first: 'paid' | 'declined';
  /** whether the money is gone; a gateway at fault pays after it declined */
  readonly paid: boolean;
  readonly amount: number;
  readonly reference: string;
}

export class MoneyTruth {
  readonly #attempts = new Map<string, Map<number, Attempt>>();

  moved({ key, attempt, outcome, amount, word }: Payment, before: Payment | undefined): void {
    const attempts = this.#attempts.get(key) ?? new Map<number, Attempt>();
    this.#attempts.set(key, attempts);
    const first = before === undefined ? outcome : (attempts.get(attempt)?.first ?? outcome);
    attempts.set(attempt, { first, paid: outcome === 'paid', amount, reference: word });
  }

  attempt(key: string, number: number): Attempt | undefined {
    return this.#attempts.get(key)?.get(number);
  }

  attemptsOf(key: string): ReadonlyMap<number, Attempt> {
    return this.#attempts.get(key) ?? new Map();
  }

  keys(): IterableIterator<string> {
    return this.#attempts.keys();
  }

  /** Attempts of a payout that the gateway paid as it was asked to, without a fault of its own. */
  paidAsAsked(key: string): number {
    return [...(this.#attempts.get(key)?.values() ?? [])].filter(({ first }) => first === 'paid').length;
  }
}
