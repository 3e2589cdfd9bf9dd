import { setImmediate } from 'node:timers/promises';
import { RULES } from '../../actors/rules.js';
import { ChartBook } from '../../machines/chartBook.js';
import type { OpenVerifier } from '../../store/sqlite/verify/open.js';
import { openVerifier } from '../../store/sqlite/verify/open.js';
import type { Scope, Verifier } from '../../store/sqlite/verify/verifier.js';
import { type Range, rangesOf, verifyRange } from '../../store/sqlite/verify/walk.js';
import { addBook, addFinding, addTally, nothingYet, type Tally } from './tally.js';
import { type Helper, startHelpers } from './threads.js';

/** Orders between two looks at the progress, and what a thread is given at once. */
const ORDERS_AT_ONCE = 200;

/** Opens data for reading alone, beside a service that writes to it. */
export const openForVerifying = (dataDirectory: string): OpenVerifier =>
  openVerifier(dataDirectory, { rules: RULES, charts: new ChartBook() });

/**
 * Verifies everything that is kept: each order, then whether any row belongs to none.
 * @param tell is called now and then with all that was found so far
 * @param jobs threads that verify beside each other
 */
export async function verifyAll(
  { verifier }: OpenVerifier,
  { dataDirectory, jobs }: { readonly dataDirectory: string; readonly jobs: number },
  tell: (tally: Tally, scope: Scope) => void,
): Promise<Tally> {
  const scope = verifier.scope();
  const tally = nothingYet();
  const take = (part: Tally): void => {
    addTally(tally, part);
    tell(tally, scope);
  };
  const ranges = rangesOf(verifier, scope, ORDERS_AT_ONCE);
  if (jobs > 1) await amongHelpers(await startHelpers(jobs, dataDirectory, scope), ranges, take);
  else {
    for (const range of ranges) {
      take(verifyPart(verifier, scope, range));
      await setImmediate();
    }
  }
  addStrays(verifier, scope, tally);
  for (const finding of verifier.untold()) addFinding(tally, { order: null, ...finding });
  return tally;
}

/** Verifies the orders of one range. */
export function verifyPart(verifier: Verifier, scope: Scope, range: Range): Tally {
  const tally = nothingYet();
  for (const found of verifyRange(verifier, scope, range)) {
    if ('counts' in found) addBook(tally, found);
    else addFinding(tally, { order: null, ...found });
  }
  return tally;
}

async function amongHelpers(helpers: readonly Helper[], ranges: Iterator<Range>, take: (part: Tally) => void): Promise<void> {
  const work = async (helper: Helper): Promise<void> => {
    for (let next = ranges.next(); next.done !== true; next = ranges.next()) take(await helper.verify(next.value));
  };
  try {
    await Promise.all(helpers.map(work));
  } finally {
    await Promise.all(helpers.map((helper) => helper.end()));
  }
}

/** Rows that no order accounts for, and events that none has. */
function addStrays(verifier: Verifier, { lastPosition }: Scope, tally: Tally): void {
  for (const finding of verifier.lostRows()) addFinding(tally, { order: null, ...finding });
  if (tally.eventsInScope === lastPosition) return;
  for (const finding of verifier.gaps(lastPosition)) addFinding(tally, { order: null, ...finding });
}
