import { COMMANDS_OF } from '../actors/authorize.js';
import type { Envelope } from '../actors/command.js';
import type { Reply } from '../actors/ports.js';
import { bookName } from '../domain/ids.js';

/** What was seen in a run, as counts by name. */
export type Counts = { readonly [name: string]: number };

/** Every word that a command is counted by: what is asked of an after-sale, of the book, or told of the order. */
export const WORDS: readonly string[] = [
  ...new Set<string>(Object.values(COMMANDS_OF).flat()),
  ...['order.shipped', 'order.delivered', 'order.stopped', 'movedElsewhere'],
  ...['apply', 'erase', 'goodwill', 'payout', 'payoutResult', 'payoutStuck', 'putOrder', 'timer'],
].sort();

const wordOf = ({ command }: Envelope): string => {
  if (command.kind === 'afterSale') return command.command.type;
  if (command.kind !== 'report') return command.kind;
  return command.report.type === 'movedElsewhere' ? command.report.type : `order.${command.report.type}`;
};

/** The name of two commands under way at one order at once, whichever came first. */
export const pairOf = (a: string, b: string): string => (a < b ? `${a} | ${b}` : `${b} | ${a}`);

/** Every pair of commands that could race on one order; a command may race with another of its kind. */
export const PAIRS: readonly string[] = WORDS.flatMap((a, i) => WORDS.slice(i).map((b) => pairOf(a, b)));

/** Notes which commands were given, how they were answered, and which raced on one order. */
export class Seenings {
  readonly commands = new Map<string, number>();
  readonly refusals = new Map<string, number>();
  readonly pairs = new Map<string, number>();
  readonly #underway = new Map<string, Map<string, number>>();
  sent = 0;
  done = 0;

  began(envelope: Envelope): void {
    const word = wordOf(envelope);
    this.sent += 1;
    bump(this.commands, word);
    const book = bookName(envelope.book);
    const others = this.#underway.get(book) ?? new Map<string, number>();
    this.#underway.set(book, others);
    for (const other of others.keys()) bump(this.pairs, pairOf(word, other));
    bump(others, word);
  }

  /** It was answered, or its answer was lost with its host. */
  ended(envelope: Envelope, reply: Reply | undefined): void {
    const others = this.#underway.get(bookName(envelope.book));
    const word = wordOf(envelope);
    const left = (others?.get(word) ?? 1) - 1;
    if (left === 0) others?.delete(word);
    else others?.set(word, left);
    if (reply?.kind === 'done') this.done += 1;
    if (reply?.kind === 'refused') bump(this.refusals, reply.refusal.code);
  }
}

/** Counts something once more. */
export function bump(counts: Map<string, number>, name: string, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

/** Counts as a record, in the order of their names. */
export const asCounts = (counts: ReadonlyMap<string, number>): Counts =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
