import { type Refusal, refuse } from '../domain/refusals.js';
import { endOf } from '../machines/step.js';
import type { Book } from './book.js';
import type { BookCommand } from './command.js';
import type { Draft } from './draft.js';

type Erase = Extract<BookCommand, { kind: 'erase' }>;

/**
 * Takes the buyer's name and every text out of a book; sums and trail stay. `erase.unpaid` while money is on
 * its way to a named account: without the name it could never arrive. `erase.underWay` while an after-sale is
 * open, unless `evenOpen`.
 */
export function eraseBook(draft: Draft, { pseudonym, evenOpen }: Erase): Refusal | undefined {
  const facts = { shopId: draft.key.shopId, orderNo: draft.key.orderNo };
  if ([...draft.payouts()].some(({ account, state }) => account !== null && state !== 'paid' && state !== 'dropped')) {
    return refuse('erase.unpaid', 'Money is on its way to a named account; settle that payout first.', { facts });
  }
  if (!evenOpen && [...draft.afterSales()].some(({ chart }) => endOf(chart.value) === undefined)) {
    return refuse('erase.underWay', 'An after-sale of the buyer is open, and its texts are needed to decide it.', { facts });
  }
  draft.erase(pseudonym);
  return undefined;
}

/** An order that is put again keeps the name that stands for its buyer since the data were erased. */
export function underPseudonym({ state }: Pick<Book, 'state'>, command: BookCommand): BookCommand {
  if (command.kind !== 'putOrder' || state.pseudonym === undefined) return command;
  return { ...command, order: { ...command.order, buyerUid: state.pseudonym } };
}
