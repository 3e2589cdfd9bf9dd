import { currencyOf } from '../domain/currency.js';
import { isRefusal } from '../domain/refusals.js';
import type { Template } from './template.js';
import { STAGES } from './words.js';

/** What a template says against itself, and where. */
export interface Contradiction {
  /** path of the field, such as `fees[0].charge.amounts` */
  readonly path: string;
  readonly detail: string;
}

/** Everything in which a template that fits its schema contradicts itself. */
export function contradictionsOf(template: Template): readonly Contradiction[] {
  return [...offers(template), ...reasons(template), ...review(template), ...money(template)];
}

const repeated = <T>(values: readonly T[]): T | undefined => values.find((value, index) => values.indexOf(value) !== index);

function* offers(template: Template): Generator<Contradiction> {
  const { scope } = template;
  const stages = scope.stage === undefined ? STAGES : [scope.stage];
  const offered = stages.flatMap((stage) => template.offers[stage]);
  if (!offered.some((type) => scope.type === undefined || type === scope.type)) {
    yield { path: 'offers', detail: 'The template offers nothing within its scope.' };
  }
  for (const stage of STAGES) {
    const path = `offers.${stage}`;
    const twice = repeated(template.offers[stage]);
    if (twice !== undefined) yield { path, detail: `${twice} is offered twice.` };
    for (const type of template.offers[stage]) {
      if (stage === 'notShipped' && type !== 'refund')
        yield { path, detail: `No goods can come back for a ${type} before they were shipped.` };
      if (!template.reasons.some((reason) => reason.types.includes(type) && reason.stages.includes(stage))) {
        yield { path, detail: `No reason allows a ${type} of goods that are ${stage}.` };
      }
    }
  }
  if (template.payWhen !== 'inspection' && !STAGES.some((stage) => template.offers[stage].includes('return'))) {
    yield { path: 'payWhen', detail: `Money goes on ${template.payWhen}, but no return is offered.` };
  }
}

function* reasons(template: Template): Generator<Contradiction> {
  const twice = repeated(template.reasons.map((reason) => reason.code));
  if (twice !== undefined) yield { path: 'reasons', detail: `The reason ${twice} stands twice.` };
  for (const [index, reason] of template.reasons.entries()) {
    const path = `reasons[${index}]`;
    if (reason.types.some((type) => type !== 'refund') && !reason.claims.includes('unit')) {
      yield { path: `${path}.claims`, detail: `Goods come back only by a claim of units, which ${reason.code} does not allow.` };
    }
    if (!reason.types.includes('refund') && reason.claims.some((claim) => claim !== 'unit')) {
      yield { path: `${path}.claims`, detail: `A claim of money or weight is a refund, which ${reason.code} does not allow.` };
    }
    if (reason.evidence > template.limits.evidence) {
      yield {
        path: `${path}.evidence`,
        detail: `${reason.code} needs more evidence than the limit of ${template.limits.evidence} lets in.`,
      };
    }
  }
}

function* review(template: Template): Generator<Contradiction> {
  const { autoApprove } = template.review;
  if (autoApprove === undefined) return;
  if (autoApprove.amounts.length === 0) yield { path: 'review.autoApprove.amounts', detail: 'No amount is approved at once.' };
  for (const [index, code] of (autoApprove.reasons ?? []).entries()) {
    if (!template.reasons.some((reason) => reason.code === code)) {
      yield { path: `review.autoApprove.reasons[${index}]`, detail: `There is no reason ${code}.` };
    }
  }
}

function* money(template: Template): Generator<Contradiction> {
  const { tenders } = template.payout;
  const kind = tenders.order === 'waterfall' ? repeated(tenders.kinds) : undefined;
  if (kind !== undefined) yield { path: 'payout.tenders.kinds', detail: `${kind} stands twice in the waterfall.` };
  const fee = repeated(template.fees.map(({ name }) => name));
  if (fee !== undefined) yield { path: 'fees', detail: `The fee ${fee} stands twice.` };
  for (const { path, amounts } of amountsOf(template)) {
    const twice = repeated(amounts.map(({ currency }) => currency));
    if (twice !== undefined) yield { path, detail: `${twice} stands twice.` };
    for (const { currency } of amounts) {
      if (isRefusal(currencyOf(currency))) yield { path, detail: `${currency} is no currency of ISO 4217.` };
    }
  }
}

/** Every list of amounts of a template, with its path. */
function amountsOf(template: Template) {
  const fixed = template.fees.map(({ charge }, index) => ({
    path: `fees[${index}].charge.amounts`,
    amounts: charge.kind === 'fixed' ? charge.amounts : [],
  }));
  return [
    { path: 'review.autoApprove.amounts', amounts: template.review.autoApprove?.amounts ?? [] },
    { path: 'freight.advanced', amounts: template.freight.advanced },
    { path: 'limits.goodwill', amounts: template.limits.goodwill },
    ...fixed,
  ];
}
