import type { PayRequest } from '../../actors/partners.js';
import type { AfterSale, Payout } from '../../actors/rows.js';
import type { AuditedBook } from './book.js';
import { type Finding, found, type Step } from './finding.js';
import { movedSince, sentWith } from './numbers.js';
import type { MoneyTruth } from './truth.js';

/** Payouts (promise 4): one success per decision and tender, never a second attempt before the first is known to have failed. */

const NEXT: { readonly [S in Payout['state']]: readonly Payout['state'][] } = {
  waiting: ['waiting', 'begun', 'dropped', 'held', 'paid'],
  begun: ['begun', 'unknown', 'declined', 'paid', 'waiting'],
  unknown: ['unknown', 'declined', 'paid', 'begun', 'waiting'],
  declined: ['declined', 'begun', 'paid', 'unknown', 'waiting'],
  held: ['held', 'dropped'],
  paid: ['paid'],
  dropped: ['dropped'],
};

/** Judges how payouts went from one step to the next (promises 4 and 6). */
export function* payoutsMove(step: Step): Generator<Finding> {
  for (const payout of step.write.changes.payouts) {
    const old = step.before.payouts.get(payout.key);
    if (old === undefined) yield* isTheOnlyOne(step.book, payout);
    else yield* movesOn(step, old, payout);
    yield* isTrue(payout, old, step);
    yield* isSent(step, payout, old);
  }
}

/** A payout is named by its decision and target, and its amount is the share that was granted. */
function* isTheOnlyOne(book: AuditedBook, payout: Payout): Generator<Finding> {
  if (payout.afterSaleId === null) {
    const { shopId, orderNo } = book.key;
    const named = payout.key.startsWith('book/') && payout.key.includes(orderNo) && payout.key.includes(`:${payout.decisionNo}:`);
    if (!named) yield found(4, 'payoutKey', `payout ${payout.key} of ${orderNo} in ${shopId} is not named by its decision`);
    return;
  }
  const should = `${payout.afterSaleId}:${payout.decisionNo}:${payout.tenderId}`;
  if (payout.key !== should) yield found(4, 'payoutKey', `payout ${payout.key} should be named ${should}`);
  const others = book
    .payoutRows(payout.afterSaleId)
    .filter((other) => other.decisionNo === payout.decisionNo && other.tenderId === payout.tenderId);
  if (others.length > 1) yield found(4, 'onePayout', `decision ${payout.decisionNo} has ${others.length} payouts to ${payout.tenderId}`);
  const decision = book.afterSales.get(payout.afterSaleId)?.decisions.find(({ no }) => no === payout.decisionNo);
  const share = decision?.shares.find(({ tenderId }) => tenderId === payout.tenderId);
  if (share?.amount !== payout.amount || share.points !== payout.points) {
    yield found(4, 'payoutAmount', `payout ${payout.key} is ${payout.amount}, its share ${share?.amount}`);
  }
}

function* movesOn({ book, envelope, truth }: Step, old: Payout, payout: Payout): Generator<Finding> {
  if (!NEXT[old.state].includes(payout.state))
    yield found(4, 'payoutState', `payout ${payout.key} went from ${old.state} to ${payout.state}`);
  // Sent again while nothing may go out: the next attempt waits for the end of the hold.
  if (old.state !== 'waiting' && payout.state === 'waiting') {
    if (book.afterSales.get(payout.afterSaleId ?? '')?.hold === null) {
      yield found(4, 'payoutState', `payout ${payout.key} waits again, and nothing holds it`);
    }
    const declined = envelope?.command.kind === 'payoutResult' && envelope.command.result.outcome === 'declined';
    if (old.state !== 'declined' && !declined) yield found(4, 'payoutState', `payout ${payout.key} was ${old.state} and waits again`);
    if (payout.attempt !== old.attempt + 1) yield found(4, 'payoutState', `payout ${payout.key} waits to repeat attempt ${old.attempt}`);
  }
  if (old.amount !== payout.amount) yield found(4, 'payoutAmount', `payout ${payout.key} was ${old.amount} and is ${payout.amount}`);
  const [was, is] = [sentWith(old, Infinity).amount, sentWith(payout, Infinity).amount];
  const report = envelope?.command.kind === 'report' && envelope.command.report.type === 'movedElsewhere' ? envelope.command.report : {};
  const inPart = 'payoutKey' in report && report.payoutKey === payout.key && payout.state === old.state;
  if (was !== is && !(inPart && is > 0 && is < was)) {
    yield found(4, 'payoutRest', `of payout ${payout.key} ${was} was left and now is ${is}, and no report has named it`);
  }
  if (payout.attempt > old.attempt && payout.state !== 'paid') {
    const said = envelope?.command.kind === 'payoutResult' ? envelope.command : undefined;
    const told = old.state === 'declined' || (said?.result.outcome === 'declined' && said.attempt === old.attempt);
    const known = told && hasFailed(old, old.attempt, truth);
    if (payout.attempt !== old.attempt + 1 || !known) {
      yield found(
        4,
        'attemptAfterDecline',
        `attempt ${payout.attempt} of ${payout.key} follows attempt ${old.attempt}, which was never declined`,
      );
    }
  }
}

