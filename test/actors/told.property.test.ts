import fc from 'fast-check';
import { describe, it } from 'vitest';
import { quoteIn } from '../../src/actors/apply.js';
import type { Application } from '../../src/actors/command.js';
import { Draft } from '../../src/actors/draft.js';
import { quoteView } from '../../src/actors/quoteView.js';
import type { AfterSale } from '../../src/actors/rows.js';
import { RULES } from '../../src/actors/rules.js';
import type { CaseQuoteView, QuoteView } from '../../src/actors/views.js';
import { instant } from '../../src/domain/ids.js';
import { isRefusal } from '../../src/domain/refusals.js';
import { scaled } from '../scale.js';
import { Ahead } from './world/ahead.js';
import type { Move } from './world/moves.js';
import { anyStory, begun, goOn, type Story } from './world/randomStories.js';
import { isOpen, stateOf } from './world/reckoning.js';
import type { Scenario } from './world/scenario.js';
import { linesAddUp, toldOf, toldTruly } from './world/told.js';

/** Tells a story, and looks after each step. */
function look(story: Story, at: (s: Scenario, move: Move) => readonly string[]): void {
  const s = begun(story);
  for (const [index, move] of story.moves.entries()) {
    goOn(s, story, index);
    const faults = at(s, move);
    if (faults.length > 0) throw new Error(`${faults.join('; ')}\n${s.story.join('\n')}`);
  }
}

type Told = Pick<CaseQuoteView | QuoteView, 'refund' | 'tenders' | 'fees' | 'commissionOffset' | 'costOffset' | 'subsidyBack'>;

/** What is told before is what is paid: in all, by tender, in fees, and between the house and its partners. */
function paidAsTold(told: Told, a: AfterSale): string[] {
  const faults: string[] = [];
  const judge = (what: string, is: number, should: number | undefined): void => {
    if (is !== should) faults.push(`${what} of ${should} is told, and ${is} comes of it`);
  };
  const given = a.decisions.filter((d) => d.state === 'paid' && d.kind !== 'coupon' && d.kind !== 'latePayment');
  const shares = given.flatMap((d) => d.shares);
  const sum = (list: readonly { readonly amount: number }[]): number => list.reduce((all, { amount }) => all + amount, 0);
  judge('a refund', sum(shares), told.refund.amount);
  for (const id of new Set([...told.tenders.map(({ tenderId }) => tenderId), ...shares.map(({ tenderId }) => String(tenderId))])) {
    const tender = told.tenders.find(({ tenderId }) => tenderId === id);
    const own = shares.filter(({ tenderId }) => tenderId === id);
    judge(`a share on ${id}`, sum(own), tender?.amount.amount ?? 0);
    judge(
      `points on ${id}`,
      own.reduce((all, { points }) => all + points, 0),
      tender?.points ?? 0,
    );
  }
  judge('a fee', -sum(given.flatMap((d) => d.fees)), told.fees.reduce((all, { amount }) => all + amount.amount, 0) || -0);
  const offsets = given.flatMap((d) => d.offsets);
  const back = (of: 'commission' | 'platformPart' | 'cost') => offsets.reduce((all, o) => all + o[of] * (o.to - o.from + 1), 0);
  judge('commission', back('commission'), told.commissionOffset?.amount);
  judge('a subsidy', back('platformPart'), told.subsidyBack?.amount);
  judge('a cost', back('cost'), told.costOffset?.amount);
  return faults;
}

/** Of every application for money or a return that waits for a decision: where all goes well, it pays what it is told to. */
function keepsWhatIsTold(s: Scenario): string[] {
  const faults: string[] = [];
  for (const a of s.history.afterSales.values()) {
    if (!isOpen(a) || a.hold !== null || !['refund', 'return'].includes(a.chart.context.remedy)) continue;
    const { quote } = toldOf(s, a, 'operations');
    if (quote.basis !== 'expected') continue;
    const offered = stateOf(a) === 'reviewing.offered' ? a.offer?.amount : undefined;
    const ended = new Ahead(s).allGoesWell(a.id);
    if (ended === undefined) continue;
    const told = offered === undefined ? paidAsTold(quote, ended) : offerIsPaid(offered, ended);
    faults.push(...told.map((fault) => `after-sale ${a.refundId} in ${stateOf(a)}: ${fault}`));
  }
  return faults;
}

