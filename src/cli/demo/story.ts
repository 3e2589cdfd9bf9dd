import type { Application, BookCommand } from '../../actors/command.js';
import type { AfterSaleView, QuoteView } from '../../actors/views.js';
import { afterSaleId, lineNo } from '../../domain/ids.js';
import { minor } from '../../domain/money.js';
import { isRefusal } from '../../domain/refusals.js';
import { priceText, timeText } from '../amounts.js';
import { refusalText } from '../failure.js';
import { capsText, orderFacts, splitText } from '../show/orderText.js';
import { table } from '../table.js';
import type { Narrator } from './narrator.js';
import type { Stage } from './stage.js';

/** The chapters of the story, each through the same host that serves HTTP. */

const PHOTO = {
  kind: 'photo',
  url: 'https://example.com/shirt.jpg',
  sha256: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
} as const;

/** One of the shirts, all that is left of it. */
const ONE_SHIRT: Application = {
  type: 'refund',
  reason: 'defective',
  claim: { kind: 'unit' },
  selection: [{ lineNo: lineNo(1), quantity: 1 }],
  evidence: [PHOTO],
  origin: 'own',
};

const RACERS = 5;
const HOUR_MS = 3_600_000;

const apply: BookCommand = { kind: 'apply', application: ONE_SHIRT };
type Command = Extract<BookCommand, { kind: 'afterSale' }>['command'];
const to = (afterSale: Pick<AfterSaleView, 'id'>, command: Command): BookCommand => ({
  kind: 'afterSale',
  afterSaleId: afterSaleId(afterSale.id),
  command,
});

/** Three promotions, shared to single pieces. */
export async function tellSplit(stage: Stage, { chapter, say, show }: Narrator): Promise<void> {
  const { rows } = await stage.read();
  const { order, split } = rows;
  const price = (amount: number) => priceText(amount, order.currency);
  chapter(`What was paid: order ${order.orderNo}, and a split of three discounts`);
  show(orderFacts(rows));
  say(
    `Two shirts, trousers and a belt, and three promotions, one after the other. Each is shared between the lines in its scope by
    what they still cost, then between the pieces of a line; the cents left over go to the largest fractions, so every column
    adds up to the minor unit.`,
  );
  show(splitText(order, split));
  const paid = order.tenders.reduce((sum, { amount }) => sum + amount, 0);
  say(`The pieces add up to what was paid: ${price(paid)}. The platform bears its part of two promotions, and it is kept by piece, too.`);
}

/** A refund that goes well: quote, application, approval, payout. Gives the after-sale. */
export async function tellFirstRefund(stage: Stage, { chapter, say, show, step }: Narrator): Promise<AfterSaleView> {
  const { order, buyer, merchant } = stage;
  const price = (amount: { readonly amount: number }) => priceText(amount.amount, order.currency);
  chapter('A first refund: one shirt is defective');
  const quote = await stage.quote(order, ONE_SHIRT, merchant);
  if (isRefusal(quote)) throw new Error(refusalText(quote));
  say('Before anybody applies, a quote says what would go back, and why. It is reckoned by the very code that refunds.');
  show(derivation(quote, price));

  const applied = await stage.give(buyer, apply);
  step('buyer', 'applies for one shirt', `#${applied.refundId} ${applied.state}; ${price(applied.reservedAmount)} is reserved`);
  stage.pass(HOUR_MS);
  const approved = await stage.give(merchant, to(applied, { type: 'approve' }));
  step('shop', 'approves', `${approved.state}; one payout of ${price(approved.reservedAmount)} is on its way to the card`);
  const [key = ''] = await stage.gatewayPays();
  step('gateway', 'answers: paid', 'completed; the reservation is posted');
  const repeated = await stage.gatewayRepeats(key);
  const changed = repeated.kind === 'done' && repeated.position === 0;
  step('gateway', 'says so once more', changed ? 'nothing changes: a payout is paid once' : 'the book changed, which it must not');
  return approved;
}

