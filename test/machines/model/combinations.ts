import { buildChart, type Chart } from '../../../src/machines/chart.js';
import type { Template } from '../../../src/machines/template.js';
import { AFTER_SALE_TYPES, type AfterSaleType } from '../../../src/machines/words.js';
import { shipped, shippedTemplates } from './shipped.js';

/** Limits that reach everything in few states. */
const few = (template: Template): Template => ({
  ...template,
  limits: { ...template.limits, offers: 1, evidenceRequests: 1 },
  payout: { ...template.payout, retries: 1 },
});

const merchantFirst = shipped('merchant-first');
const electronics = shipped('electronics');

/** Settings that no shipped template has, so that their transitions are walked too. */
const VARIANTS: readonly (readonly [Template, readonly AfterSaleType[]])[] = [
  [{ ...few(merchantFirst), id: 'paid-at-scan', payWhen: 'carrierScan' }, AFTER_SALE_TYPES],
  [{ ...few(electronics), id: 'uninspected-fails', returning: { ...electronics.returning, inspectThen: 'fail' } }, AFTER_SALE_TYPES],
  [{ ...few(merchantFirst), id: 'paid-uninspected', returning: { ...merchantFirst.returning, inspection: false } }, ['return']],
];

/** A type under a template, with its chart. */
export interface Combination {
  readonly name: string;
  readonly type: AfterSaleType;
  readonly template: Template;
  readonly chart: Chart;
  /** whether the template is one of the shipped ones */
  readonly ships: boolean;
}

function combine(template: Template, types: readonly AfterSaleType[], ships: boolean): Combination[] {
  return types.map((type) => ({ name: `a ${type} under ${template.id}`, type, template, chart: buildChart(type, template), ships }));
}

/**
 * Every type under every shipped template, also where a template does not offer the type: an
 * after-sale of that type may have begun under an earlier version.
 */
export const COMBINATIONS: readonly Combination[] = [
  ...shippedTemplates.flatMap((template) => combine(template, AFTER_SALE_TYPES, true)),
  ...VARIANTS.flatMap(([template, types]) => combine(template, types, false)),
];