function offerIsPaid(offered: number, a: AfterSale): string[] {
  const paid = a.decisions.flatMap((d) => d.shares).reduce((all, { amount }) => all + amount, 0);
  return paid === offered ? [] : [`an offer of ${offered} paid ${paid}`];
}

/** An application for some of what is free, as a move's numbers choose it. */
function anyApplication(s: Scenario, { a, b, c }: Move): Application | undefined {
  const line = s.book.order.lines[a % s.book.order.lines.length];
  if (line === undefined) return undefined;
  const kind = (['unit', 'unit', 'money', 'weight'] as const)[b % 4] ?? 'unit';
  const type = kind === 'unit' && c % 2 === 0 ? 'return' : 'refund';
  const entry = { lineNo: line.lineNo, quantity: 1 + (b % line.quantity), ...(kind === 'weight' ? { actualGrams: c % 299 } : {}) };
  const reason = ['unwanted', 'faulty', 'damaged', 'mistaken'][c % 4] ?? 'unwanted';
  const application = s.application({ type, reason, selection: [entry] });
  return kind === 'money' ? { ...application, claim: { kind, amount: s.price(1 + (c % 500)) } } : { ...application, claim: { kind } };
}

/** A quote of what is free is what an application pays that all agree to; nobody is refused what was just quoted. */
function keepsWhatIsQuoted(s: Scenario, move: Move): string[] {
  const application = anyApplication(s, move);
  if (application === undefined) return [];
  const role = move.which % 2 === 0 ? 'platform' : 'operations';
  const context = s.contextOf(s.principalOf(role));
  const draft = new Draft(s.book, instant(s.now), RULES.capHolds);
  const quoted = quoteIn(draft, context, application);
  if (isRefusal(quoted))
    return isRefusal(new Ahead(s).give(context.principal, { kind: 'apply', application })) ? [] : ['it was refused a quote'];
  const quote = quoteView(draft, context.principal, application, quoted.assessed, quoted.money);
  const faults = linesAddUp(quote, quote.freight.amount.amount);
  const ahead = new Ahead(s);
  const row = ahead.give(context.principal, { kind: 'apply', application: { ...application, quoted: s.price(quote.refund.amount) } });
  if (row === undefined || isRefusal(row)) return [...faults, `what was quoted is refused: ${row?.code}`];
  const ended = ahead.allGoesWell(row.id);
  // Freight is quoted to the first alone that claims it, and taken by who is granted first.
  const rival = quote.freight.rule === 'merchantFault' && [...s.history.afterSales.values()].some((a) => isOpen(a) && a.freight === 'now');
  if (ended !== undefined && !(rival && stateOf(row).startsWith('re'))) faults.push(...paidAsTold(quote, ended));
  return faults.map((fault) => `a quote for ${JSON.stringify(application)}: ${fault}`);
}

describe('what is told after each step of random stories', () => {
  it('is true to the cent, whoever asks', () => {
    fc.assert(
      fc.property(anyStory, (story) => look(story, toldTruly)),
      { numRuns: scaled(40) },
    );
  });

  it('of an application is what is paid where all goes well', () => {
    fc.assert(
      fc.property(anyStory, (story) => look(story, keepsWhatIsTold)),
      { numRuns: scaled(40) },
    );
  });

  it('of what is free is what an application pays', () => {
    fc.assert(
      fc.property(anyStory, (story) => look(story, keepsWhatIsQuoted)),
      { numRuns: scaled(40) },
    );
  });
});
