import type { Chance } from '../chance.js';
import type { Book, KnownCase } from '../known.js';
import type { Stage } from '../orders/sold.js';
import type { Entry } from '../people.js';

/** One thing that somebody does: a request, and what it is about. */
export interface Move {
  /** the word of it, as reports name it: `apply`, `approve`, `see order` */
  readonly word: string;
  /** `command` has a key and is done once; `put` is named by its content; `ask` and `see` change nothing */
  readonly kind: 'command' | 'put' | 'ask' | 'see';
  /** below the entry point */
  readonly path: string;
  readonly body?: object;
  /** the after-sale that it is given to */
  readonly about?: KnownCase;
  /** the answer shows an after-sale */
  readonly showsCase: boolean;
}

/** What may be applied for, as the service itself says. */
export interface Offer {
  readonly type: string;
  readonly reason: string;
  readonly claims: readonly string[];
  /** how many pieces of evidence it takes */
  readonly evidence: number;
}

/** What an entry point may apply for, by how far the goods have come and what they are. */
export type Catalog = (entry: Entry, stage: Stage, category: string) => readonly Offer[];

export interface Scene {
  readonly chance: Chance;
  readonly entry: Entry;
  readonly book: Book;
  readonly catalog: Catalog;
  /** when the run began, epoch milliseconds: orders are put the same whenever it is */
  readonly begun: number;
}

/** A way to do something; nothing where there is no occasion. */
export type Deed = (scene: Scene) => Move | undefined;

/** What a load's people do, and how often, by entry point. */
export type Habits = { readonly [E in Entry]: readonly (readonly [DeedName, number])[] };

export type DeedName = 'apply' | 'decide' | 'note' | 'look' | 'list' | 'quote' | 'goodwill' | 'put' | 'report' | 'moved';

const SHA = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';
/** Evidence that is linked by the hash of its content. */
export const photos = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ kind: 'photo', url: `https://files.example.com/${index + 1}.jpg`, sha256: SHA }));

/** An amount in the order’s currency, as the API takes it. */
export const priceOf = ({ book }: Scene, amount: number): object => ({ amount, currency: book.sold.currency });
