import { least, type Minor, minor, ZERO } from '../domain/money.js';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import type { UnitRange } from '../domain/selection.js';
import { countUnits, intersectRanges, withoutRanges } from '../domain/units.js';
import type { ChartEvent } from '../machines/context.js';
import { statePath } from '../machines/step.js';
import { advance, isAllowed } from './advance.js';
import { handOverBy } from './allowed.js';
import { judgeAppointment, judgeEvidence } from './assess.js';
import { remediedUnits, unitsComingBack } from './atStake.js';
import { inCurrency } from './claimed.js';
import type { AfterSaleCommand } from './command.js';
import { type DecisionContext, templateOf } from './context.js';
import {
  differenceOf,
  differenceWord,
  hasPaid,
  judgeLatePayment,
  judgePayment,
  refundLatePayment,
  takePayment,
  unitsLeft,
} from './difference.js';
import type { Draft } from './draft.js';
import { repayFreight } from './goodwill.js';
import { extend, hold, release } from './hold.js';
import { notAllowed, type Of, type Result, whenAllowed } from './judging.js';
import { anotherWay, paidByHand } from './manual.js';
import { beyondMeasure, lateBeyondMeasure, paidBeyondMeasure, priceMissing, withPrice } from './namedPrice.js';
import { mayBePaid } from './priced.js';
import { grantable, portionsLeft } from './release.js';
import type { AfterSale } from './rows.js';
import { verdict } from './verdicts.js';

/**
 * Gives a command to an after-sale. The chart is asked first, so that a command at the wrong time is
 * `command.notAllowed` whatever else is wrong with it.
 */
export function giveCommand(draft: Draft, context: DecisionContext, a: AfterSale, command: AfterSaleCommand): Result {
  switch (command.type) {
    case 'approve':
      return approve(draft, context, a, command);
    case 'offer':
      return offer(draft, context, a, command);
    case 'accept':
      return accept(draft, context, a);
    case 'provide':
      return whenAllowed(
        context,
        a,
        { type: 'provide' },
        () => judgeEvidence(context, command.evidence, templateOf(context, a)) ?? advance(draft, context, a, { type: 'provide' }),
      );
    case 'handOver':
      return advance(draft, context, withShipment(a, 'return', command), handOverBy(context.principal));
    case 'inspect':
      return inspect(draft, context, a, command);
    case 'ship':
      return advance(draft, context, withShipment(a, legOf(a), command), { type: 'ship' });
    case 'paid':
      return paid(draft, context, a, command);
    case 'diagnose':
      return diagnose(draft, context, a, command);
    case 'appeal':
      return appeal(draft, context, a, command);
    case 'rule':
    case 'override':
      return verdict(draft, context, a, command);
    case 'anotherWay':
      return anotherWay(draft, context, a, command);
    case 'paidByHand':
      return paidByHand(draft, context, a, command);
    case 'extend':
      return extend(draft, context, a, command);
    case 'hold':
      return hold(draft, context, a);
    case 'release':
      return release(draft, context, a, 'release');
    case 'repayFreight':
      return whenAllowed(context, a, { type: 'repayFreight' }, () => repayFreight(draft, context, a, command));
    case 'reschedule':
      return whenAllowed(
        context,
        a,
        { type: 'reschedule' },
        () => judgeAppointment(draft.now, command.to, 'to') ?? advance(draft, context, a, { type: 'reschedule' }),
      );
    case 'delivered':
      return advance(draft, context, withReplaced(draft, a), { type: 'delivered' });
    case 'refuse':
      return advance(draft, context, a, { type: 'refuse', paid: hasPaid(draft, a) });
    case 'withdraw':
      return advance(draft, context, a, { type: 'withdraw' });
    default:
      return advance(draft, context, a, { type: command.type });
  }
}

function approve(draft: Draft, context: DecisionContext, given: AfterSale, command: Of<'approve'>): Result {
  if (!isAllowed(context, given, { type: 'approve' })) return notAllowed(given, 'approve');
  if (command.returnAddress !== undefined && given.type === 'refund') {
    return refuse('command.addressUnexpected', 'A refund takes no goods back.', { path: 'returnAddress' });
  }
  const a: AfterSale = command.returnAddress === undefined ? given : { ...given, returnAddress: command.returnAddress };
  if (a.type !== 'exchange' || a.wanted?.same === true) {
    if (command.price === undefined) return advance(draft, context, a, { type: 'approve' });
    return priceUnexpected(a);
  }
  if (command.price === undefined) return priceMissing('price');
  const named = withPrice(draft, a, command.price, 'price');
  if (isRefusal(named)) return named;
  const priced = { ...named, difference: differenceOf(draft, named, a.units) };
  return advance(draft, context, priced, { type: 'approve', difference: differenceWord(priced.difference) });
}

