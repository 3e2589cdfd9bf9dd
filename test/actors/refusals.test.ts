import { describe, expect, it } from 'vitest';
import { quoteIn } from '../../src/actors/apply.js';
import type { AfterSaleCommand, Application, OrderReport } from '../../src/actors/command.js';
import { decide } from '../../src/actors/decide.js';
import { Draft } from '../../src/actors/draft.js';
import type { EntryPoint } from '../../src/actors/principal.js';
import { instant, lineNo, tenderId } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import type { RefusalCode } from '../../src/domain/refusals.js';
import { orderOf } from '../domain/orders.js';
import { some, units } from './world/orders.js';
import { type Asked, type Scenario, type Settings, scenario } from './world/scenario.js';
import { templateWith } from './world/templates.js';

/** What is refused, by which code, and that it changes nothing. */

const order = () =>
  orderOf({
    lines: [
      { unitPrice: 1000, quantity: 2 },
      { unitPrice: 500, category: 'other' },
    ],
  });
const foreign = { amount: minor(100), currency: 'USD' };
const proof = [{ kind: 'photo', evidenceId: 'E', sha256: 'a' }] as const;

/** Runs what must be refused, and sees that the book is as it was. */
function unchanged(s: Scenario, act: () => unknown): void {
  const { version, chain } = s.book;
  act();
  expect({ version: s.book.version, chain: s.book.chain }).toEqual({ version, chain });
}

describe('an application', () => {
  const cases: readonly (readonly [name: string, code: RefusalCode, asked: Asked, settings?: Settings])[] = [
    ['that names nothing', 'selection.empty', { selection: [] }],
    ['for more than there are', 'selection.tooMany', { selection: some(1, 3) }],
    ['for more than there are, in two entries', 'selection.tooMany', { selection: [...some(1, 1), ...some(1, 2)] }],
    ['for a unit twice', 'selection.repeated', { selection: units(1, 1, 1) }],
    ['for a line that is not there', 'order.lineNotFound', { selection: some(9, 1) }],
    ['of no money', 'amount.missing', { claim: 0 }],
    ['of less than no money', 'amount.missing', { claim: -5 }],
    ['of more than is left', 'amount.exceedsCost', { claim: 2501 }],
    [
      'of weight for goods that have none',
      'selection.weightInvalid',
      { claim: 'weight', selection: [{ lineNo: lineNo(1), quantity: 1, actualGrams: 1 }] },
    ],
    ['for an unknown reason', 'apply.reasonUnknown', { reason: 'mood' }],
    ['without the evidence that its reason needs', 'apply.evidenceMissing', { reason: 'proven' }],
    ['with evidence that is not there', 'evidence.notFound', { evidence: proof }],
    ['with evidence of another content', 'evidence.invalid', { evidence: proof }, { evidence: new Map([['E', 'b']]) }],
    [
      'with too much evidence',
      'command.limitReached',
      { evidence: Array.from({ length: 6 }, () => ({ kind: 'photo' as const, url: 'https://example.org', sha256: 'a' })) },
    ],
    ['for goods without a way back', 'apply.wayBackMissing', { type: 'return', wayBack: undefined as never }],
    ['for money with a way back', 'apply.wayBackUnexpected', { wayBack: { kind: 'counter' } }],
    ['for an exchange of nothing wanted', 'apply.wantedMissing', { type: 'exchange', wanted: undefined as never }],
    ['for a refund with something wanted', 'apply.wantedUnexpected', { wanted: { sku: 'x' } }],
    ['for a return of part of the money', 'apply.claimNotAllowed', { type: 'return', claim: 10 }],
    ['for a type that the stage does not offer', 'apply.typeNotAllowed', { type: 'return' }, { stage: 'notShipped' }],
    ['that was quoted otherwise', 'quote.changed', { quoted: { amount: minor(1), currency: 'CNY' } }],
    ['that was quoted in another currency', 'order.currencyMixed', { quoted: foreign }],
    [
      'beyond the limit of the template',
      'apply.limitReached',
      { selection: some(1, 1) },
      { templates: [templateWith({ limits: { afterSales: 1 } })] },
    ],
    ['to no template', 'template.notFound', {}, { templates: [templateWith({ scope: { category: 'third' } })] }],
    [
      'to two templates',
      'template.mixed',
      {},
      { templates: [templateWith({ scope: {} }), templateWith({ id: 'others', scope: { category: 'other' } })] },
    ],
  ];

  it.each(cases.map(([name, code, asked, settings]) => ({ name, code, asked, settings })))(
    '$name is $code',
    ({ code, asked, settings }) => {
      const s = scenario(order(), settings);
      if (code === 'apply.limitReached') s.apply({ selection: some(2, 1), claim: 1 });
      unchanged(s, () => s.applyRefused(code, asked));
    },
  );

  it('in another currency is order.currencyMixed', () => {
    const s = scenario(order());
    const application: Application = { ...s.application({}), claim: { kind: 'money', amount: foreign } };
    unchanged(s, () =>
      expect(s.give(s.buyer(), { kind: 'apply', application })).toMatchObject({
        code: 'order.currencyMixed',
        path: 'claim.amount.currency',
      }),
    );
  });

  it('over units at different stages is selection.mixedStage', () => {
    const s = scenario(order(), { stage: 'notShipped' }).report({ type: 'shipped', lines: [lineNo(1)], at: instant(1) });
    unchanged(s, () => s.applyRefused('selection.mixedStage'));
  });

  it('after the window is apply.windowExpired, but not for operations', () => {
    const s = scenario(order()).passes('30d').passes('1s');
    unchanged(s, () => s.applyRefused('apply.windowExpired'));
    s.apply({}, 'operations');
  });

  it('of an order with a flag that is excluded is apply.notEligible', () => {
    const s = scenario({ ...order(), flags: ['trial'] });
    unchanged(s, () => s.applyRefused('apply.notEligible'));
  });

  it('of which nothing is left is amount.nothingLeft, as is its quote', () => {
    const s = scenario(order())
      .apply({ selection: some(2, 1), claim: 500 })
      .approve()
      .paid();
    unchanged(s, () => s.applyRefused('amount.nothingLeft', { selection: some(2, 1) }));
    const context = s.contextOf(s.buyer());
    const quoted = quoteIn(new Draft(s.book, context.now, context.rules.capHolds), context, s.application({ selection: some(2, 1) }));
    expect(quoted).toMatchObject({ code: 'amount.nothingLeft' });
  });
});

