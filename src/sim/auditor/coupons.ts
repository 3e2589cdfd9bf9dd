import type { AuditedBook } from './book.js';
import { type Finding, found, type Step } from './finding.js';

/** EXAMPLES 7: shares of a coupon that comes back only as a whole are held, and come back as one when all of it is posted. */
export function* couponsComeBack({ book, templateOf }: Step): Generator<Finding> {
  for (const tender of book.order.tenders) {
    if (tender.kind !== 'coupon' || !book.touchedCaps.has(`tender:${tender.id}`)) continue;
    const isWhole = book.told.get(`tender:${tender.id}`)?.posted[0] === tender.amount;
    const decisions = [...book.afterSales.values()].flatMap((a) => a.decisions);
    // A share that was paid is posted for good once all of its decision is.
    if (decisions.some((d) => d.state === 'paying' && d.kind !== 'coupon' && d.shares.some(({ tenderId }) => tenderId === tender.id)))
      continue;
    const given = decisions
      .filter((d) => d.kind === 'coupon' && d.state !== 'dropped')
      .flatMap((d) => d.shares.filter(({ tenderId }) => tenderId === tender.id));
    const sum = given.reduce((all, { amount }) => all + amount, 0);
    const should = isWhole ? heldOf(book, tender.id, templateOf) : 0;
    if (sum !== should || given.length > 1) {
      yield found(4, 'coupon', `${sum} of ${tender.id} comes back in ${given.length} decisions, ${should} is held and whole`);
    }
  }
}

function heldOf(book: AuditedBook, tenderId: string, templateOf: Step['templateOf']): number {
  let held = 0;
  for (const a of book.afterSales.values()) {
    if (templateOf(a)?.payout.coupons !== 'whole') continue;
    const paid = new Set(a.decisions.filter((d) => d.state === 'paid').map(({ no }) => no));
    for (const p of book.payoutRows(a.id)) if (p.state === 'held' && p.tenderId === tenderId && paid.has(p.decisionNo)) held += p.amount;
  }
  return held;
}
