import { type PortionOfUnits, sumPortions } from '../domain/claims.js';
import type { Instant, LineNo } from '../domain/ids.js';
import { gross, type Minor } from '../domain/money.js';
import { type Stage, stageOf } from '../domain/order.js';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import type { AvailabilityRun, Selected, SelectedRange, SelectionEntry } from '../domain/selection.js';
import { type Piece, piecesOf, unitsIn } from '../domain/units.js';
import { chooseForUnits } from '../machines/chooseTemplate.js';
import { milliseconds } from '../machines/duration.js';
import type { Reason, Template } from '../machines/template.js';
import { type BookView, lineOf } from './book.js';
import { claimPortions } from './claimed.js';
import type { Application, Evidence } from './command.js';
import type { DecisionContext } from './context.js';
import type { Draft } from './draft.js';

/** What an application comes to: which units, under which template, and what each of them may get. */
export interface Assessed {
  readonly ranges: readonly SelectedRange[];
  readonly quantity: number;
  readonly pieces: readonly Piece[];
  readonly stage: Stage;
  readonly template: Template;
  readonly reason: Reason;
  readonly portions: readonly PortionOfUnits[];
  readonly goods: Minor;
  readonly asked: Minor | null;
  /** what the application still has to give; empty but in a quote */
  readonly needs: readonly Need[];
}

/** What changes no amount, so that a quote can be had before it: pieces of evidence, how the goods come back, what is wanted instead. */
export const NEEDS = ['evidence', 'wayBack', 'wanted'] as const;
export type Need = (typeof NEEDS)[number];

/** Finds the units that entries name, among those that are free. */
export function selectIn(
  draft: Draft,
  context: DecisionContext,
  entries: readonly SelectionEntry[],
  purpose: 'units' | 'weight',
  path = 'selection',
): Selected | Refusal {
  const availability = new Map<LineNo, readonly AvailabilityRun[]>();
  for (const [lineNo, line] of draft.lines()) availability.set(lineNo, line.free);
  const selected = context.rules.selectUnits({ order: draft.order, availability, entries, purpose, path });
  return isRefusal(selected) && selected.code === 'selection.claimed' ? whyClaimed(draft, selected) : selected;
}

/** A selection knows only which units are free; whether one is held or refunded for good stands with the line. */
function whyClaimed(draft: Draft, refusal: Refusal): Refusal {
  const { lineNo, units } = refusal.facts ?? {};
  const [first] = Array.isArray(units) ? units : [];
  const from = typeof first === 'object' && first !== null && 'from' in first ? Number(first.from) : 0;
  const line = draft.order.lines.find((candidate) => candidate.lineNo === lineNo);
  if (line === undefined || from === 0) return refusal;
  const [run] = unitsIn(draft.line(line.lineNo), from, from);
  if (run === undefined || run.state.ended === 0) return refusal;
  return { ...refusal, detail: `Unit ${from} of line ${line.lineNo} is refunded for good.`, facts: { ...refusal.facts, state: 'ended' } };
}

/** Judges an application: the same for a quote and for the application itself, but for what a quote does without. Changes nothing. */
export function assess(draft: Draft, context: DecisionContext, application: Application, purpose: 'apply' | 'quote'): Assessed | Refusal {
  const selected = selectIn(draft, context, application.selection, application.claim.kind === 'weight' ? 'weight' : 'units');
  if (isRefusal(selected)) return selected;
  const stage = stageOfRanges(draft, selected.ranges);
  if (isRefusal(stage)) return stage;
  const template = templateFor(draft, context, application, selected.ranges, stage);
  if (isRefusal(template)) return template;
  const reason = judgeTerms(draft, context, application, template, stage, selected.ranges);
  if (isRefusal(reason)) return reason;
  const missing = missingOf(context, application, reason);
  const [first] = missing;
  if (first !== undefined && purpose === 'apply') return first.refusal;
  const pieces = piecesOf(draft.lines(), draft.split.runs, selected.ranges);
  const portions = claimPortions(draft, context, application, selected.ranges, pieces);
  if (isRefusal(portions)) return portions;
  const goods = gross(sumPortions(portions));
  return {
    ranges: selected.ranges,
    quantity: selected.quantity,
    pieces,
    stage,
    template,
    reason,
    portions,
    goods,
    asked: application.claim.kind === 'unit' ? null : goods,
    needs: missing.map(({ need }) => need),
  };
}

