import type { BookRows } from '../../actors/ports.js';
import type { ListedAfterSale, TrailEvent } from '../../actors/reads.js';
import type { AfterSale, Payout, Transfer } from '../../actors/rows.js';
import { type BookKey, orderNo, shopId } from '../../domain/ids.js';
import { isRefusal } from '../../domain/refusals.js';
import type { SqliteStore } from '../../store/sqlite/open.js';
import { CliFailure, refusalText } from '../failure.js';

/** Everything that is kept of one book, as of one version. */
export interface WholeBook {
  readonly key: BookKey;
  readonly rows: BookRows;
  /** all of them, ended ones too, by their number */
  readonly afterSales: readonly AfterSale[];
  readonly transfers: readonly Transfer[];
  readonly payouts: readonly Payout[];
  readonly trail: readonly TrailEvent[];
}

type Reading = Pick<SqliteStore, 'books' | 'reads'>;

const PART = 200;
/** A service may write between two reads; then all is read again. */
const ATTEMPTS = 20;

/** The book of an order number, which must be of one shop only where no shop is given. */
export async function findBook({ reads }: Reading, order: string, shop: string | undefined): Promise<BookKey> {
  const filter = { orderNo: order, ...(shop === undefined ? {} : { shops: [shopId(shop)] }) };
  const page = await reads.listOrders(filter, { limit: PART });
  if (isRefusal(page)) throw new CliFailure(refusalText(page));
  const [found, ...others] = page.items;
  if (found === undefined) throw new CliFailure(`There is no order ${order}${shop === undefined ? '' : ` of shop ${shop}`} in this data.`);
  if (others.length > 0) {
    const shops = page.items.map(({ book }) => book.shopId).sort();
    throw new CliFailure(
      `Several shops have an order ${order}; name one: redress show ${shops[0]} ${order} (also ${shops.slice(1).join(', ')}).`,
    );
  }
  return { shopId: found.book.shopId, orderNo: orderNo(order) };
}

/** Reads a book whole, also while a service writes to it. */
export async function readWhole(store: Reading, key: BookKey): Promise<WholeBook> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const rows = await store.books.load(key);
    if (rows === undefined) throw new CliFailure(`There is no order ${key.orderNo} of shop ${key.shopId} in this data.`);
    const whole = await readParts(store, key, rows);
    const again = await store.reads.order(key);
    if (again?.version === rows.version) return whole;
  }
  throw new CliFailure('The order changes faster than it can be read; try again.');
}

async function readParts({ reads }: Reading, key: BookKey, rows: BookRows): Promise<WholeBook> {
  const afterSales = (await allAfterSales({ reads }, key)).map(({ afterSale }) => afterSale).sort((a, b) => a.refundId - b.refundId);
  const transfers: Transfer[] = [];
  const payouts: Payout[] = [];
  const take = (ledger: { readonly transfers: readonly Transfer[]; readonly payouts: readonly Payout[] } | undefined) => {
    transfers.push(...(ledger?.transfers ?? []));
    payouts.push(...(ledger?.payouts ?? []));
  };
  take(await reads.ledgerOfBook(key));
  for (const { id } of afterSales) take(await reads.ledgerOf(id));
  const trail = await wholeTrail({ reads }, key);
  return { key, rows, afterSales, transfers: transfers.sort((a, b) => a.no - b.no), payouts, trail };
}

async function allAfterSales({ reads }: Pick<Reading, 'reads'>, key: BookKey): Promise<ListedAfterSale[]> {
  const all: ListedAfterSale[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await reads.listAfterSales(
      { shops: [key.shopId], orderNo: key.orderNo },
      { limit: PART, ...(cursor === undefined ? {} : { cursor }) },
    );
    if (isRefusal(page)) throw new CliFailure(refusalText(page));
    all.push(...page.items);
    cursor = page.next;
  }
  return all;
}

async function wholeTrail({ reads }: Pick<Reading, 'reads'>, key: BookKey): Promise<TrailEvent[]> {
  const all: TrailEvent[] = [];
  for (let more = true; more; ) {
    const part = await reads.trail(key, all.at(-1)?.version ?? 0, PART);
    all.push(...part);
    more = part.length === PART;
  }
  return all;
}