function derivation(quote: QuoteView, price: (amount: { readonly amount: number }) => string): string[] {
  const [unit] = quote.units;
  if (unit === undefined) return [];
  const named = (text: string, amount: { readonly amount: number } | undefined) => (amount === undefined ? [] : [[text, price(amount)]]);
  return table(
    [{ title: 'step' }, { title: 'amount', right: true }],
    [
      ['list price', price(unit.listPrice)],
      ...unit.discounts.map(({ promotionId, amount }) => [promotionId, price(amount)]),
      ['earlier refunds', price(unit.earlier.gross)],
      ['fees', price({ amount: quote.fees.reduce((sum, { amount }) => sum + amount.amount, 0) })],
      ['freight', price(quote.freight.amount)],
      ['the buyer gets', price(quote.refund)],
      ...(quote.bearers ?? []).map(({ bearer, amount }) => [`of it, from the ${bearer}`, price(amount)]),
      ...named('the shop gives back to the platform, for its part', quote.subsidyBack),
      ...named('the shop gets back as commission', quote.commissionOffset),
    ],
  );
}

/** User's and merchant's entry points race for the last piece. Gives the one that won. */
export async function tellRace(stage: Stage, { chapter, say, show, step }: Narrator): Promise<AfterSaleView> {
  const { buyer, merchant, order } = stage;
  chapter('The last shirt: two entry points race for it');
  say(
    `One shirt is left. The buyer presses the button again and again while the shop, on the phone with the buyer, applies too:
    ${RACERS} requests at each entry point in the same instant.`,
  );
  const racers = Array.from({ length: RACERS }, () => [buyer, merchant]).flat();
  const replies = await Promise.all(racers.map((principal) => stage.tryTo(principal, apply)));
  const won = replies.flatMap((reply, i) => (reply.kind === 'done' ? [{ reply, by: racers[i]?.role ?? '' }] : []));
  const lost = replies.flatMap((reply) => (reply.kind === 'refused' ? [reply.refusal] : []));
  const [first] = won;
  if (first === undefined || won.length !== 1) throw new Error(`the race had ${won.length} winners`);
  const winner = JSON.parse(first.reply.body) as AfterSaleView;
  const [refusal] = lost;
  step(
    `${racers.length} racers`,
    'apply at once',
    `${won.length} is accepted: #${winner.refundId}, by the ${first.by}`,
    `${lost.length} are refused: ${refusal === undefined ? '' : refusalText(refusal)}`,
  );
  const { rows } = await stage.read();
  show(
    capsText(
      rows.caps.filter(({ key }) => key === 'line:1'),
      order,
    ),
  );
  say('Two of two pieces are taken: one refunded, one reserved. The database itself would refuse a third, by a CHECK on that row.');
  return winner;
}

/** The merchant rejects, the buyer appeals, operations rule. */
export async function tellArbitration(stage: Stage, won: AfterSaleView, { chapter, step }: Narrator): Promise<AfterSaleView> {
  const { buyer, merchant, operations, order } = stage;
  const price = (amount: number) => priceText(amount, order.currency);
  chapter('An arbitration: the shop says no, and that is not the end');
  stage.pass(HOUR_MS);
  const rejected = await stage.give(merchant, to(won, { type: 'reject', remark: 'The photo shows a shirt that was worn.' }));
  step('shop', 'rejects', `${rejected.state}; ${price(rejected.reservedAmount.amount)} stays reserved, the shirt is free again`);
  stage.pass(24 * HOUR_MS);
  const appealed = await stage.give(buyer, to(won, { type: 'appeal', remark: 'The seam was open when it came.', evidence: [PHOTO] }));
  step('buyer', 'appeals', `${appealed.state}; ${price(appealed.reservedAmount.amount)} is reserved once more`);
  await stage.give(merchant, to(won, { type: 'provide', evidence: [PHOTO], remark: 'Taken before it was sent.' }));
  step(
    'shop',
    'provides its evidence',
    `${appealed.state}; both sides are heard until ${timeText(Date.parse(appealed.deadlines[0]?.at ?? ''))}`,
  );
  const half = minor(Math.floor(appealed.reservedAmount.amount / 2));
  const verdict = { outcome: 'refund', amount: { amount: half, currency: order.currency.code }, bearer: 'platform' } as const;
  const ruled = await stage.give(operations, to(won, { type: 'rule', verdict, remark: 'Both are right; the platform pays half.' }));
  step(
    'operations',
    `rule: ${price(half)} of it, borne by the platform`,
    `${ruled.state}; the rest of the reservation waits for the payout`,
  );
  await stage.gatewayPays();
  step('gateway', 'answers: paid', 'settled; what was not granted is free again');
  const again = await stage.tryTo(buyer, to(won, { type: 'appeal', remark: 'I want the other half.', evidence: [] }));
  step('buyer', 'appeals once more', again.kind === 'refused' ? refusalText(again.refusal) : 'a ruling was appealed, which must not be');
  return ruled;
}
