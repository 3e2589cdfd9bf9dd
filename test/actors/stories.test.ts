import { describe, expect, it } from 'vitest';
import type { AfterSaleCommand } from '../../src/actors/command.js';
import type { EntryPoint } from '../../src/actors/principal.js';
import { instant, lineNo } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import { orderOf } from '../domain/orders.js';
import { some, units } from './world/orders.js';
import { type Asked, type Scenario, type Settings, scenario } from './world/scenario.js';
import { type TemplateChange, templateWith } from './world/templates.js';

/** Whole stories of each type: who does what, where that leads, and what the buyer has at the end. */

type Deed =
  | readonly [by: EntryPoint, command: AfterSaleCommand]
  | 'deadline'
  | 'paid'
  | 'declined'
  | 'unknown'
  | 'stuck'
  | ((s: Scenario) => unknown);
type Step = readonly [Deed, state: string];

interface Story {
  readonly name: string;
  readonly asked?: Asked;
  readonly change?: TemplateChange;
  readonly settings?: Settings;
  readonly begins?: string;
  readonly steps: readonly Step[];
  /** what the buyer was paid */
  readonly gives: number;
}

const order = () => orderOf({ lines: [{ unitPrice: 1000, quantity: 2 }] });
const remark = 'because';

const approve: Deed = ['merchant', { type: 'approve' }];
const reject: Deed = ['merchant', { type: 'reject', remark }];
const scanned: Deed = ['platform', { type: 'handOver' }];
const handOver: Deed = ['user', { type: 'handOver', courier: 'C', trackingNo: 'T' }];
const received: Deed = ['merchant', { type: 'received' }];
const lost: Deed = ['merchant', { type: 'lost' }];
const inspect = (result: 'all' | 'none'): Deed => ['merchant', { type: 'inspect', result, sellable: true }];
const part: Deed = ['merchant', { type: 'inspect', result: 'part', passed: units(1, 1), sellable: true }];
const ship: Deed = ['merchant', { type: 'ship' }];
const delivered: Deed = ['merchant', { type: 'delivered' }];
const appeal: Deed = ['user', { type: 'appeal', remark, evidence: [] }];
const rule = (verdict: Extract<AfterSaleCommand, { type: 'rule' }>['verdict']): Deed => ['operations', { type: 'rule', verdict, remark }];
const override = (verdict: Extract<AfterSaleCommand, { type: 'override' }>['verdict']): Deed => [
  'operations',
  { type: 'override', verdict, remark },
];
const report =
  (type: 'shipped' | 'stopped'): Deed =>
  (s) =>
    s.report({ type, lines: [lineNo(1)], at: instant(s.now) });

const notShipped: Settings = { stage: 'notShipped' };
const RETURN: Asked = { type: 'return' };
const EXCHANGE: Asked = { type: 'exchange' };
const REPAIR: Asked = { type: 'repair' };
const inspecting: Step[] = [
  [approve, 'returning.awaitingHandover'],
  [handOver, 'returning.inTransit'],
  [received, 'returning.inspecting'],
];

