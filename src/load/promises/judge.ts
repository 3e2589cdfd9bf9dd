import type { Chance } from '../chance.js';
import { inParallel } from '../inParallel.js';
import type { Given, Journal } from '../journal.js';
import type { Book } from '../known.js';
import type { Cast } from '../people.js';
import type { Service } from '../service/service.js';
import { Findings } from './finding.js';
import { judgeKeys } from './keyPromises.js';
import { judgeCaps, judgePayouts, judgeShares } from './moneyPromises.js';
import type { Reader } from './read.js';
import type { SeenBook } from './seen.js';
import { judgeKept, judgeRefused, judgeTrail } from './trailPromises.js';
import { judgeSplit, judgeUnits } from './unitPromises.js';

/** Orders that are read and judged at once. */
const AT_ONCE = 4;

export interface Judging {
  readonly service: Service;
  readonly reader: Reader;
  readonly cast: Cast;
  readonly books: readonly Book[];
  readonly journal: Journal;
  readonly chance: Chance;
  /** how many keys are sent once more */
  readonly keys: number;
  readonly progress: (what: string, done: number, of: number) => void;
}

/** What the orders came to, beside the promises. */
export interface Aftermath {
  readonly orders: number;
  readonly afterSales: number;
  /** by state, those that have not ended */
  readonly open: { readonly [state: string]: number };
  readonly payouts: number;
  /** payouts that nobody knows the outcome of, or that wait for their next attempt */
  readonly payoutsInDoubt: number;
}

/** Reads every order of the run back, and holds the service to its promises through the API alone. */
export async function judge(judging: Judging): Promise<{ readonly findings: Findings; readonly aftermath: Aftermath }> {
  const { reader, books, journal, progress } = judging;
  const findings = new Findings();
  const orderOf = (book: number): string => books[book]?.sold.orderNo ?? '';
  await judgeKeys(
    { service: judging.service, cast: judging.cast, chance: judging.chance, count: judging.keys, orderOf: (given) => orderOf(given.book) },
    journal.given,
    findings,
  );
  const byBook = new Map<number, Given[]>();
  for (const given of journal.given) {
    const ofBook = byBook.get(given.book);
    if (ofBook === undefined) byBook.set(given.book, [given]);
    else ofBook.push(given);
  }
  const counts = { orders: 0, afterSales: 0, payouts: 0, payoutsInDoubt: 0 };
  const open: { [state: string]: number } = {};
  await inParallel(
    books.filter(({ isThere }) => isThere),
    AT_ONCE,
    async (book) => {
      const seen = await reader.book(book.sold);
      counts.orders += 1;
      progress('reading orders back', counts.orders, books.length);
      if (seen === undefined) {
        findings.check('kept');
        findings.find({ promise: 'kept', order: book.sold.orderNo, what: 'the order was acknowledged, and is not there' });
        return;
      }
      judgeBook(book, seen, byBook.get(book.number) ?? [], findings);
      counts.afterSales += seen.cases.length;
      for (const { status, state, payouts } of seen.cases) {
        if (status === 'open') open[state] = (open[state] ?? 0) + 1;
        counts.payouts += payouts.length;
        counts.payoutsInDoubt += payouts.filter(({ state: payout }) => ['begun', 'unknown', 'declined'].includes(payout)).length;
      }
    },
  );
  return { findings, aftermath: { ...counts, open } };
}

function judgeBook({ sold }: Book, seen: SeenBook, given: readonly Given[], findings: Findings): void {
  const { orderNo } = sold;
  judgeSplit(orderNo, sold, seen.order, findings);
  judgeUnits(orderNo, sold, seen, findings);
  judgeCaps(orderNo, sold, seen, findings);
  judgePayouts(orderNo, seen.cases, findings);
  judgeShares(orderNo, seen.cases, findings);
  judgeKept(orderNo, given, seen, findings);
  judgeRefused(orderNo, given, seen, findings);
  judgeTrail(orderNo, seen.cases, findings);
}