function stageOfRanges(draft: Draft, ranges: readonly SelectedRange[]): Stage | Refusal {
  const stages = new Map<Stage, LineNo[]>();
  for (const range of ranges) {
    const stage = stageOf(lineOf(draft.order, range.lineNo));
    stages.set(stage, [...(stages.get(stage) ?? []), range.lineNo]);
  }
  const [first] = stages.keys();
  if (first !== undefined && stages.size === 1) return first;
  return refuse('selection.mixedStage', 'The units selected are at different stages; apply for each stage by itself.', {
    path: 'selection',
    facts: Object.fromEntries([...stages].map(([stage, lines]) => [stage, [...new Set(lines)]])),
  });
}

function templateFor(
  draft: Draft,
  context: DecisionContext,
  application: Application,
  ranges: readonly SelectedRange[],
  stage: Stage,
): Template | Refusal {
  const { platform, shopId } = draft.order;
  return chooseForUnits(
    context.published,
    [...new Set(ranges.map((range) => range.lineNo))].map((lineNo) => ({
      lineNo,
      subject: { platform, shopId, category: lineOf(draft.order, lineNo).category, type: application.type, stage },
    })),
  );
}

/** Type, reason, claim, window, flags and what is given of evidence, way back and wanted goods, as the template says. */
function judgeTerms(
  draft: Draft,
  context: DecisionContext,
  application: Application,
  template: Template,
  stage: Stage,
  ranges: readonly SelectedRange[],
): Reason | Refusal {
  const { type } = application;
  if (!template.offers[stage].includes(type)) {
    return refuse('apply.typeNotAllowed', `${template.name} offers no ${type} for goods that are ${stage}.`, {
      path: 'type',
      facts: { stage, offered: template.offers[stage] },
    });
  }
  const reason = template.reasons.find((candidate) => candidate.code === application.reason);
  if (reason === undefined || !reason.types.includes(type) || !reason.stages.includes(stage)) {
    const known = template.reasons.filter((r) => r.types.includes(type) && r.stages.includes(stage)).map((r) => r.code);
    return refuse('apply.reasonUnknown', `${application.reason} is no reason to ask for ${type} of goods that are ${stage}.`, {
      path: 'reason',
      facts: { known },
    });
  }
  if (!reason.claims.includes(application.claim.kind)) {
    return refuse('apply.claimNotAllowed', `The reason ${reason.code} does not take a claim of ${application.claim.kind}.`, {
      path: 'claim.kind',
      facts: { allowed: reason.claims },
    });
  }
  if (type !== 'refund' && application.claim.kind !== 'unit') {
    return refuse('apply.claimNotAllowed', `Whole units are claimed for ${type}.`, { path: 'claim.kind', facts: { allowed: ['unit'] } });
  }
  return (
    judgeEligibility(draft, context, template, stage, ranges) ??
    judgeEvidence(context, application.evidence, template) ??
    judgeGoods(draft.now, application) ??
    reason
  );
}

