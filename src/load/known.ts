import type { Chance } from './chance.js';
import type { Sold } from './orders/sold.js';

/** What the clients of a load know of an order: what they were last told, which others may have made old since. */

export interface KnownCase {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly status: string;
  /** minor units that were reserved when it was last seen */
  readonly reserved: number;
  readonly quantity: number;
}

/** What an answer says of an after-sale. */
interface ToldCase extends Omit<KnownCase, 'reserved'> {
  readonly reservedAmount: { readonly amount: number };
}

const ENDED_FOR_GOOD: ReadonlySet<string> = new Set(['settled', 'closed', 'cancelled']);
/** As many as a page of a list shows; clients do not know of more. */
const REMEMBERED = 50;

export class Book {
  readonly number: number;
  readonly sold: Sold;
  /** whether the service has taken the order */
  isThere = false;
  /** commands that were given for it */
  given = 0;
  #cases: KnownCase[] = [];

  constructor(number: number, sold: Sold) {
    this.number = number;
    this.sold = sold;
  }

  /** Takes in the after-sale that an answer shows. */
  learn(text: string): KnownCase {
    const told = JSON.parse(text) as ToldCase;
    const { id, type, state, status, quantity } = told;
    const known: KnownCase = { id, type, state, status, quantity, reserved: told.reservedAmount.amount };
    const others = this.#cases.filter((other) => other.id !== id);
    this.#cases = ENDED_FOR_GOOD.has(status) ? others : [...others.slice(-REMEMBERED + 1), known];
    return known;
  }

  /** Those that were last seen in a state. */
  casesIn(state: string): readonly KnownCase[] {
    return this.#cases.filter((known) => known.state === state);
  }

  /** One of the after-sales that suit, where there is one. */
  caseFor(chance: Chance, suits: (known: KnownCase) => boolean): KnownCase | undefined {
    const found = this.#cases.filter(suits);
    return found.length === 0 ? undefined : chance.of(found);
  }
}