const priceUnexpected = ({ type }: AfterSale): Refusal =>
  refuse(
    'command.priceUnexpected',
    type === 'exchange' ? 'An exchange for the same SKU has no difference.' : 'Only an exchange has a price.',
    {
      path: 'price',
    },
  );

function offer(draft: Draft, context: DecisionContext, a: AfterSale, command: Of<'offer'>): Result {
  const event: ChartEvent = { type: command.price === undefined ? 'offer.money' : 'offer.price' };
  if (!isAllowed(context, a, event)) {
    const otherwise = a.type !== 'exchange' && isAllowed(context, a, { type: 'offer.money' });
    return otherwise ? priceUnexpected(a) : notAllowed(a, 'offer');
  }
  const price = command.price ?? command.amount;
  if (price === undefined || (command.price !== undefined && command.amount !== undefined)) {
    return refuse('amount.missing', 'An offer names either an amount or, for an exchange, a price.', { path: 'amount' });
  }
  const by = context.principal.role;
  if (command.price !== undefined) {
    if (a.wanted?.same !== false) return priceUnexpected(a);
    const amount = inCurrency(draft, command.price, 'price');
    if (isRefusal(amount)) return amount;
    return beyondMeasure(draft, a, amount) ?? advance(draft, context, { ...a, offer: { amount, by } }, event);
  }
  const amount = inCurrency(draft, price, 'amount');
  if (isRefusal(amount)) return amount;
  const most = grantable(draft, context, a);
  if (amount < 1 || amount > most) {
    const expected = most === 0 ? 'There is no money left to offer.' : `An offer is between 1 and ${most}.`;
    return refuse('command.amountInvalid', expected, { path: 'amount.amount', facts: { least: 1, most } });
  }
  return advance(draft, context, { ...a, offer: { amount, by } }, event);
}

function accept(draft: Draft, context: DecisionContext, a: AfterSale): Result {
  if (!isAllowed(context, a, { type: 'accept' }) || a.offer === null) return notAllowed(a, 'accept');
  if (a.chart.context.offerKind === 'money') return advance(draft, context, a, { type: 'accept' });
  const priced: AfterSale = { ...a, wanted: a.wanted === null ? null : { ...a.wanted, price: a.offer.amount } };
  const row: AfterSale = { ...priced, difference: differenceOf(draft, priced, a.units) };
  return advance(draft, context, row, { type: 'accept', difference: differenceWord(row.difference) });
}

type Leg = AfterSale['shipments'][number]['leg'];

function legOf(a: AfterSale): Leg {
  const state = statePath(a.chart.value);
  if (state.startsWith('exchanging')) return 'replacement';
  return state.startsWith('repairing') ? 'repair' : 'back';
}

function withShipment(a: AfterSale, leg: Leg, command: { readonly courier?: string; readonly trackingNo?: string }): AfterSale {
  if (command.courier === undefined && command.trackingNo === undefined) return a;
  const shipment = { leg, courier: command.courier ?? null, trackingNo: command.trackingNo ?? null };
  return { ...a, shipments: [...a.shipments.filter((other) => other.leg !== leg), shipment] };
}

/** From now on the buyer has these units as the SKU that was wanted. */
function withReplaced(draft: Draft, a: AfterSale): AfterSale {
  if (a.wanted === null || a.wanted.same || statePath(a.chart.value) !== 'exchanging.shipped') return a;
  const now = unitsLeft(draft, remediedUnits(a));
  return { ...a, wanted: { ...a.wanted, replaced: [...withoutRanges(a.wanted.replaced ?? [], now), ...now] } };
}

function inspect(draft: Draft, context: DecisionContext, a: AfterSale, command: Of<'inspect'>): Result {
  const type = `inspect.${command.result}` as const;
  if (!isAllowed(context, a, { type })) return notAllowed(a, 'inspect');
  const passed = passedRanges(draft, context, a, command);
  if (isRefusal(passed)) return passed;
  const row: AfterSale = {
    ...a,
    passed,
    remedied: null,
    sellable: command.sellable && command.result !== 'none',
    bearer: command.bearer ?? a.bearer,
  };
  // A verdict may have said that goods which were to be exchanged are refunded or mended.
  const next: AfterSale = { ...row, difference: a.chart.context.remedy === 'exchange' ? differenceOf(draft, row, passed) : ZERO };
  if (type === 'inspect.none') return advance(draft, context, next, { type });
  return advance(draft, context, next, { type, difference: differenceWord(next.difference) });
}