/** Flags, window since delivery and the limit of after-sales: what shuts an order or a line out, whatever is asked. */
export function judgeEligibility(
  book: Pick<BookView, 'order' | 'state'>,
  context: DecisionContext,
  template: Template,
  stage: Stage,
  ranges: readonly { readonly lineNo: LineNo }[],
): Refusal | undefined {
  const flag = book.order.flags.find((candidate) => template.eligibility.refusedFlags.includes(candidate));
  if (flag !== undefined && context.principal.role !== 'operations' && context.principal.role !== 'platform') {
    return refuse('apply.notEligible', `Orders that are ${flag} are excluded.`, { facts: { flag } });
  }
  if (stage === 'delivered' && context.principal.role !== 'operations') {
    for (const { lineNo } of ranges) {
      const deliveredAt = lineOf(book.order, lineNo).deliveredAt ?? context.now;
      const until = deliveredAt + milliseconds(template.eligibility.window);
      if (context.now > until) {
        return refuse('apply.windowExpired', `The time to apply for line ${lineNo} ended ${new Date(until).toISOString()}.`, {
          path: 'selection',
          facts: { lineNo, until: new Date(until).toISOString() },
        });
      }
    }
  }
  if (book.state.lastRefundId >= template.limits.afterSales) {
    return refuse('apply.limitReached', `The order has had ${book.state.lastRefundId} after-sales.`, {
      facts: { limit: template.limits.afterSales },
    });
  }
  return undefined;
}

/** Whether pieces of evidence are not too many, and those uploaded are there. */
export function judgeEvidence(context: DecisionContext, evidence: readonly Evidence[], template: Template): Refusal | undefined {
  if (evidence.length > template.limits.evidence) {
    return refuse('command.limitReached', `At most ${template.limits.evidence} pieces of evidence are taken.`, { path: 'evidence' });
  }
  for (const [i, piece] of evidence.entries()) {
    if (!('evidenceId' in piece)) continue;
    const known = context.evidence.get(piece.evidenceId);
    if (known === undefined) return refuse('evidence.notFound', 'There is no such evidence.', { path: `evidence[${i}].evidenceId` });
    if (known !== piece.sha256)
      return refuse('evidence.invalid', 'The uploaded content has another SHA-256.', { path: `evidence[${i}].sha256` });
  }
  return undefined;
}

/** What an application has to give and this one does not give, first come first. */
function missingOf(
  context: DecisionContext,
  application: Application,
  reason: Reason,
): { readonly need: Need; readonly refusal: Refusal }[] {
  const missing: { need: Need; refusal: Refusal }[] = [];
  const needed = context.principal.role === 'user' || context.principal.role === 'merchant' ? reason.evidence : 0;
  // The same picture once more proves nothing more.
  const given = new Set(application.evidence.map(({ sha256 }) => sha256)).size;
  if (given < needed) {
    const detail = `${needed} different pieces of evidence are needed, ${given} were given.`;
    missing.push({
      need: 'evidence',
      refusal: refuse('apply.evidenceMissing', detail, { path: 'evidence', facts: { needed, given } }),
    });
  }
  if (application.type !== 'refund' && application.wayBack === undefined) {
    missing.push({ need: 'wayBack', refusal: refuse('apply.wayBackMissing', 'Say how the goods come back.', { path: 'wayBack' }) });
  }
  if (application.type === 'exchange' && application.wanted === undefined) {
    missing.push({ need: 'wanted', refusal: refuse('apply.wantedMissing', 'Name the SKU wanted.', { path: 'wanted' }) });
  }
  return missing;
}

/** A carrier comes in the future. */
export function judgeAppointment(now: Instant, to: Instant, path: string): Refusal | undefined {
  if (to > now) return undefined;
  const at = new Date(now).toISOString();
  return refuse('apply.appointmentPast', `The appointment ended before now, which is ${at}.`, { path, facts: { now: at } });
}

function judgeGoods(now: Instant, application: Application): Refusal | undefined {
  if (application.wayBack?.kind === 'pickup') {
    const past = judgeAppointment(now, application.wayBack.to, 'wayBack.to');
    if (past !== undefined) return past;
  }
  if (application.type === 'refund' && application.wayBack !== undefined)
    return refuse('apply.wayBackUnexpected', 'A refund takes no goods back.', { path: 'wayBack' });
  if (application.type !== 'exchange' && application.wanted !== undefined)
    return refuse('apply.wantedUnexpected', 'Only an exchange names a wanted SKU.', { path: 'wanted' });
  return undefined;
}
