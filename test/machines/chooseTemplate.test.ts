import { describe, expect, it } from 'vitest';
import { lineNo } from '../../src/domain/ids.js';
import { isRefusal } from '../../src/domain/refusals.js';
import { checkPublish, chooseForUnits, chooseTemplate, type TemplateSubject } from '../../src/machines/chooseTemplate.js';
import { type Template, templateSchema } from '../../src/machines/template.js';
import { shipped, shippedTemplates } from './model/shipped.js';

const base = shipped('merchant-first');
const scoped = (id: string, scope: Template['scope'], version = 1): Template => ({ ...base, id, scope, version });
const subject: TemplateSubject = { platform: 'own', shopId: 's1', category: 'toys', type: 'return', stage: 'delivered' };
const chosen = (templates: readonly Template[], wanted: TemplateSubject = subject) => {
  const template = chooseTemplate(templates, wanted);
  return isRefusal(template) ? template.code : template.id;
};

const SCOPES: Readonly<Record<string, Template['scope']>> = {
  everything: {},
  stage: { stage: 'delivered' },
  type: { type: 'return' },
  typeAndStage: { type: 'return', stage: 'delivered' },
  category: { category: 'toys' },
  categoryAndRest: { category: 'toys', type: 'return', stage: 'delivered' },
  platform: { platform: 'own' },
  platformAndRest: { platform: 'own', category: 'toys', type: 'return', stage: 'delivered' },
  shop: { shopId: 's1' },
  all: { shopId: 's1', platform: 'own', category: 'toys', type: 'return', stage: 'delivered' },
};

describe('chooseTemplate', () => {
  const byRank = Object.entries(SCOPES).map(([id, scope]) => scoped(id, scope));

  it('takes the most specific scope: shop before platform before category before type before stage', () => {
    const rest = [...byRank];
    const order: string[] = [];
    while (rest.length > 0) {
      const id = chosen(rest);
      order.push(id);
      rest.splice(
        rest.findIndex((template) => template.id === id),
        1,
      );
    }
    expect(order).toEqual(Object.keys(SCOPES).reverse());
  });

  it('does not depend on the order of the list', () => {
    expect(chosen([...byRank].reverse())).toBe(chosen(byRank));
  });

  it.each([
    [{ platform: 'marketplace', category: 'electronics' }, 'strict-marketplace'],
    [{ category: 'electronics' }, 'electronics'],
    [{ category: 'fresh-food' }, 'fresh-food'],
    [{}, 'merchant-first'],
  ])('picks for %o among the shipped ones %s', (more, id) => {
    expect(chosen(shippedTemplates, { ...subject, ...more })).toBe(id);
  });

  it('looks only at the newest version of each id, also where that one is for something else', () => {
    const templates = [scoped('a', { category: 'toys' }), scoped('a', { category: 'food' }, 2), scoped('b', {})];
    expect(chosen(templates)).toBe('b');
    expect(chosen([...templates].reverse())).toBe('b');
    expect(chosen(templates, { ...subject, category: 'food' })).toBe('a');
  });

  it('refuses what no template is for', () => {
    expect(chosen([scoped('a', { shopId: 'other' })])).toBe('template.notFound');
    expect(chosen([])).toBe('template.notFound');
  });
});

describe('chooseForUnits', () => {
  const line = (no: number, category: string) => ({ lineNo: lineNo(no), subject: { ...subject, category } });

  it('gives the template that all lines lead to', () => {
    expect(chooseForUnits(shippedTemplates, [line(1, 'toys'), line(2, 'books')])).toMatchObject({ id: 'merchant-first' });
  });

  it('refuses lines that lead to different templates, with the groups', () => {
    const lines = [line(1, 'toys'), line(2, 'fresh-food'), line(3, 'books')];
    expect(chooseForUnits(shippedTemplates, lines)).toMatchObject({
      code: 'template.mixed',
      facts: {
        groups: [
          { template: 'merchant-first', version: 1, lines: [1, 3] },
          { template: 'fresh-food', version: 1, lines: [2] },
        ],
      },
    });
  });

  it('refuses a line that no template is for, and no line at all', () => {
    expect(chooseForUnits([scoped('a', { category: 'toys' })], [line(1, 'toys'), line(2, 'books')])).toMatchObject({
      code: 'template.notFound',
      facts: { category: 'books' },
    });
    expect(chooseForUnits(shippedTemplates, [])).toMatchObject({ code: 'selection.empty' });
  });
});

