import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkPublish } from '../../src/machines/chooseTemplate.js';
import { contradictionsOf } from '../../src/machines/contradictions.js';
import { milliseconds } from '../../src/machines/duration.js';
import { shipped, shippedTemplates } from './model/shipped.js';

const CURRENCIES = ['CNY', 'USD', 'EUR', 'GBP', 'JPY', 'KWD'];

describe.each(shippedTemplates.map((template) => [template.id, template] as const))('the template %s', (id, template) => {
  it('is named like its file and stands in its first version', () => {
    expect(readdirSync('templates')).toContain(`${id}.json`);
    expect(template.version).toBe(1);
  });

  it('does not contradict itself', () => {
    expect(contradictionsOf(template)).toEqual([]);
  });

  it('may be published beside the others', () => {
    const others = shippedTemplates.filter((other) => other !== template);
    expect(checkPublish(others, template)).toBeUndefined();
  });

  it('gives every list of amounts in the currencies that shops ask for first', () => {
    const lists = [
      template.limits.goodwill,
      ...(template.freight.advanced.length > 0 ? [template.freight.advanced] : []),
      ...(template.review.autoApprove === undefined ? [] : [template.review.autoApprove.amounts]),
      ...template.fees.flatMap(({ charge }) => (charge.kind === 'fixed' ? [charge.amounts] : [])),
    ];
    for (const list of lists) expect(list.map(({ currency }) => currency)).toEqual(expect.arrayContaining(CURRENCIES));
  });

  it('lets an unknown payout be asked for well before a person repeats the alarm', () => {
    const { asks, askEvery, manualAlarm, retries, backoff } = template.payout;
    expect(asks * milliseconds(askEvery)).toBeLessThanOrEqual(milliseconds(manualAlarm));
    expect(milliseconds(backoff) * 2 ** retries).toBeLessThan(milliseconds(manualAlarm));
  });

  it('extends and holds for longer than its longest single wait for a person', () => {
    const { merchant, operations } = template.review;
    expect(milliseconds(template.limits.hold)).toBeGreaterThan(
      Math.max(milliseconds(merchant.deadline), milliseconds(operations.deadline)),
    );
    expect(milliseconds(template.limits.extend)).toBeGreaterThanOrEqual(milliseconds(merchant.deadline));
  });
});

describe('the shipped templates together', () => {
  it('are the four that the documentation names', () => {
    expect(shippedTemplates.map(({ id }) => id)).toEqual(['electronics', 'fresh-food', 'merchant-first', 'strict-marketplace']);
  });

  it('have exactly one for everything that no other is for', () => {
    expect(shippedTemplates.filter(({ scope }) => Object.keys(scope).length === 0).map(({ id }) => id)).toEqual(['merchant-first']);
  });

  it.each([
    ['strict-marketplace', (t) => t.review.by === 'operations' && t.returning.inspection && t.payWhen === 'inspection'],
    ['strict-marketplace', (t) => t.reasons.some(({ evidence }) => evidence >= 2)],
    ['merchant-first', (t) => t.review.by === 'merchant' && t.freight.refund === 'lastUnit'],
    ['fresh-food', (t) => [t.offers.notShipped, t.offers.inTransit, t.offers.delivered].flat().every((type) => type === 'refund')],
    ['fresh-food', (t) => (t.review.autoApprove?.reasons ?? []).includes('weightShort')],
    ['fresh-food', (t) => t.reasons.some(({ code, claims }) => code === 'damaged' && claims.includes('money'))],
    ['electronics', (t) => t.returning.inspection && t.offers.delivered.includes('repair') && t.offers.delivered.includes('exchange')],
  ] as const satisfies readonly (readonly [string, (template: ReturnType<typeof shipped>) => boolean])[])(
    'keep what %s stands for (%#)',
    (id, keeps) => {
      expect(keeps(shipped(id))).toBe(true);
    },
  );
});