describe('a command', () => {
  const remark = 'x';
  const inReview = () => scenario(order()).apply();
  const exchange = () => scenario(order()).apply({ type: 'exchange', wanted: { sku: 'another' }, selection: some(1, 1) });
  const inspecting = () =>
    scenario(order())
      .apply({ type: 'return', selection: some(1, 2) })
      .approve()
      .by('user', { type: 'handOver' })
      .by('merchant', { type: 'received' });
  const paying = () => inReview().approve();
  const rejected = () => inReview().by('merchant', { type: 'reject', remark });

  const cases: readonly (readonly [name: string, begin: () => Scenario, by: EntryPoint, command: AfterSaleCommand, code: RefusalCode])[] = [
    ['that the state does not take', inReview, 'merchant', { type: 'inspect', result: 'all', sellable: true }, 'command.notAllowed'],
    ['that the role does not have', inReview, 'user', { type: 'approve' }, 'command.notYours'],
    ['of a review that is with another', inReview, 'operations', { type: 'approve' }, 'command.notYours'],
    [
      'to approve with a price that is none',
      inReview,
      'merchant',
      { type: 'approve', price: { amount: minor(1), currency: 'CNY' } },
      'command.priceUnexpected',
    ],
    ['to approve an exchange without its price', exchange, 'merchant', { type: 'approve' }, 'command.priceMissing'],
    ['to approve in another currency', exchange, 'merchant', { type: 'approve', price: foreign }, 'order.currencyMixed'],
    ['to offer nothing', inReview, 'merchant', { type: 'offer' }, 'amount.missing'],
    [
      'to offer more than is reserved',
      inReview,
      'merchant',
      { type: 'offer', amount: { amount: minor(2501), currency: 'CNY' } },
      'command.amountInvalid',
    ],
    ['to offer 0', inReview, 'merchant', { type: 'offer', amount: { amount: minor(0), currency: 'CNY' } }, 'command.amountInvalid'],
    [
      'to offer both',
      exchange,
      'merchant',
      { type: 'offer', amount: { amount: minor(1), currency: 'CNY' }, price: { amount: minor(1), currency: 'CNY' } },
      'amount.missing',
    ],
    [
      'to pass all as a part',
      inspecting,
      'merchant',
      { type: 'inspect', result: 'part', passed: some(1, 2), sellable: true },
      'command.quantityInvalid',
    ],
    [
      'to pass units of others',
      inspecting,
      'merchant',
      { type: 'inspect', result: 'part', passed: some(2, 1), sellable: true },
      'selection.tooMany',
    ],
    [
      'to pass nothing as a part',
      inspecting,
      'merchant',
      { type: 'inspect', result: 'part', passed: [], sellable: true },
      'selection.empty',
    ],
    [
      'to override while a payout has begun',
      paying,
      'operations',
      { type: 'override', verdict: { outcome: 'upheld' }, remark },
      'command.payoutBegun',
    ],
    [
      'to override while a payout is unknown',
      () => paying().payoutTimesOut(),
      'operations',
      { type: 'override', verdict: { outcome: 'refund' }, remark },
      'command.payoutUnknown',
    ],
    [
      'to give nothing for goods that the merchant holds',
      inspecting,
      'operations',
      { type: 'override', verdict: { outcome: 'upheld' }, remark },
      'command.goodsHeld',
    ],
    ['to pay by hand what is on its way', paying, 'operations', { type: 'paidByHand', reference: 'r' }, 'command.notAllowed'],
    ['of a merchant who appeals their own rejection', rejected, 'merchant', { type: 'appeal', remark, evidence: [] }, 'command.notYours'],
    [
      'to rule what was not appealed',
      rejected,
      'operations',
      { type: 'rule', verdict: { outcome: 'refund' }, remark },
      'command.notAllowed',
    ],
    [
      'to rule more than is left',
      () => rejected().by('user', { type: 'appeal', remark, evidence: [] }),
      'operations',
      { type: 'rule', verdict: { outcome: 'refund', amount: { amount: minor(2501), currency: 'CNY' } }, remark },
      'command.amountInvalid',
    ],
    [
      'to repay freight beyond its limit',
      inReview,
      'operations',
      {
        type: 'repayFreight',
        amount: { amount: minor(2001), currency: 'CNY' },
        evidence: [{ kind: 'photo', url: 'u', sha256: 'a' }],
        to: 'wallet',
      },
      'command.amountInvalid',
    ],
    [
      'to repay freight to no account',
      inReview,
      'operations',
      {
        type: 'repayFreight',
        amount: { amount: minor(1), currency: 'CNY' },
        evidence: [{ kind: 'photo', url: 'u', sha256: 'a' }],
        to: 'account',
      },
      'command.wayUnknown',
    ],
    [
      'to hold what is on hold',
      () => inReview().by('operations', { type: 'hold', remark }),
      'operations',
      { type: 'hold', remark },
      'command.notAllowed',
    ],
    ['to release what is not', inReview, 'operations', { type: 'release' }, 'command.notAllowed'],
    [
      'to extend what is on hold',
      () => inReview().by('operations', { type: 'hold', remark }),
      'operations',
      { type: 'extend', byMs: 1 },
      'command.notAllowed',
    ],
    [
      'of payment that no exchange waits for',
      inReview,
      'platform',
      { type: 'paid', amount: { amount: minor(1), currency: 'CNY' }, reference: 'r' },
      'command.notAllowed',
    ],
    [
      'with evidence that is not there',
      () => inReview().by('merchant', { type: 'askEvidence', remark }),
      'user',
      { type: 'provide', evidence: proof },
      'evidence.notFound',
    ],
  ];

  it.each(cases)('%s is refused', (_name, begin, by, command, code) => {
    const s = begin();
    unchanged(s, () => s.refused(code, by, command));
  });

  it('beyond the offers and questions that the template allows is refused', () => {
    const s = inReview();
    for (let i = 0; i < 3; i++) s.by('merchant', { type: 'offer', amount: s.price(1) }).by('user', { type: 'decline' });
    s.refused('command.notAllowed', 'merchant', { type: 'offer', amount: s.price(1) });
    for (let i = 0; i < 2; i++) s.by('merchant', { type: 'askEvidence', remark }).by('user', { type: 'provide', evidence: [] });
    s.refused('command.notAllowed', 'merchant', { type: 'askEvidence', remark });
  });

  it('to an after-sale that is not there is refused', () => {
    const s = inReview();
    expect(s.give(s.shop(), { kind: 'afterSale', afterSaleId: 'nobody' as never, command: { type: 'approve' } })).toMatchObject({
      code: 'afterSale.notFound',
    });
  });
});

