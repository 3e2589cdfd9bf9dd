import { type BookKey, bookName } from '../domain/ids.js';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import { statePath } from '../machines/step.js';
import { notThere } from './authorize.js';
import { type Book, emptyBook } from './book.js';
import type { Envelope } from './command.js';
import type { BookStore } from './ports.js';
import type { Rules } from './rules.js';

/** The book that a new order begins; any other command finds no order (`order.notFound`). */
export function newBook(rules: Rules, key: BookKey, { command }: Envelope): Book | Refusal {
  if (command.kind !== 'putOrder') return notThere('order.notFound');
  const split = rules.splitOrder(command.order);
  return isRefusal(split) ? split : emptyBook(key, command.order, split);
}

/** An after-sale that can change no more is not loaded with its book; it exists all the same, and takes no command. */
export async function whyEnded(
  store: Pick<BookStore, 'findAfterSale'>,
  key: BookKey,
  { command }: Envelope,
  refusal: Refusal,
): Promise<Refusal> {
  if (refusal.code !== 'afterSale.notFound' || command.kind !== 'afterSale') return refusal;
  const found = await store.findAfterSale(command.afterSaleId);
  if (found === undefined || bookName(found.book) !== bookName(key)) return refusal;
  const state = statePath(found.afterSale.chart.value);
  return refuse('command.notAllowed', `The after-sale is ${state}.`, { facts: { state, command: command.command.type } });
}
