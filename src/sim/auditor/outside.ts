import type { PayRequest } from '../../actors/partners.js';
import type { Payout } from '../../actors/rows.js';
import type { Instant } from '../../domain/ids.js';
import type { AuditedBook } from './book.js';
import { type Finding, found } from './finding.js';
import { movedSince } from './numbers.js';

/** Longer than the slowest calls take from reading a payout to its payment, in milliseconds. */
const UNDERWAY = 300_000;

/** Parts of payouts that moved outside (EXAMPLES 13): an attempt that was made before would pay them once more. */
export class PartsOutside {
  readonly #toldAt = new Map<string, Instant>();

  /** Payouts as a commit changes them; `book` is as it was before. */
  changed(book: AuditedBook | undefined, payouts: readonly Payout[], at: Instant): void {
    for (const { key, outside } of payouts) {
      if (outside !== undefined && outside.length > (book?.payouts.get(key)?.outside?.length ?? 0)) this.#toldAt.set(key, at);
    }
  }

  /** Only an attempt that was under way when the part was told is still sent. */
  *asked(payout: Payout, { attempt, key }: PayRequest, at: Instant): Generator<Finding> {
    const ago = at - (this.#toldAt.get(key) ?? at);
    if (ago > UNDERWAY && movedSince(payout.outside, attempt))
      yield found(4, 'payAmount', `attempt ${attempt} of ${key} is sent in full, though a part of it moved ${ago} ms before`);
  }
}
