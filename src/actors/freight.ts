import { gross, type Money, NO_MONEY } from '../domain/money.js';
import { countUnits, piecesOf } from '../domain/units.js';
import type { Template } from '../machines/template.js';
import type { Fault } from '../machines/words.js';
import { type DecisionContext, templateOf } from './context.js';
import { unitsLeft } from './difference.js';
import type { Draft } from './draft.js';
import { reserveFreight, voidFreight } from './ledger.js';
import type { AfterSale } from './rows.js';

/**
 * Keeps the one reservation of freight in step (EXAMPLES 8): it stands while an open after-sale would
 * take the freight with its own refund, or while every unit of the order is refunded for good or in an
 * open after-sale that claims it whole, so that one of these becomes the last. `among`: where who claims it is looked for,
 * while it is not reserved.
 */
export function reconcileFreight(draft: Draft, context: DecisionContext, among: 'changed' | 'all' = 'changed'): void {
  const cap = draft.cap('freight');
  if (cap === undefined || (cap.limit.net === 0 && cap.limit.tax === 0)) return;
  const reserved = gross(draft.state.freightReserved) > 0;
  const claimant = reserved ? claimantWhileReserved(draft) : newClaimant(draft, among);
  if (claimant === undefined) {
    if (reserved) voidFreight(draft);
    return;
  }
  if (!reserved && gross(context.rules.freightUntaken(cap)) > 0) {
    reserveFreight(draft, context.rules, templateOf(context, claimant).payout.tenders);
  }
}

/** When freight goes back with a claim of whole units. */
export function freightOf(template: Template, fault: Fault): AfterSale['freight'] {
  if (template.freight.refund === 'lastUnit') return 'last';
  return template.freight.refund === 'merchantFault' && fault === 'merchant' ? 'now' : 'never';
}

/** What of the freight an after-sale takes if it is the next to be granted. */
export function freightTaken(draft: Draft, a: AfterSale): Money {
  const takes = a.freight === 'now' || (a.freight === 'last' && wouldBeLast(draft, a));
  return takes ? draft.state.freightReserved : NO_MONEY;
}

/** The same, less what an earlier one that is open was quoted: freight is told of once, to the first that claims it. */
export function freightQuoted(draft: Draft, a: AfterSale): Money {
  if (a.freight !== 'now') return freightTaken(draft, a);
  for (const other of draft.afterSales()) if (other.refundId < a.refundId && claims(other, false)) return NO_MONEY;
  return freightTaken(draft, a);
}

/** Whether a refund of whole units does something though no money of theirs is left: it brings the freight, or some cost nothing. */
export function refundsAnyway(draft: Draft, a: AfterSale): boolean {
  if (a.claim !== 'unit') return false;
  const pieces = piecesOf(draft.lines(), draft.split.runs, a.units);
  return gross(freightTaken(draft, a)) > 0 || pieces.some(({ cost, state }) => gross(cost) === 0 && state.ended === 0);
}

/** Whether every other unit of the order is refunded for good, so that this one is the last; of its own some may be, elsewhere. */
function wouldBeLast(draft: Draft, a: AfterSale): boolean {
  if (a.claim !== 'unit') return false;
  const own = countUnits(unitsLeft(draft, a.units));
  let rest = 0;
  for (const line of draft.lines().values()) rest += line.quantity - line.ended;
  return own > 0 && rest === own;
}

const isCovered = (draft: Draft): boolean => [...draft.lines().values()].every((line) => line.covered === line.quantity);

const claims = (a: AfterSale, covered: boolean): boolean =>
  a.holds && a.claim === 'unit' && (a.freight === 'now' || (covered && a.freight === 'last'));

function find(rows: Iterable<AfterSale>, covered: boolean): AfterSale | undefined {
  for (const a of rows) if (claims(a, covered)) return a;
  return undefined;
}

/** Only what a decision changed can have begun to claim freight, or have covered the last unit, unless freight had to yield to money that moved. */
function newClaimant(draft: Draft, among: 'changed' | 'all'): AfterSale | undefined {
  const covered = isCovered(draft);
  return find(covered || among === 'all' ? draft.afterSales() : draft.changedAfterSales(), covered);
}

/** A reservation stands as long as nothing that this decision changed has let go. */
function claimantWhileReserved(draft: Draft): AfterSale | undefined {
  const covered = isCovered(draft);
  return find(draft.changedAfterSales(), covered) ?? find(draft.afterSales(), covered);
}
