import type { Finding } from '../../actors/replay/finding.js';
import type { BookKey } from '../../domain/ids.js';
import type { VerifiedBook } from '../../store/sqlite/verify/verifier.js';

/** What is not as it should be, and whose it is; null for rows that belong to no order. */
export interface OrderFinding extends Finding {
  readonly order: BookKey | null;
}

/** What a verification, or a part of it, came to. */
export interface Tally {
  orders: number;
  events: number;
  /** events up to the position at which it began */
  eventsInScope: number;
  decided: number;
  older: number;
  erased: number;
  differences: number;
  /** the first of the differences */
  readonly findings: OrderFinding[];
}

/** So many differences are kept; further ones are counted. */
export const FINDINGS_KEPT = 10_000;

/** Nothing has been verified. */
export const nothingYet = (): Tally => ({
  orders: 0,
  events: 0,
  eventsInScope: 0,
  decided: 0,
  older: 0,
  erased: 0,
  differences: 0,
  findings: [],
});

/** Adds one verified order, with what was found in it. */
export function addBook(tally: Tally, { key, counts, events, eventsInScope, findings }: VerifiedBook): void {
  tally.orders += 1;
  tally.events += events;
  tally.eventsInScope += eventsInScope;
  tally.decided += counts.decided;
  tally.older += counts.older;
  tally.erased += counts.erased;
  for (const finding of findings) addFinding(tally, { order: key ?? null, ...finding });
}

/** Adds one finding; of very many only the first are kept, all are counted. */
export function addFinding(tally: Tally, finding: OrderFinding): void {
  tally.differences += 1;
  if (tally.findings.length < FINDINGS_KEPT) tally.findings.push(finding);
}

/** Adds what another thread has verified. */
export function addTally(tally: Tally, part: Tally): void {
  tally.orders += part.orders;
  tally.events += part.events;
  tally.eventsInScope += part.eventsInScope;
  tally.decided += part.decided;
  tally.older += part.older;
  tally.erased += part.erased;
  for (const finding of part.findings) addFinding(tally, finding);
  tally.differences += part.differences - part.findings.length;
}
