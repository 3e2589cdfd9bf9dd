import { outsideOf } from '../../actors/payoutDue.js';
import type { AfterSale, Payout, Transfer } from '../../actors/rows.js';
import type { Currency } from '../../domain/order.js';
import { amountText } from '../amounts.js';
import { table } from '../table.js';

/** The double-entry ledger of a book. */

/** What an account was given and gave, in minor units, net and tax together. */
export interface Balance {
  readonly account: string;
  debited: number;
  credited: number;
  /** of pending transfers, what is neither posted nor voided: given less taken */
  pending: number;
}

/** The balance of every account that moved. Pending transfers count only for what is left of them. */
export function balancesOf(transfers: readonly Transfer[]): Balance[] {
  const balances = new Map<string, Balance>();
  const at = (account: string): Balance => {
    const known = balances.get(account) ?? { account, debited: 0, credited: 0, pending: 0 };
    balances.set(account, known);
    return known;
  };
  for (const { phase, debit, credit, net, tax } of transfers) {
    const amount = net + tax;
    if (phase === 'post' || phase === 'direct') {
      at(debit).debited += amount;
      at(credit).credited += amount;
    }
    if (phase === 'direct') continue;
    const open = phase === 'pending' ? amount : -amount;
    at(debit).pending -= open;
    at(credit).pending += open;
  }
  return [...balances.values()];
}

/** Writes accounts with the number of an after-sale in place of its id. */
export function accountNames(afterSales: readonly Pick<AfterSale, 'id' | 'refundId'>[]): (account: string) => string {
  const numbers = new Map<string, number>(afterSales.map(({ id, refundId }) => [id, refundId]));
  return (account) =>
    account
      .split(':')
      .map((part) => (numbers.has(part) ? `#${numbers.get(part)}` : part))
      .join(':');
}

/** One row per account, and their sums: as much was taken as was given. */
export function balancesText(transfers: readonly Transfer[], currency: Currency, nameOf: (account: string) => string): string[] {
  const balances = balancesOf(transfers);
  const amount = (value: number) => amountText(value, currency);
  const row = (name: string, { debited, credited, pending }: Omit<Balance, 'account'>) => [
    name,
    amount(debited),
    amount(credited),
    amount(credited - debited),
    amount(pending),
  ];
  const sum = (of: (balance: Balance) => number) => balances.reduce((all, balance) => all + of(balance), 0);
  const sums = {
    debited: sum(({ debited }) => debited),
    credited: sum(({ credited }) => credited),
    pending: sum(({ pending }) => pending),
  };
  return table(
    [
      { title: 'account' },
      { title: 'debited', right: true },
      { title: 'credited', right: true },
      { title: 'balance', right: true },
      { title: 'pending', right: true },
    ],
    [...balances.map((balance) => row(nameOf(balance.account), balance)), row('sum', sums)],
  );
}

/** Every movement, oldest first. */
export function transfersText(
  transfers: readonly Transfer[],
  currency: Currency,
  nameOf: (account: string) => string,
  numberOf: NumberOf,
): string[] {
  return table(
    [
      { title: 'no', right: true },
      { title: 'of' },
      { title: 'decision', right: true },
      { title: 'phase' },
      { title: 'debit' },
      { title: 'credit' },
      { title: 'net', right: true },
      { title: 'tax', right: true },
    ],
    transfers.map((transfer) => [
      String(transfer.no),
      numberOf(transfer.afterSaleId),
      transfer.decisionNo === null ? '' : String(transfer.decisionNo),
      transfer.of === null ? transfer.phase : `${transfer.phase} of ${transfer.of}`,
      nameOf(transfer.debit),
      nameOf(transfer.credit),
      amountText(transfer.net, currency),
      amountText(transfer.tax, currency),
    ]),
  );
}

/** `#2` for an after-sale, `book` for what belongs to none. */
export type NumberOf = (afterSaleId: string | null) => string;

/** Payouts as a table, amounts with their decimals. */
export function payoutsText(payouts: readonly Payout[], currency: Currency, numberOf: NumberOf): string[] {
  return table(
    [
      { title: 'of' },
      { title: 'decision', right: true },
      { title: 'to' },
      { title: 'amount', right: true },
      { title: 'state' },
      { title: 'attempt', right: true },
      { title: 'reference' },
    ],
    payouts.map((payout) => [
      numberOf(payout.afterSaleId),
      String(payout.decisionNo),
      payout.way === 'tender' ? `tender ${payout.tenderId ?? ''}` : payout.way,
      amountText(payout.amount, currency),
      payout.outside === undefined ? payout.state : `${payout.state}, ${amountText(outsideOf(payout), currency)} outside`,
      String(payout.attempt),
      payout.reference ?? '',
    ]),
  );
}