describe('a report', () => {
  const cases: readonly (readonly [name: string, report: OrderReport, code: RefusalCode])[] = [
    ['of a line that is not there', { type: 'shipped', lines: [lineNo(9)], at: instant(1) }, 'order.lineNotFound'],
    ['that what was delivered was stopped', { type: 'stopped', lines: [lineNo(1)], at: instant(1) }, 'order.factContradicted'],
    ['of what is to come', { type: 'shipped', lines: [lineNo(1)], at: instant(Date.UTC(2099, 0, 1)) }, 'request.invalid'],
    [
      'of money to a tender that is not there',
      { type: 'movedElsewhere', reference: 'r', amount: { amount: minor(1), currency: 'CNY' }, tenderId: tenderId('x') },
      'order.tenderNotFound',
    ],
    ['of no money', { type: 'movedElsewhere', reference: 'r', amount: { amount: minor(0), currency: 'CNY' } }, 'amount.missing'],
    ['of money in another currency', { type: 'movedElsewhere', reference: 'r', amount: foreign }, 'order.currencyMixed'],
    [
      'of units that are not there',
      {
        type: 'movedElsewhere',
        reference: 'r',
        amount: { amount: minor(1), currency: 'CNY' },
        units: { claim: 'unit', selection: some(1, 3) },
      },
      'selection.tooMany',
    ],
  ];

  it.each(cases)('%s is refused', (_name, report, code) => {
    const s = scenario(order());
    unchanged(s, () => expect(s.give(s.platformPrincipal(), { kind: 'report', report })).toMatchObject({ code }));
  });
});