/** What a payout says is what the gateway did. */
function* isTrue(payout: Payout, old: Payout | undefined, { truth, envelope }: Step): Generator<Finding> {
  if (payout.state === old?.state) return;
  const said = envelope?.command.kind === 'payoutResult' ? envelope.command : undefined;
  const number = said?.payoutKey === payout.key ? said.attempt : payout.attempt;
  const attempt = truth.attempt(payout.key, number);
  if (payout.state === 'declined' && !hasFailed(payout, number, truth)) {
    yield found(
      4,
      'declineIsTrue',
      `payout ${payout.key} counts as declined, attempt ${payout.attempt} is ${attempt?.first ?? 'not known to the gateway'}`,
    );
  }
  if (payout.state === 'paid' && (payout.way !== 'hand' || said !== undefined) && attempt?.paid !== true) {
    yield found(
      4,
      'paymentIsTrue',
      `payout ${payout.key} counts as paid, attempt ${number} is ${attempt?.first ?? 'not known to the gateway'}`,
    );
  }
}

/** What begins is in the outbox of the very same commit; nothing begins on hold. */
function* isSent({ book, write }: Step, payout: Payout, old: Payout | undefined): Generator<Finding> {
  if (payout.state !== 'begun' || (old?.state === 'begun' && old.attempt === payout.attempt)) return;
  const sent = write.outbox.some(
    (effect) => effect.topic === 'payout' && effect.payoutKey === payout.key && effect.attempt === payout.attempt,
  );
  if (!sent) yield found(6, 'outbox', `payout ${payout.key} begins and nothing in its commit will send it`);
  const owner = book.afterSales.get(payout.afterSaleId ?? '') ?? (old === undefined ? advancedFor(book, payout) : undefined);
  if (owner !== undefined && owner.hold !== null) yield found(10, 'holdStopsPayouts', `payout ${payout.key} begins on hold`);
}

/** Return freight that the buyer advanced is paid by the book, for one after-sale. */
const advancedFor = (book: AuditedBook, { capKey }: Payout): AfterSale | undefined =>
  capKey.startsWith('advanced:') ? book.afterSales.get(capKey.slice('advanced:'.length)) : undefined;

/** An attempt failed for sure: it was declined, or the gateway never saw it and, as a part of the payout moved since, another pays the rest. */
function hasFailed({ key, outside }: Payout, attempt: number, truth: MoneyTruth): boolean {
  const known = truth.attempt(key, attempt);
  return known === undefined ? movedSince(outside, attempt) : known.first === 'declined';
}

/** What a gateway is asked to pay was committed before, in just this amount, and no attempt before it may have paid. */
export function* requestIsMeant(payout: Payout | undefined, request: PayRequest, truth: MoneyTruth): Generator<Finding> {
  if (payout === undefined) {
    yield found(4, 'payIsCommitted', `${request.key} is sent to the gateway and was never committed`);
    return;
  }
  const { amount, points } = sentWith(payout, request.attempt);
  if (amount !== request.amount || payout.currency !== request.currency || points !== request.points) {
    yield found(4, 'payAmount', `${request.key} has ${amount} to pay, ${request.amount} is sent`);
  }
  if (request.attempt > payout.attempt || payout.state === 'waiting' || payout.state === 'held' || payout.state === 'dropped') {
    yield found(
      4,
      'payIsCommitted',
      `attempt ${request.attempt} of ${request.key} is sent, the payout is ${payout.state} at attempt ${payout.attempt}`,
    );
  }
  if (request.attempt > 1 && !hasFailed(payout, request.attempt - 1, truth))
    yield found(4, 'payOnce', `attempt ${request.attempt} of ${request.key} is sent while the one before may have paid`);
}

/** Once all has settled: each payout was paid by the gateway once, and what it paid beyond that was posted as moved. */
export function* moneyIsAccounted(book: AuditedBook, truth: MoneyTruth): Generator<Finding> {
  for (const [key, payout] of book.payouts) {
    if (truth.paidAsAsked(key) > 1) yield found(4, 'paidOnce', `${key} was paid ${truth.paidAsAsked(key)} times`);
    for (const [number, attempt] of truth.attemptsOf(key)) {
      if (!attempt.paid) continue;
      const counted = payout.state === 'paid' && payout.way !== 'hand' && payout.attempt === number;
      const moved = book.state?.movedReferences.includes(`${key}:${number}`) === true;
      // What nobody was ever told of cannot be posted; a gateway that paid by itself tells until it is heard.
      if (!counted && !moved && attempt.first === 'paid')
        yield found(4, 'moneyIsAccounted', `attempt ${number} of ${key} was paid and counts nowhere`);
    }
  }
}

/** Nothing was ever paid that is in no book. */
export function* moneyIsOurs(books: Iterable<AuditedBook>, truth: MoneyTruth): Generator<Finding> {
  const known = new Set([...books].flatMap((book) => [...book.payouts.keys()]));
  for (const key of truth.keys()) if (!known.has(key)) yield found(4, 'payIsCommitted', `${key} was paid and is in no book`);
}