const REFUNDS: Story[] = [
  {
    name: 'approved and paid',
    steps: [
      [approve, 'refunding.paying'],
      ['paid', 'completed'],
      ['deadline', 'settled'],
    ],
    gives: 2000,
  },
  {
    name: 'rejected, and not appealed',
    steps: [
      [reject, 'rejected'],
      ['deadline', 'closed'],
    ],
    gives: 0,
  },
  { name: 'withdrawn', steps: [[['user', { type: 'withdraw' }], 'cancelled']], gives: 0 },
  {
    name: 'before shipping, stopped',
    settings: notShipped,
    steps: [
      [approve, 'stopping'],
      [report('stopped'), 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'before shipping, but shipped meanwhile',
    settings: notShipped,
    steps: [
      [approve, 'stopping'],
      [report('shipped'), 'reviewing.operations'],
      ['deadline', 'rejected'],
    ],
    gives: 0,
  },
  {
    name: 'before shipping, not stopped in time',
    settings: notShipped,
    steps: [
      [approve, 'stopping'],
      ['deadline', 'reviewing.operations'],
      ['deadline', 'rejected'],
    ],
    gives: 0,
  },
  {
    name: 'stopped while it was reviewed',
    settings: notShipped,
    steps: [
      [report('stopped'), 'reviewing.merchant'],
      [approve, 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'shipped while it was reviewed',
    settings: notShipped,
    steps: [
      [report('shipped'), 'reviewing.merchant'],
      [approve, 'reviewing.operations'],
    ],
    gives: 0,
  },
  {
    name: 'escalated by its deadline, approved by operations',
    steps: [
      ['deadline', 'reviewing.operations'],
      [['operations', { type: 'approve' }], 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'approved by the deadline of the merchant',
    change: { review: { merchant: { deadline: '1h', then: 'approve' } } },
    steps: [
      ['deadline', 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'small enough to be approved at once',
    change: { review: { autoApprove: { amounts: [{ amount: 2000, currency: 'CNY' }] } } },
    begins: 'refunding.paying',
    steps: [['paid', 'completed']],
    gives: 2000,
  },
  {
    name: 'one too large to be approved at once',
    change: { review: { autoApprove: { amounts: [{ amount: 1999, currency: 'CNY' }] } } },
    steps: [],
    gives: 0,
  },
  {
    name: 'settled by an offer of part of the money',
    steps: [
      [['merchant', { type: 'offer', amount: { amount: minor(600), currency: 'CNY' } }], 'reviewing.offered'],
      [['user', { type: 'decline' }], 'reviewing.merchant'],
      [['merchant', { type: 'offer', amount: { amount: minor(700), currency: 'CNY' } }], 'reviewing.offered'],
      [['user', { type: 'accept' }], 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 700,
  },
  {
    name: 'asked for evidence',
    steps: [
      [['merchant', { type: 'askEvidence', remark }], 'reviewing.awaitingEvidence'],
      [['user', { type: 'provide', evidence: [{ kind: 'photo', url: 'https://example.org/a', sha256: 'a' }] }], 'reviewing.merchant'],
      [['merchant', { type: 'askEvidence', remark }], 'reviewing.awaitingEvidence'],
      ['deadline', 'reviewing.merchant'],
      [reject, 'rejected'],
    ],
    gives: 0,
  },
];

const NEXT_YEAR = 31_536_000_000;

const RETURNS: Story[] = [
  {
    name: 'inspected, all passed',
    asked: RETURN,
    steps: [...inspecting, [inspect('all'), 'refunding.paying'], ['paid', 'completed']],
    gives: 2000,
  },
  {
    name: 'inspected, none passed',
    asked: RETURN,
    steps: [...inspecting, [inspect('none'), 'sendingBack.preparing'], [ship, 'sendingBack.shipped'], [delivered, 'rejected']],
    gives: 0,
  },
  {
    name: 'inspected, a part passed',
    asked: RETURN,
    steps: [
      ...inspecting,
      [part, 'refunding.paying'],
      ['paid', 'sendingBack.preparing'],
      [ship, 'sendingBack.shipped'],
      [delivered, 'completed'],
    ],
    gives: 1000,
  },
  {
    name: 'that failed, but was lost on its way to the buyer',
    asked: RETURN,
    steps: [
      ...inspecting,
      [inspect('none'), 'sendingBack.preparing'],
      [ship, 'sendingBack.shipped'],
      [lost, 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'that failed, but was never sent back',
    asked: RETURN,
    steps: [...inspecting, [inspect('none'), 'sendingBack.preparing'], ['deadline', 'refunding.paying'], ['paid', 'completed']],
    gives: 2000,
  },
  {
    name: 'inspected by nobody in time',
    asked: RETURN,
    steps: [...inspecting, ['deadline', 'refunding.paying'], ['paid', 'completed']],
    gives: 2000,
  },
  {
    name: 'inspected by nobody in time, which fails it',
    asked: RETURN,
    change: { returning: { inspectThen: 'fail' } },
    steps: [...inspecting, ['deadline', 'sendingBack.preparing']],
    gives: 0,
  },
  {
    name: 'paid without inspection',
    asked: RETURN,
    change: { returning: { inspection: false } },
    steps: [
      [approve, 'returning.awaitingHandover'],
      [received, 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'paid on receipt, of which none passes later',
    asked: RETURN,
    change: { payWhen: 'receipt' },
    steps: [
      [approve, 'returning.awaitingHandover'],
      [handOver, 'returning.inTransit'],
      [received, 'refunding.paying'],
      ['paid', 'returning.inspecting'],
      [inspect('none'), 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'paid at the scan and lost afterwards',
    asked: RETURN,
    change: { payWhen: 'carrierScan' },
    steps: [
      [approve, 'returning.awaitingHandover'],
      [scanned, 'refunding.paying'],
      ['paid', 'returning.inTransit'],
      [lost, 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'paid at the scan, not on the word of the buyer alone',
    asked: RETURN,
    change: { payWhen: 'carrierScan' },
    steps: [
      [approve, 'returning.awaitingHandover'],
      [handOver, 'returning.inTransit'],
      [scanned, 'refunding.paying'],
      ['paid', 'returning.inTransit'],
      [received, 'returning.inspecting'],
      [inspect('all'), 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'to be paid at a scan that nobody told of is paid on receipt',
    asked: RETURN,
    change: { payWhen: 'carrierScan' },
    steps: [
      [approve, 'returning.awaitingHandover'],
      [handOver, 'returning.inTransit'],
      [received, 'refunding.paying'],
      ['paid', 'returning.inspecting'],
      [inspect('all'), 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'lost on the way back',
    asked: RETURN,
    steps: [...inspecting.slice(0, 2), [lost, 'refunding.paying'], ['paid', 'completed']],
    gives: 2000,
  },
  {
    name: 'without news on the way back',
    asked: RETURN,
    steps: [...inspecting.slice(0, 2), ['deadline', 'refunding.paying'], ['paid', 'completed']],
    gives: 2000,
  },
  {
    name: 'never handed over',
    asked: RETURN,
    steps: [
      [approve, 'returning.awaitingHandover'],
      ['deadline', 'closed'],
    ],
    gives: 0,
  },
  {
    name: 'withdrawn before it was handed over',
    asked: RETURN,
    steps: [
      [approve, 'returning.awaitingHandover'],
      [['user', { type: 'withdraw' }], 'cancelled'],
    ],
    gives: 0,
  },
  {
    name: 'collected, after a pickup that failed',
    asked: {
      ...RETURN,
      wayBack: {
        kind: 'pickup',
        address: { name: 'A', country: 'CN', city: 'B', street: 'C' },
        from: instant(NEXT_YEAR),
        to: instant(NEXT_YEAR + 1),
      },
    },
    steps: [
      [approve, 'returning.pickupScheduled'],
      ['deadline', 'returning.awaitingHandover'],
      [['user', { type: 'reschedule', from: instant(NEXT_YEAR), to: instant(NEXT_YEAR + 1) }], 'returning.pickupScheduled'],
      [['platform', { type: 'handOver' }], 'returning.inTransit'],
    ],
    gives: 0,
  },
];

const REMEDIES: Story[] = [
  {
    name: 'an exchange',
    asked: EXCHANGE,
    steps: [...inspecting, [inspect('all'), 'exchanging.preparing'], [ship, 'exchanging.shipped'], [delivered, 'completed']],
    gives: 0,
  },
  {
    name: 'an exchange out of stock',
    asked: EXCHANGE,
    steps: [
      ...inspecting,
      [inspect('all'), 'exchanging.preparing'],
      [['merchant', { type: 'outOfStock' }], 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'an exchange lost to the buyer',
    asked: EXCHANGE,
    steps: [
      ...inspecting,
      [inspect('all'), 'exchanging.preparing'],
      [ship, 'exchanging.shipped'],
      [lost, 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'an exchange of goods lost on the way back',
    asked: EXCHANGE,
    steps: [...inspecting.slice(0, 2), [lost, 'exchanging.preparing'], ['deadline', 'refunding.paying'], ['paid', 'completed']],
    gives: 2000,
  },
  {
    name: 'an exchange of which a part passed, out of stock',
    asked: EXCHANGE,
    steps: [
      ...inspecting,
      [part, 'exchanging.preparing'],
      [['merchant', { type: 'outOfStock' }], 'refunding.paying'],
      ['paid', 'sendingBack.preparing'],
      [ship, 'sendingBack.shipped'],
      [delivered, 'completed'],
    ],
    gives: 1000,
  },
  {
    name: 'a repair for free',
    asked: REPAIR,
    steps: [
      ...inspecting,
      [inspect('all'), 'repairing.diagnosing'],
      [['merchant', { type: 'diagnose' }], 'repairing.working'],
      [['merchant', { type: 'repaired' }], 'repairing.shippingBack'],
      [ship, 'repairing.shippingBack'],
      [delivered, 'completed'],
    ],
    gives: 0,
  },
  {
    name: 'a repair that the buyer agrees to pay',
    asked: REPAIR,
    steps: [
      ...inspecting,
      [inspect('all'), 'repairing.diagnosing'],
      [['merchant', { type: 'diagnose', price: { amount: minor(200), currency: 'CNY' } }], 'repairing.awaitingConsent'],
      [['user', { type: 'consent' }], 'repairing.working'],
      [['merchant', { type: 'unrepairable' }], 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'a repair too dear for the buyer',
    asked: REPAIR,
    steps: [
      ...inspecting,
      [inspect('all'), 'repairing.diagnosing'],
      [['merchant', { type: 'diagnose', price: { amount: minor(200), currency: 'CNY' } }], 'repairing.awaitingConsent'],
      [['user', { type: 'refuse' }], 'sendingBack.preparing'],
      [ship, 'sendingBack.shipped'],
      [delivered, 'closed'],
    ],
    gives: 0,
  },
  {
    name: 'a repair lost on the way back',
    asked: REPAIR,
    steps: [...inspecting.slice(0, 2), [lost, 'refunding.paying'], ['paid', 'completed']],
    gives: 2000,
  },
  {
    name: 'a repair that cannot be done, exchanged',
    asked: REPAIR,
    change: { repair: { fallback: 'exchange' } },
    steps: [
      ...inspecting,
      [inspect('all'), 'repairing.diagnosing'],
      [['merchant', { type: 'unrepairable' }], 'exchanging.preparing'],
      [['merchant', { type: 'outOfStock' }], 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 2000,
  },
  {
    name: 'a repair lost on its way to the buyer',
    asked: REPAIR,
    steps: [
      ...inspecting,
      [inspect('all'), 'repairing.diagnosing'],
      [['merchant', { type: 'diagnose' }], 'repairing.working'],
      [['merchant', { type: 'repaired' }], 'repairing.shippingBack'],
      [lost, 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 2000,
  },
];

const VERDICTS: Story[] = [
  {
    name: 'an appeal that is upheld against',
    steps: [
      [reject, 'rejected'],
      [appeal, 'arbitrating.evidence'],
      ['deadline', 'arbitrating.ruling'],
      [rule({ outcome: 'upheld' }), 'closed'],
    ],
    gives: 0,
  },
  {
    name: 'an appeal that is withdrawn',
    steps: [
      [reject, 'rejected'],
      [appeal, 'arbitrating.evidence'],
      [['user', { type: 'withdraw' }], 'closed'],
    ],
    gives: 0,
  },
  {
    name: 'an appeal that wins all',
    steps: [
      [reject, 'rejected'],
      [appeal, 'arbitrating.evidence'],
      [rule({ outcome: 'refund' }), 'refunding.paying'],
      ['paid', 'settled'],
    ],
    gives: 2000,
  },
  {
    name: 'an appeal that wins a part',
    steps: [
      [reject, 'rejected'],
      [appeal, 'arbitrating.evidence'],
      [rule({ outcome: 'refund', amount: { amount: minor(900), currency: 'CNY' } }), 'refunding.paying'],
      ['paid', 'settled'],
    ],
    gives: 900,
  },
  {
    name: 'an appeal ruled by its deadline',
    change: { appeal: { rulingThen: 'refund' } },
    steps: [
      [reject, 'rejected'],
      [appeal, 'arbitrating.evidence'],
      ['deadline', 'arbitrating.ruling'],
      ['deadline', 'refunding.paying'],
      ['paid', 'settled'],
    ],
    gives: 2000,
  },
  {
    name: 'an appeal that wins a return',
    steps: [
      [reject, 'rejected'],
      [appeal, 'arbitrating.evidence'],
      [rule({ outcome: 'return' }), 'returning.awaitingHandover'],
      [handOver, 'returning.inTransit'],
      [received, 'returning.inspecting'],
      [inspect('all'), 'refunding.paying'],
      ['paid', 'settled'],
    ],
    gives: 2000,
  },
  {
    name: 'an appeal for part of the money that wins a return of the goods for all of it',
    asked: { claim: 800 },
    steps: [
      [reject, 'rejected'],
      [appeal, 'arbitrating.evidence'],
      [rule({ outcome: 'return' }), 'returning.awaitingHandover'],
      [handOver, 'returning.inTransit'],
      [received, 'returning.inspecting'],
      [inspect('all'), 'refunding.paying'],
      ['paid', 'settled'],
    ],
    gives: 2000,
  },
  {
    name: 'an appeal against part of the money',
    asked: { claim: 800 },
    steps: [
      [reject, 'rejected'],
      [appeal, 'arbitrating.evidence'],
      [rule({ outcome: 'refund' }), 'refunding.paying'],
      ['paid', 'settled'],
    ],
    gives: 800,
  },
  {
    name: 'an appeal of the rest after an offer of part of a money claim',
    asked: { claim: 800 },
    steps: [
      [['merchant', { type: 'offer', amount: { amount: minor(300), currency: 'CNY' } }], 'reviewing.offered'],
      [['user', { type: 'accept' }], 'refunding.paying'],
      ['paid', 'completed'],
      [appeal, 'arbitrating.evidence'],
      [rule({ outcome: 'refund' }), 'refunding.paying'],
      ['paid', 'settled'],
    ],
    gives: 800,
  },
  {
    name: 'an appeal by the merchant, who keeps bearing it',
    steps: [
      [approve, 'refunding.paying'],
      ['paid', 'completed'],
      [['merchant', { type: 'appeal', remark, evidence: [] }], 'arbitrating.evidence'],
      [rule({ outcome: 'upheld' }), 'settled'],
    ],
    gives: 2000,
  },
  {
    name: 'an override that refunds at once',
    asked: RETURN,
    steps: [
      [approve, 'returning.awaitingHandover'],
      [override({ outcome: 'refund' }), 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 2000,
  },
  { name: 'an override that gives nothing', steps: [[override({ outcome: 'upheld' }), 'rejected']], gives: 0 },
  {
    name: 'an override before a payout has begun',
    steps: [
      [['operations', { type: 'hold', remark }], 'reviewing.merchant'],
      [approve, 'refunding.paying'],
      [override({ outcome: 'refund', amount: { amount: minor(700), currency: 'CNY' } }), 'refunding.paying'],
      [['operations', { type: 'release' }], 'refunding.paying'],
      ['paid', 'completed'],
    ],
    gives: 700,
  },
];

function tell({ asked, change, settings, begins, steps }: Story): Scenario {
  const s = scenario(order(), { templates: [templateWith(change)], ...settings })
    .apply(asked)
    .expect(begins ?? 'reviewing.merchant');
  for (const [deed, state] of steps) {
    doIt(s, deed);
    s.expect(state);
  }
  return s;
}

function doIt(s: Scenario, deed: Deed): void {
  if (typeof deed === 'function') deed(s);
  else if (deed === 'deadline') s.deadline();
  else if (deed === 'paid') s.paid();
  else if (deed === 'declined') s.payoutDeclined();
  else if (deed === 'unknown') s.payoutTimesOut();
  else if (deed === 'stuck') s.payoutStuck();
  else s.by(...deed);
}

describe.each([
  ['a refund', REFUNDS],
  ['a return', RETURNS],
  ['a remedy', REMEDIES],
  ['a verdict', VERDICTS],
])('%s', (_type, stories) => {
  it.each(stories)('$name', (story) => {
    const given = Object.values(tell(story).givenBack()).reduce((all, amount) => all + amount, 0);
    expect(given).toBe(story.gives);
  });
});

describe('deadlines', () => {
  it('stand still on hold and run on with what was left', () => {
    const s = scenario(order()).apply().passes('10h').by('operations', { type: 'hold', remark });
    s.passes('15d').expect('reviewing.merchant').by('operations', { type: 'release' });
    s.passes('37h').expect('reviewing.merchant').passes('1h').expect('reviewing.operations');
  });

  it('run on by themselves when the hold has lasted as long as the template lets it', () => {
    const s = scenario(order()).apply().by('operations', { type: 'hold', remark }).passes('20d');
    expect(s.afterSale.hold).toBeNull();
    s.passes('48h').expect('reviewing.operations');
  });

  it('are extended, all extensions together by as much as the template lets', () => {
    const s = scenario(order()).apply();
    s.by('operations', { type: 'extend', byMs: 9 * 86_400_000 });
    s.refused('command.limitReached', 'operations', { type: 'extend', byMs: 86_400_001 });
    s.passes('10d').expect('reviewing.merchant').passes('1d').expect('reviewing.operations');
  });

  it('of an earlier visit change nothing', () => {
    const s = scenario(order()).apply();
    const [first] = s.timers();
    if (first === undefined) throw new Error('nothing is waited for');
    s.by('merchant', { type: 'askEvidence', remark }).by('user', { type: 'provide', evidence: [] }).expect('reviewing.merchant');
    s.now = first.dueAt + 1_000_000_000;
    const late = s.give(
      { role: 'system', part: 'timers' },
      { kind: 'timer', afterSaleId: first.afterSaleId, timerId: first.timerId, visit: first.visit },
    );
    expect(late).toMatchObject({ changes: null, reply: { late: true } });
    s.expect('reviewing.merchant');
  });

  it('that stand still, or have not come yet, change nothing', () => {
    const s = scenario(order()).apply();
    const [timer] = s.timers();
    if (timer === undefined) throw new Error('nothing is waited for');
    const fire = () =>
      s.give(
        { role: 'system', part: 'timers' },
        { kind: 'timer', afterSaleId: timer.afterSaleId, timerId: timer.timerId, visit: timer.visit },
      );
    expect(fire()).toMatchObject({ changes: null });
    s.by('operations', { type: 'hold', remark });
    s.now = timer.dueAt;
    expect(fire()).toMatchObject({ changes: null });
  });
});

describe('the life of a unit', () => {
  it('is claimed anew after a rejection, which closes the appeal of the earlier', () => {
    const s = scenario(order()).apply().by('merchant', { type: 'reject', remark }).apply({ type: 'return' }, 'operations');
    s.on(1).expect('closed').refused('afterSale.notFound', 'user', { type: 'appeal', remark, evidence: [] });
  });

  it('is not appealed for while another claims it', () => {
    const s = scenario(order())
      .apply({ selection: some(1, 1), claim: 100 })
      .approve()
      .paid();
    s.apply({ selection: units(1, 1) }).by('user', { type: 'withdraw' });
    s.on(1).expect('settled').refused('command.notAllowed', 'user', { type: 'appeal', remark, evidence: [] });
  });

  it.each([
    [
      'refunded for good',
      (s: Scenario) =>
        s
          .apply({ selection: units(1, 1) })
          .approve()
          .paid(),
      'selection.claimed',
    ],
    ['in an open after-sale', (s: Scenario) => s.apply({ selection: units(1, 1), claim: 5 }), 'selection.claimed'],
  ] as const)('is not claimed while it is %s', (_name, before, code) => {
    before(scenario(order())).applyRefused(code, { selection: units(1, 1) });
  });

  it.each([
    ['an exchange', { type: 'exchange' as const }, [ship, delivered]],
    ['a repair', { type: 'repair' as const }, [['merchant', { type: 'diagnose' }], ['merchant', { type: 'repaired' }], delivered]],
  ] as const)('is claimed anew after %s', (_name, asked, deeds) => {
    const s = scenario(order()).apply(asked).approve();
    for (const deed of [handOver, received, inspect('all'), ...deeds] as Deed[]) doIt(s, deed);
    s.expect('completed').apply({ type: 'return' }, 'user').expect('reviewing.merchant');
  });
});