describe('a line that was shipped', () => {
  it('is not delivered earlier than that', () => {
    const s = scenario(order(), { stage: 'inTransit' });
    const report = (at: number) => ({ kind: 'report', report: { type: 'delivered', lines: [lineNo(1)], at: instant(at) } }) as const;
    const early = report(s.now - 1);
    unchanged(s, () => expect(s.give(s.platformPrincipal(), early)).toMatchObject({ code: 'order.factContradicted', path: 'at' }));
    expect(s.give(s.platformPrincipal(), report(s.now))).toMatchObject({ status: 200 });
  });
});

describe('an order put again', () => {
  const put = (s: Scenario, change: Partial<ReturnType<typeof order>>) =>
    s.give(s.platformPrincipal(), { kind: 'putOrder', order: { ...s.book.order, ...change } });

  it('as it is changes nothing', () => {
    const s = scenario(order());
    unchanged(s, () => expect(put(s, {})).toMatchObject({ changes: null }));
  });

  it('with other amounts is taken before its first after-sale, and refused after', () => {
    const other = orderOf({ lines: [{ unitPrice: 700, quantity: 3 }] });
    const s = scenario(order());
    expect(put(s, { lines: other.lines, tenders: other.tenders })).toMatchObject({ status: 200 });
    expect(s.cap('order').limit).toMatchObject({ net: 2100 });
    s.apply().by('user', { type: 'withdraw' });
    const again = order();
    unchanged(s, () => expect(put(s, { lines: again.lines, tenders: again.tenders })).toMatchObject({ code: 'order.changed' }));
  });

  it('that takes back what was reported is refused after the first after-sale', () => {
    const s = scenario(order()).apply();
    const [line, ...rest] = s.book.order.lines;
    if (line === undefined) throw new Error('there is no line');
    const { deliveredAt: _, ...undelivered } = line;
    unchanged(s, () => expect(put(s, { lines: [undelivered, ...rest] })).toMatchObject({ code: 'order.factContradicted' }));
    expect(put(s, { flags: ['virtual'] })).toMatchObject({ status: 200 });
  });

  it('with a line both stopped and shipped is refused', () => {
    const s = scenario(order());
    const lines = s.book.order.lines.map((line) => ({ ...line, stoppedAt: instant(1) }));
    unchanged(s, () => expect(put(s, { lines })).toMatchObject({ code: 'order.factContradicted' }));
  });
});

it('a command on another version than the caller saw is refused', () => {
  const s = scenario(order());
  expect(
    decide(s.book, { command: { kind: 'putOrder', order: s.book.order }, ifVersion: 1 }, s.contextOf(s.platformPrincipal())),
  ).toMatchObject({ code: 'version.stale' });
});
