import type { Finding } from '../../../actors/replay/finding.js';
import type { Scope, VerifiedBook, Verifier } from './verifier.js';

/** A range of the numbers that orders have in the file. */
export interface Range {
  readonly above: number;
  readonly upTo: number;
}

const AT_ONCE = 200;

/** Numbers below and above every order: rows may name orders that never were. */
const LEAST = Number.MIN_SAFE_INTEGER;
const MOST = Number.MAX_SAFE_INTEGER;

/** Cuts what is to be verified into ranges of so many orders each. */
export function* rangesOf(verifier: Verifier, { lastBook }: Scope, orders: number): Generator<Range> {
  for (let above = LEAST; ; ) {
    const numbers = verifier.page(above, lastBook, orders);
    const upTo = numbers.at(-1);
    if (upTo === undefined || numbers.length < orders) return yield { above, upTo: MOST };
    yield { above, upTo };
    above = upTo;
  }
}

/** Verifies the orders of a range that were there at the beginning, those of which there are nothing but rows, and what could not be looked at. */
export function* verifyRange(verifier: Verifier, scope: Scope, { above, upTo }: Range): Generator<VerifiedBook | Finding> {
  for (let from = above; from < upTo; ) {
    const there = verifier.page(from, Math.min(upTo, scope.lastBook), AT_ONCE);
    const to = there.length < AT_ONCE ? upTo : (there.at(-1) ?? upTo);
    const lost = verifier.lost(from, to);
    for (const number of [...there, ...lost.numbers]) yield verifier.book(number, scope.lastPosition);
    yield* lost.findings;
    from = to;
  }
}
