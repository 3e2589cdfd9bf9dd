import type { Verdict } from '../../../src/actors/command.js';
import { orderOf } from '../../domain/orders.js';
import { units } from './orders.js';
import { sumOf } from './reckoning.js';
import { type Scenario, scenario } from './scenario.js';
import { type TemplateChange, templateWith } from './templates.js';

/** After-sales of which a part was dealt with, for the verdicts on the rest. */

/** One piece at 800 that cost 300, and one at 500 that cost 200; 5 % of commission. */
export const twoPieces = (change: TemplateChange = {}): Scenario =>
  scenario(
    orderOf({
      lines: [
        { unitPrice: 800, unitCost: 300, commissionRate: 50_000 },
        { unitPrice: 500, unitCost: 200, commissionRate: 50_000 },
      ],
    }),
    { templates: [templateWith(change)] },
  );

export type Told = (s: Scenario) => Scenario;

export const hold: Told = (s) => s.by('operations', { type: 'hold', remark: 'x' });
export const arrive: Told = (s) => s.by('user', { type: 'handOver' }).by('merchant', { type: 'received' });
export const ship: Told = (s) => s.by('merchant', { type: 'ship' });
export const deliver: Told = (s) => ship(s).by('merchant', { type: 'delivered' });
export const lose: Told = (s) => ship(s).by('merchant', { type: 'lost' });
export const outOfStock: Told = (s) => s.by('merchant', { type: 'outOfStock' });
export const refuse: Told = (s) => s.by('user', { type: 'refuse' });
/** Of two pieces the dearer one passes, and can be sold again. */
export const onePasses: Told = (s) => arrive(s).by('merchant', { type: 'inspect', result: 'part', passed: units(1, 1), sellable: true });
export const nonePasses: Told = (s) => arrive(s).by('merchant', { type: 'inspect', result: 'none', sellable: false });
export const mend: Told = (s) => deliver(s.by('merchant', { type: 'diagnose' }).by('merchant', { type: 'repaired' }));
export const payDifference: Told = (s) =>
  s.by('platform', { type: 'paid', amount: s.price(s.afterSale.difference), reference: `P-${s.afterSale.payments.length + 1}` });

/** An override while the after-sale is open, or else an appeal by the buyer and a ruling. */
export const verdict =
  (said: Omit<Extract<Verdict, { outcome: 'refund' }>, 'amount'> | Verdict, by: 'user' | 'merchant' = 'user'): Told =>
  (s) => {
    if (s.state !== 'completed' && s.state !== 'rejected') return s.by('operations', { type: 'override', verdict: said, remark: 'x' });
    return s.by(by, { type: 'appeal', evidence: [], remark: 'x' }).by('operations', { type: 'rule', verdict: said, remark: 'x' });
  };

const NEXT: Readonly<Record<string, Told>> = {
  'returning.awaitingHandover': (s) => s.by('user', { type: 'handOver' }),
  'returning.inTransit': (s) => s.by('merchant', { type: 'received' }),
  'returning.inspecting': (s) => s.by('merchant', { type: 'inspect', result: 'all', sellable: true }),
  'exchanging.awaitingPayment': payDifference,
  'exchanging.preparing': ship,
  'exchanging.shipped': (s) => s.by('merchant', { type: 'delivered' }),
  'repairing.diagnosing': (s) => s.by('merchant', { type: 'diagnose' }),
  'repairing.working': (s) => s.by('merchant', { type: 'repaired' }),
  'repairing.shippingBack': (s) => s.by('merchant', { type: 'delivered' }),
  'sendingBack.preparing': ship,
  'sendingBack.shipped': (s) => s.by('merchant', { type: 'delivered' }),
};

/** Whatever waits is done, and all goes well, until the after-sale has ended. */
export function goesOn(s: Scenario): Scenario {
  for (let steps = 0; steps < 20; steps += 1) {
    if (s.afterSale.hold !== null) s.by('operations', { type: 'release' });
    s.paid();
    const next = NEXT[s.state];
    if (next === undefined) return s;
    next(s);
  }
  throw new Error(`after-sale ${s.afterSale.refundId} does not end: ${s.state}`);
}

/** What became of it: where it ended, and of each piece what was paid, and the cost and commission that went back for it. */
export function became(s: Scenario): string {
  const paid = s.afterSale.decisions.filter((d) => d.state === 'paid');
  const ofLine = (line: number): string => {
    const portions = paid.flatMap((d) => d.portions).filter(({ lineNo }) => lineNo === line);
    const offsets = paid.flatMap((d) => d.offsets).filter(({ lineNo }) => lineNo === line);
    const sum = (of: 'cost' | 'commission') => offsets.reduce((all, offset) => all + offset[of], 0);
    return `${sumOf(portions)}/${sum('cost')}/${sum('commission')}`;
  };
  return `${s.state} ${ofLine(1)} ${ofLine(2)}`;
}

/** Lines of whose pieces the buyer has got a new one, or the mended one. */
export const served = (s: Scenario): string[] =>
  [...(s.history.replaced.get(s.afterSale.id) ?? [])].map((unit) => unit.split('.')[0] ?? '').sort();