describe('checkPublish', () => {
  const published = [scoped('a', { category: 'toys' }, 3)];

  it('lets a newer version and another scope through', () => {
    expect(checkPublish(published, scoped('a', { category: 'toys' }, 4))).toBeUndefined();
    expect(checkPublish(published, scoped('b', { category: 'books' }))).toBeUndefined();
    expect(checkPublish(published, scoped('b', { category: 'toys', stage: 'delivered' }))).toBeUndefined();
  });

  it('refuses the same scope by another id, but not one that the other has left', () => {
    expect(checkPublish(published, scoped('b', { category: 'toys' }))).toMatchObject({ code: 'template.tie', facts: { template: 'a' } });
    const moved = [...published, scoped('a', { category: 'books' }, 4)];
    expect(checkPublish(moved, scoped('b', { category: 'toys' }))).toBeUndefined();
  });

  it.each([3, 2])('refuses version %i where version 3 is published', (version) => {
    expect(checkPublish(published, scoped('a', {}, version))).toMatchObject({ code: 'template.invalid', path: 'version' });
  });

  type Change = (template: Template) => unknown;
  const contradictory: readonly (readonly [string, string, Change])[] = [
    [
      'money at the scan where nothing comes back',
      'payWhen',
      (t) => ({ ...t, payWhen: 'carrierScan', offers: { ...t.offers, inTransit: ['refund'], delivered: ['refund'] } }),
    ],
    [
      'a type that no reason names',
      'offers.delivered',
      (t) => ({
        ...t,
        reasons: t.reasons
          .map((reason) => ({ ...reason, types: reason.types.filter((type) => type !== 'repair') }))
          .filter(({ types }) => types.length > 0),
      }),
    ],
    ['goods that never left', 'offers.notShipped', (t) => ({ ...t, offers: { ...t.offers, notShipped: ['refund', 'return'] } })],
    ['a type twice', 'offers.delivered', (t) => ({ ...t, offers: { ...t.offers, delivered: ['refund', 'return', 'refund'] } })],
    ['nothing offered in its scope', 'offers', (t) => ({ ...t, scope: { stage: 'notShipped', type: 'repair' } })],
    [
      'an unknown reason approved at once',
      'review.autoApprove.reasons[1]',
      (t) => ({
        ...t,
        review: { ...t.review, autoApprove: { amounts: [{ amount: 1, currency: 'EUR' }], reasons: ['missing', 'unheardOf'] } },
      }),
    ],
    ['no amount approved at once', 'review.autoApprove.amounts', (t) => ({ ...t, review: { ...t.review, autoApprove: { amounts: [] } } })],
    [
      'a kind twice in the waterfall',
      'payout.tenders.kinds',
      (t) => ({ ...t, payout: { ...t.payout, tenders: { order: 'waterfall', kinds: ['card', 'points', 'card'] } } }),
    ],
    ['a reason twice', 'reasons', (t) => ({ ...t, reasons: [...t.reasons, t.reasons[0]] })],
    [
      'goods without a claim of units',
      'reasons[0].claims',
      (t) => ({ ...t, reasons: [{ ...t.reasons[0], types: ['refund', 'return'], claims: ['money'] }, ...t.reasons.slice(1)] }),
    ],
    [
      'weight without a refund',
      'reasons[6].claims',
      (t) => ({ ...t, reasons: t.reasons.map((reason, index) => (index === 6 ? { ...reason, claims: ['unit', 'weight'] } : reason)) }),
    ],
    [
      'more evidence than its limit',
      'reasons[0].evidence',
      (t) => ({ ...t, reasons: t.reasons.map((reason) => ({ ...reason, evidence: reason.code === 'cancelled' ? 10 : 0 })) }),
    ],
    ['a fee twice', 'fees', (t) => ({ ...t, fees: [...t.fees, ...t.fees] })],
    [
      'a currency twice',
      'limits.goodwill',
      (t) => ({ ...t, limits: { ...t.limits, goodwill: [...t.limits.goodwill, { amount: 1, currency: 'EUR' }] } }),
    ],
    ['an unknown currency', 'freight.advanced', (t) => ({ ...t, freight: { ...t.freight, advanced: [{ amount: 1, currency: 'XXX' }] } })],
  ];

  it.each(contradictory)('refuses %s', (_, path, change) => {
    const next = templateSchema.parse(change(base));
    expect(checkPublish([], next)).toMatchObject({ code: 'template.invalid', path });
  });
});
