import type { Sold } from '../orders/sold.js';
import type { Findings } from './finding.js';
import type { SeenBook, SeenCase } from './seen.js';

/** Balances of order, lines, freight and tenders, and what was paid out. */

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((all, item) => all + of(item), 0);

/** What was posted from an account of the order, net and tax. */
function posted(cases: readonly SeenCase[], account: string): { readonly net: number; readonly tax: number } {
  const transfers = cases.flatMap((a) => a.transfers).filter(({ phase, debit }) => phase === 'post' && debit === account);
  return { net: sum(transfers, ({ net }) => net), tax: sum(transfers, ({ tax }) => tax) };
}

/** Judges that nothing was paid or reserved beyond what was paid, by order, line and tender (promise 3). */
export function judgeCaps(order: string, sold: Sold, { order: seen, cases }: SeenBook, findings: Findings): void {
  const expect = (holds: boolean, what: () => string) => findings.expect('caps', holds, () => ({ order, what: what() }));
  const parts = [seen.refunded, seen.reserved, seen.left];
  expect(
    parts.every((part) => part >= 0) && sum(parts, (part) => part) === sold.cost.total,
    () => `${sold.cost.total} was paid; ${seen.refunded} refunded, ${seen.reserved} reserved and ${seen.left} left do not add up to it`,
  );
  sold.lines.forEach(({ lineNo }, index) => {
    const units = sold.cost.units[index] ?? [];
    const cost = { net: sum(units, ({ net }) => net), tax: sum(units, ({ tax }) => tax) };
    const out = posted(cases, `line:${lineNo}`);
    expect(
      out.net <= cost.net && out.tax <= cost.tax,
      () => `line ${lineNo} cost ${cost.net} + ${cost.tax} tax, and ${out.net} + ${out.tax} tax went back`,
    );
  });
  const { freight } = sold.cost;
  const carried = posted(cases, 'freight');
  expect(
    carried.net <= freight.net && carried.tax <= freight.tax,
    () => `freight cost ${freight.net} + ${freight.tax} tax, and ${carried.net} + ${carried.tax} tax went back`,
  );
  for (const tender of sold.tenders) {
    const left = seen.tenders.find(({ tenderId }) => tenderId === tender.id)?.left ?? 0;
    const paid = sum(
      cases.flatMap((a) => a.payouts).filter(({ tenderId, state }) => tenderId === tender.id && state === 'paid'),
      ({ amount }) => amount,
    );
    expect(
      left >= 0 && paid + left <= tender.amount,
      () => `${tender.amount} was paid by ${tender.id}; ${paid} was paid back on it and ${left} is said to be left`,
    );
  }
}

/** One successful payout for each decision and tender, and no other name for it. */
export function judgePayouts(order: string, cases: readonly SeenCase[], findings: Findings): void {
  const keys = new Map<string, string>();
  for (const a of cases) {
    const paid = new Map<string, number>();
    for (const payout of a.payouts) {
      const other = keys.get(payout.key);
      findings.expect('payouts', other === undefined, () => ({ order, afterSale: a.id, what: `two payouts have the key ${payout.key}` }));
      keys.set(payout.key, a.id);
      if (payout.state !== 'paid') continue;
      const name = `decision ${payout.decisionNo} on ${payout.tenderId ?? payout.way}`;
      paid.set(name, (paid.get(name) ?? 0) + 1);
    }
    for (const [name, count] of paid) {
      if (count > 1) findings.find({ promise: 'payouts', order, afterSale: a.id, what: `${name} was paid ${count} times` });
    }
  }
}

/** What is granted is what the tenders give, and the payouts carry exactly that. */
export function judgeShares(order: string, cases: readonly SeenCase[], findings: Findings): void {
  for (const a of cases) {
    for (const { no, kind, state, amount, tenders } of a.decisions) {
      if (kind === 'elsewhere' || kind === 'coupon' || state === 'dropped') continue;
      const shared = sum(tenders, (tender) => tender.amount);
      const sent = sum(
        a.payouts.filter(({ decisionNo, state: payout }) => decisionNo === no && payout !== 'dropped'),
        (payout) => payout.amount,
      );
      findings.expect('shares', shared === amount && sent === amount, () => ({
        order,
        afterSale: a.id,
        what: `decision ${no} (${kind}) grants ${amount}; the tenders give ${shared}, and its payouts carry ${sent}`,
      }));
    }
  }
}
