import type { Template } from '../../../src/machines/template.js';
import type { History } from './history.js';
import { isOpen, stateOf } from './reckoning.js';
import { trailAgrees } from './statePromises.js';

/** Promises about a book of which everything has been answered. Each gives what is wrong, as sentences. */

/** Whatever is wrong once nothing is left to be done. */
export const faultsAtTheEnd = (history: History): string[] => [
  ...nothingWaits(history),
  ...tendersHavePaid(history),
  ...paidAsRuled(history),
  ...trailAgrees(history),
];

/** What is wrong besides by the template of all after-sales. */
export const faultsByTemplate = (history: History, template: Template): string[] => [
  ...couponsCameBack(history, template),
  ...freightWentBack(history, template),
];

/** Nothing is open, on its way or reserved (promise 10). */
function nothingWaits(history: History): string[] {
  const open = [...history.afterSales.values()].filter(isOpen).map((a) => `after-sale ${a.refundId} is still in ${stateOf(a)}`);
  const payouts = [...history.payouts.values()]
    .filter(({ state }) => !['paid', 'held', 'dropped'].includes(state))
    .map(({ key, state }) => `payout ${key} is still ${state}`);
  const reserved = [...history.caps.values()]
    .filter(({ reserved: { net, tax, units } }) => net !== 0 || tax !== 0 || units !== 0)
    .map((cap) => `${cap.key} still reserves ${JSON.stringify(cap.reserved)}`);
  return [...open, ...payouts, ...reserved];
}

/** What units and freight got is what tenders have paid. */
function tendersHavePaid(history: History): string[] {
  const ofOrder = [...history.caps.values()].filter(({ key }) => key.startsWith('tender:') && !key.includes(':late:'));
  const paid = ofOrder.reduce((all, { posted }) => all + posted.net, 0);
  const { net, tax } = history.caps.get('order')?.posted ?? { net: 0, tax: 0 };
  return paid === net + tax ? [] : [`tenders have paid ${paid}, the order has posted ${net + tax}`];
}

/** A coupon that goes back whole does so once all of it is refunded, with all that was kept until then; and not before. */
function couponsCameBack(history: History, template: Template): string[] {
  if (template.payout.coupons !== 'whole') return [];
  const decisions = [...history.afterSales.values()].flatMap((a) => a.decisions.map((d) => ({ ...d, afterSaleId: a.id })));
  const paid = decisions.filter(({ state }) => state === 'paid');
  return history.order.tenders.flatMap((tender) => {
    if (tender.kind !== 'coupon') return [];
    const kept = paid.reduce((all, d) => {
      const payout = history.payoutOf(d.afterSaleId, d.no, tender.id);
      return all + (payout?.state === 'held' ? payout.amount : 0);
    }, 0);
    const shares = paid.filter(({ kind }) => kind === 'coupon').flatMap((d) => d.shares.filter(({ tenderId }) => tenderId === tender.id));
    const back = shares.reduce((all, { amount }) => all + amount, 0);
    const due = history.caps.get(`tender:${tender.id}`)?.posted.net === tender.amount ? kept : 0;
    return back === due ? [] : [`${back} of the coupon ${tender.id} came back, and ${due} was due`];
  });
}

/** Freight goes back with the last unit. What went back elsewhere ends units without it. */
function freightWentBack(history: History, template: Template): string[] {
  const freight = history.caps.get('freight');
  if (template.freight.refund !== 'lastUnit' || freight === undefined) return [];
  const ended = history.endedUnits();
  const elsewhere = [...history.afterSales.values()].some((a) => a.decisions.some(({ kind }) => kind === 'elsewhere'));
  if (elsewhere || [...history.units().keys()].some((unit) => !ended.has(unit))) return [];
  const left = freight.limit.net + freight.limit.tax - freight.posted.net - freight.posted.tax;
  return left === 0 ? [] : [`all units are refunded, and ${left} of the freight is not`];
}

/** Units that a ruling refunds in whole have nothing left. */
function paidAsRuled(history: History): string[] {
  const units = history.units();
  return [...history.ruledWhole.values()].flat().flatMap((name) => {
    const unit = units.get(name);
    const left = unit === undefined ? 0 : unit.cost.net + unit.cost.tax - unit.granted.net - unit.granted.tax;
    return left === 0 ? [] : [`unit ${name} was to be refunded in whole, and has ${left} left`];
  });
}
