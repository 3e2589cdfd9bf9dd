import type { AfterSale, Decision } from '../../actors/rows.js';
import { type Finding, found, type Step } from './finding.js';
import { countOf, largestRemainder, sumOf, within } from './numbers.js';

/** Who carries what buyers got: the accounts between which it moves, and what the rows say of them (promise 7, EXAMPLES 9 and 10). */

const ACCOUNTS = ['merchant', 'platform', 'carrier', 'sales', 'commission'] as const;
type Sums = Map<string, number>;

const move = (sums: Sums, from: string, to: string, amount: number): void => {
  sums.set(from, (sums.get(from) ?? 0) - amount);
  sums.set(to, (sums.get(to) ?? 0) + amount);
};

/** Follows the ledger between bearers, after-sale by after-sale. */
export class Carriers {
  readonly #moved = new Map<string, Sums>();

  *follow({ write, book }: Pick<Step, 'write' | 'book'>): Generator<Finding> {
    const known: readonly string[] = ACCOUNTS;
    for (const t of write.changes.transfers) {
      if (t.phase !== 'direct' || t.afterSaleId === null || !known.includes(t.debit) || !known.includes(t.credit)) continue;
      move(this.#sumsOf(t.afterSaleId), t.debit, t.credit, t.net + t.tax);
    }
    for (const { id } of write.changes.afterSales) {
      const a = book.afterSales.get(id);
      if (a === undefined) continue;
      const [is, should] = [this.#sumsOf(id), carriedBy(a)];
      for (const account of ACCOUNTS) {
        const [told, owed] = [is.get(account) ?? 0, should.get(account) ?? 0];
        if (told !== owed) yield found(7, 'bearersAgree', `after-sale ${a.refundId} moves ${told} to ${account}, by its rows ${owed}`);
      }
    }
  }

  #sumsOf(id: string): Sums {
    const sums = this.#moved.get(id) ?? new Map<string, number>();
    this.#moved.set(id, sums);
    return sums;
  }
}

/** What all paid decisions of an after-sale move together. */
function carriedBy(a: AfterSale): Sums {
  const sums: Sums = new Map();
  const paid = a.decisions.filter((d) => d.state === 'paid' && d.kind !== 'coupon' && d.kind !== 'latePayment');
  for (const d of paid) {
    move(sums, d.bearer, 'sales', sumOf(d.portions) + d.freight.net + d.freight.tax);
    for (const o of d.offsets) {
      move(sums, 'merchant', 'platform', o.platformPart * countOf(o));
      move(sums, 'commission', 'merchant', o.commission * countOf(o));
    }
    const kept = keptOf(d, paid);
    for (const [i, { to }] of d.fees.entries()) move(sums, d.bearer, to, kept[i] ?? 0);
  }
  return sums;
}

/** EXAMPLES 9: what fees kept is given back by what later decisions give of the same units, by what is left of each fee. */
function keptOf(d: Decision, paid: readonly Decision[]): number[] {
  let kept: number[] = d.fees.map(({ amount }) => amount);
  for (const later of paid) {
    if (d.fees.length === 0 || later.no <= d.no) continue;
    const all = kept.reduce((sum, amount) => sum + amount, 0);
    const back = largestRemainder(Math.min(all, sumOf(within(later.portions, d.ended))), kept);
    kept = kept.map((amount, i) => amount - (back[i] ?? 0));
  }
  return kept;
}

/** Goods that were paid for before they got lost on their way back are borne as the template says, all that was paid for them. */
export function* lossIsBorne({ write, before, templateOf }: Step): Generator<Finding> {
  for (const a of write.changes.afterSales) {
    const old = before.afterSales.get(a.id);
    const carrier = templateOf(a)?.returning.lostBorneBy;
    if (old?.goods !== 'underway' || a.goods !== 'lost' || !old.chart.context.early || carrier === undefined) continue;
    for (const d of a.decisions) {
      const counts = d.state === 'paid' && d.kind !== 'coupon' && d.kind !== 'latePayment';
      if (counts && d.bearer !== carrier)
        yield found(
          7,
          'lossBorne',
          `after-sale ${a.refundId} lost its goods, and ${d.bearer} bears decision ${d.no} instead of ${carrier}`,
        );
    }
  }
}
