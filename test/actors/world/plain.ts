import type { Book } from '../../../src/actors/book.js';

const byKey = <T>([a]: readonly [string, T], [b]: readonly [string, T]): number => (a < b ? -1 : a > b ? 1 : 0);

const sorted = <K, T>(map: ReadonlyMap<K, T>): [string, T][] =>
  [...map].map(([key, value]): [string, T] => [String(key), value]).sort(byKey);

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.sort(byKey).map(([key, inner]) => [key, canonical(inner)]));
}

/** Freezes a value through and through: what changes it then throws. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
  return value;
}

/** A book as plain values, alike however it came to be: lists in a fixed order, nothing that is undefined. */
export function plainBook(book: Book): unknown {
  const parts = {
    version: book.version,
    chain: book.chain,
    order: book.order,
    split: book.split,
    state: book.state,
    lines: sorted(book.lines),
    afterSales: sorted(book.afterSales),
    caps: sorted(book.caps),
    payouts: sorted(book.payouts)
      .filter(([, list]) => list.length > 0)
      .map(([owner, list]) => [owner, list.toSorted((a, b) => (a.key < b.key ? -1 : 1))]),
    timers: sorted(book.timers)
      .filter(([, list]) => list.length > 0)
      .map(([owner, list]) => [owner, list.toSorted((a, b) => (a.timerId < b.timerId ? -1 : 1))]),
  };
  return canonical(parts);
}