function passedRanges(draft: Draft, context: DecisionContext, a: AfterSale, command: Of<'inspect'>): readonly UnitRange[] | Refusal {
  const coming = unitsComingBack(a);
  if (command.result === 'all') return coming;
  if (command.result === 'none') return [];
  const asked = command.passed ?? [];
  const selected = context.rules.selectUnits({
    order: draft.order,
    availability: onlyOf(draft, coming),
    entries: asked,
    purpose: 'units',
    path: 'passed',
  });
  if (isRefusal(selected)) return selected;
  const quantity = countUnits(coming);
  if (selected.quantity >= quantity) {
    return refuse('command.quantityInvalid', `A part is less than all ${quantity} units.`, {
      path: 'passed',
      facts: { quantity },
    });
  }
  return selected.ranges.map(({ lineNo, from, to }) => ({ lineNo, from, to }));
}

/** These units as the only ones that may be named. */
function onlyOf(draft: Draft, units: readonly UnitRange[]) {
  return new Map(
    draft.order.lines.map((line) => {
      const whole = [{ lineNo: line.lineNo, from: 1, to: line.quantity }];
      return [line.lineNo, intersectRanges(units, whole).map(({ from, to }) => ({ from, to, state: 'free' as const }))] as const;
    }),
  );
}

function paid(draft: Draft, context: DecisionContext, a: AfterSale, command: Of<'paid'>): Result {
  const amount = inCurrency(draft, command.amount, 'amount');
  if (isRefusal(amount)) return amount;
  if (a.payments.includes(command.reference)) return a;
  if (isAllowed(context, a, { type: 'paid' })) {
    return judgePayment(a, amount) ?? paidBeyondMeasure(draft, a, amount) ?? takeAwaited(draft, context, a, amount, command.reference);
  }
  if (!mayBePaid(a)) return notAllowed(a, 'paid');
  const fault = judgeLatePayment(draft, a, amount) ?? lateBeyondMeasure(draft, a, amount);
  return fault ?? refundLatePayment(draft, context, a, amount, command.reference);
}

/** Since the difference was named, units may have been refunded for good elsewhere: what was paid for these goes back. */
function takeAwaited(draft: Draft, context: DecisionContext, a: AfterSale, amount: Minor, reference: string): Result {
  const due = least(amount, minor(Math.max(0, differenceOf(draft, a, remediedUnits(a)))));
  const taken = takePayment(draft, { ...a, difference: due }, reference);
  const row = advance(draft, context, taken, { type: 'paid' });
  return isRefusal(row) || due === amount ? row : refundLatePayment(draft, context, row, minor(amount - due), reference);
}

function diagnose(draft: Draft, context: DecisionContext, a: AfterSale, command: Of<'diagnose'>): Result {
  const type = command.price === undefined || command.price.amount === 0 ? 'diagnose.free' : 'diagnose.priced';
  if (!isAllowed(context, a, { type })) return notAllowed(a, 'diagnose');
  if (command.price === undefined) return advance(draft, context, a, { type });
  const price = inCurrency(draft, command.price, 'price');
  return isRefusal(price) ? price : advance(draft, context, { ...a, repairPrice: price }, { type });
}

function appeal(draft: Draft, context: DecisionContext, a: AfterSale, command: Of<'appeal'>): Result {
  const by = context.principal.role === 'merchant' ? 'merchant' : 'user';
  if (!isAllowed(context, a, { type: 'appeal', by, reserves: false })) return notAllowed(a, 'appeal');
  const evidence = judgeEvidence(context, command.evidence, templateOf(context, a));
  if (evidence !== undefined) return evidence;
  for (const range of a.units) {
    for (const run of draft.line(range.lineNo).runs) {
      const touches = run.from <= range.to && run.to >= range.from;
      if (touches && run.state.holder !== null) {
        return refuse('command.superseded', 'Units of this after-sale were claimed since.', { facts: { afterSaleId: run.state.holder } });
      }
    }
  }
  const reserves = portionsLeft(draft, context, a).length > 0;
  const from = a.chart.value === 'completed' ? 'completed' : 'rejected';
  return advance(draft, context, { ...a, appeal: { by, from } }, { type: 'appeal', by, reserves });
}
