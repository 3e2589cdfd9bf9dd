import type { Envelope } from '../actors/command.js';
import type { Reply } from '../actors/ports.js';
import { bookName } from '../domain/ids.js';

/** What was seen in a run, as counts by name. */
export type Counts = { readonly [name: string]: number };

const wordOf = ({ command }: Envelope): string => {
  if (command.kind === 'afterSale') return command.command.type;
  return command.kind === 'report' ? command.report.type : command.kind;
};

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
    for (const [other, count] of others) if (count > 0) bump(this.pairs, [word, other].sort().join(' | '));
    bump(others, word);
  }

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

export function bump(counts: Map<string, number>, name: string, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

export const asCounts = (counts: ReadonlyMap<string, number>): Counts =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
