import { bookFromRows } from '../../src/actors/book.js';
import type { BookCommand } from '../../src/actors/command.js';
import { unpackChanges } from '../../src/actors/compact.js';
import type { Payout, PrivateRow } from '../../src/actors/rows.js';
import { readWhole, type WholeBook } from '../../src/cli/show/read.js';
import type { BookKey } from '../../src/domain/ids.js';
import type { Payment } from '../../src/partners/simulated/gatewayLedger.js';
import type { SqliteStore } from '../../src/store/sqlite/open.js';
import { History, toldBy } from '../actors/world/history.js';
import * as ledgerPromises from '../actors/world/ledgerPromises.js';
import * as statePromises from '../actors/world/statePromises.js';

/** Judges a stored book by what its trail tells from nothing, by its rows, and by what the gateway has paid. */

/** The promises of DESIGN that one book alone can break, each told from its trail. */
const PROMISES = [...Object.values(ledgerPromises), ...Object.values(statePromises)];

/** Reads the trail from the first event on: the hash chain is verified, and every row is made anew. */
function historyOf({ key, rows, trail }: WholeBook, privates: readonly PrivateRow[]): History {
  const history = new History(bookFromRows(key, rows));
  for (const event of trail) {
    const { chain, state, afterSales } = history.replayed;
    const { command, changes } = toldBy(event.body, privates);
    history.heed(command as BookCommand);
    history.take(unpackChanges({ state, afterSale: (id) => afterSales.get(id) }, changes));
    history.replay({ ...event, previousHash: chain }, privates);
  }
  return history;
}

/** Every fault of a book, as sentences; none where all promises hold. */
export async function faultsOfBook(
  store: Pick<SqliteStore, 'books' | 'reads'>,
  key: BookKey,
  payments: readonly Payment[],
): Promise<string[]> {
  const whole = await readWhole(store, key);
  const history = historyOf(whole, await store.reads.privatesOf(key));
  return [
    ...PROMISES.flatMap((promise) => promise(history)),
    ...differ('transfers', whole.transfers, history.transfers, ({ no }) => String(no)),
    ...differ('payouts', whole.payouts, [...history.payouts.values()], (payout) => payout.key),
    ...differ('after-sales', whole.afterSales, [...history.afterSales.values()], ({ id }) => id),
    ...gatewayAgrees(whole.payouts, payments),
  ];
}

function differ<T>(what: string, stored: readonly T[], told: readonly T[], nameOf: (row: T) => string): string[] {
  const rows = new Map(told.map((row) => [nameOf(row), canonical(row)]));
  const faults = stored
    .filter((row) => rows.get(nameOf(row)) !== canonical(row))
    .map((row) => `stored ${what}: ${nameOf(row)} is not as its trail tells`);
  return stored.length === told.length ? faults : [...faults, `${stored.length} ${what} are stored, the trail tells of ${told.length}`];
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** What the gateway should have paid under the key of a payout in each state; unknown is either. */
const PAID_BY_GATEWAY: { readonly [S in Payout['state']]: readonly number[] } = {
  waiting: [0],
  begun: [0, 1],
  unknown: [0, 1],
  declined: [0],
  held: [0],
  paid: [1],
  dropped: [0],
};

/** One payment for each payout that is paid, of its amount, and none for any other (promise 4). */
function gatewayAgrees(payouts: readonly Payout[], payments: readonly Payment[]): string[] {
  return payouts.flatMap((payout) => {
    const paid = payments.filter(({ key, outcome }) => key === payout.key && outcome === 'paid');
    const expected = payout.way === 'hand' ? [0] : PAID_BY_GATEWAY[payout.state];
    const faults = expected.includes(paid.length)
      ? []
      : [`payout ${payout.key} is ${payout.state}, and the gateway paid it ${paid.length} times`];
    const wrong = paid.filter(({ amount, currency }) => amount !== payout.amount || currency !== payout.currency);
    return [...faults, ...wrong.map(({ amount }) => `payout ${payout.key} is ${payout.amount}, and the gateway paid ${amount}`)];
  });
}
