import { LRUCache } from 'lru-cache';
import { COMMANDS_OF, notThere } from '../../actors/authorize.js';
import type { AfterSaleCommandType } from '../../actors/command.js';
import { ENTRY_POINTS, type EntryPoint } from '../../actors/principal.js';
import type { AfterSaleId, BookKey } from '../../domain/ids.js';
import type { RefusalCode } from '../../domain/refusals.js';
import { replied } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { type Endpoint, endpoint } from '../endpoint.js';
import { bodyFor, COMMAND_WORDS, toCommand } from '../wire/commands.js';
import { afterSaleView } from '../wire/views.js';
import { envelope } from './envelope.js';
import { afterSaleParams, entryPath, operationId } from './paths.js';

/** Refusals that any command of an after-sale may meet. */
const COMMAND_REFUSALS: readonly RefusalCode[] = [
  'afterSale.notFound',
  'command.notAllowed',
  'command.notYours',
  'command.payoutBegun',
  'command.payoutUnknown',
  'command.onHold',
  'command.goodsHeld',
  'command.limitReached',
  'command.superseded',
  'cap.exceeded',
];

/** Refusals of single commands, beside those of all. */
const OWN_REFUSALS: { readonly [T in AfterSaleCommandType]?: readonly RefusalCode[] } = {
  approve: ['command.addressUnexpected', 'command.priceMissing', 'command.priceUnexpected', 'order.currencyMixed', 'amount.nothingLeft'],
  offer: ['command.amountInvalid', 'command.priceMissing', 'command.priceUnexpected', 'order.currencyMixed', 'amount.exceedsCost'],
  provide: ['evidence.notFound', 'evidence.invalid'],
  reschedule: ['apply.appointmentPast'],
  inspect: [
    'command.quantityInvalid',
    'selection.empty',
    'selection.repeated',
    'selection.tooMany',
    'selection.claimed',
    'selection.weightInvalid',
    'split.ambiguous',
    'split.notFound',
    'order.lineNotFound',
  ],
  anotherWay: ['command.wayUnknown'],
  paidByHand: ['payout.notFound', 'payout.contradicted'],
  paid: ['difference.amountMismatch', 'command.amountInvalid', 'order.currencyMixed'],
  diagnose: ['command.amountInvalid', 'order.currencyMixed', 'command.priceUnexpected'],
  appeal: ['evidence.notFound', 'evidence.invalid', 'selection.claimed', 'amount.nothingLeft'],
  rule: [
    'command.priceMissing',
    'command.priceUnexpected',
    'command.amountInvalid',
    'amount.exceedsCost',
    'amount.nothingLeft',
    'order.currencyMixed',
    'selection.claimed',
    'command.addressUnexpected',
  ],
  override: [
    'command.priceMissing',
    'command.priceUnexpected',
    'command.amountInvalid',
    'amount.exceedsCost',
    'amount.nothingLeft',
    'order.currencyMixed',
    'selection.claimed',
    'command.addressUnexpected',
  ],
  extend: ['command.amountInvalid'],
  repayFreight: ['command.amountInvalid', 'evidence.notFound', 'evidence.invalid', 'order.currencyMixed', 'goodwill.capExceeded'],
};

const BOOKS_REMEMBERED = 20_000;

/** One path for each command under each entry point that may give it. */
export function commandRoutes({ host, books }: Pick<Dependencies, 'host' | 'books'>): Endpoint[] {
  const findBook = rememberingBooks(books);
  return ENTRY_POINTS.flatMap((entry) => COMMANDS_OF[entry].map((type) => commandRoute(entry, type, host, findBook)));
}

function commandRoute(
  entry: EntryPoint,
  type: AfterSaleCommandType,
  host: Dependencies['host'],
  findBook: (id: AfterSaleId) => Promise<BookKey | undefined>,
): Endpoint {
  const { body, example } = bodyFor(entry, type);
  return endpoint(
    {
      method: 'post',
      path: entryPath(entry, `after-sales/{id}/${type}`),
      operationId: operationId(entry, type),
      tag: 'Commands',
      summary: COMMAND_WORDS[type].does,
      access: entry,
      keyed: true,
      matched: true,
      takes: { kind: 'json' },
      params: afterSaleParams,
      body,
      bodyExample: example,
      answers: { 200: { description: 'The after-sale as it is now', schema: afterSaleView, headers: ['ETag', 'Idempotency-Replayed'] } },
      refusals: [...COMMAND_REFUSALS, ...(OWN_REFUSALS[type] ?? [])],
      counted: type,
    },
    async (call) => {
      const book = await findBook(call.params.id);
      if (book === undefined) return { refusal: notThere('afterSale.notFound') };
      const command = { kind: 'afterSale', afterSaleId: call.params.id, command: toCommand(type, call.body) } as const;
      return replied(await host.send(envelope(call, book, command), call.principal));
    },
  );
}

/** An after-sale never changes its book, so what was found once need not be read again. */
function rememberingBooks(books: Pick<Dependencies['books'], 'findBookOf'>): (id: AfterSaleId) => Promise<BookKey | undefined> {
  const known = new LRUCache<AfterSaleId, BookKey>({ max: BOOKS_REMEMBERED });
  return async (id) => {
    const remembered = known.get(id);
    if (remembered !== undefined) return remembered;
    const found = await books.findBookOf(id);
    if (found !== undefined) known.set(id, found);
    return found;
  };
}
