import { describe, expect, it } from 'vitest';
import { buildChart, CHART_VERSION } from '../../src/machines/chart.js';
import { initialContext } from '../../src/machines/context.js';
import { describeChart } from '../../src/machines/draw/describeChart.js';
import { type ChartMigration, MIGRATIONS, migrateSnapshot, migrateTimerId } from '../../src/machines/migrations.js';
import { type Snapshot, type StateValue, statePath, step } from '../../src/machines/step.js';
import { AFTER_SALE_TYPES } from '../../src/machines/words.js';
import { shipped } from './model/shipped.js';

const context = initialContext({
  remedy: 'return',
  needsStop: false,
  automatic: false,
  reviewer: 'merchant',
  priceNamed: true,
  pickup: false,
  goods: 'buyer',
  difference: 'none',
});
const stored = (value: StateValue, version = 1): Snapshot => ({ version, value, context });

/** Made up: a state gets another name, then the state around it does, and a state moves out of another. */
const made: readonly ChartMigration[] = [
  { version: 2, renamed: { 'reviewing.offered': 'reviewing.countered' }, added: {} },
  { version: 3, renamed: { reviewing: 'judging', 'returning.inspecting': 'inspecting' }, added: { early: true } },
];

describe('migrateSnapshot', () => {
  it('gives a snapshot of today back as it is', () => {
    const snapshot = stored({ reviewing: 'offered' }, CHART_VERSION);
    expect(migrateSnapshot(snapshot)).toBe(snapshot);
  });

  it.each([
    [1, { reviewing: 'offered' }, { judging: 'countered' }],
    [2, { reviewing: 'countered' }, { judging: 'countered' }],
    [1, { reviewing: 'merchant' }, { judging: 'merchant' }],
    [1, { returning: 'inspecting' }, 'inspecting'],
    [1, { returning: 'inTransit' }, { returning: 'inTransit' }],
    [1, 'completed', 'completed'],
  ])('reads charts %i in %o as %o in charts 3', (version, value, expected) => {
    expect(migrateSnapshot(stored(value, version), made, 3)).toEqual({ version: 3, value: expected, context });
  });

  it('goes only as far as the version asked for', () => {
    expect(migrateSnapshot(stored({ reviewing: 'offered' }), made, 2).value).toEqual({ reviewing: 'countered' });
  });

  it('adds values that were not there, and changes none that were', () => {
    const { early: _, ...before } = context;
    const old = { ...stored('completed'), context: before } as Snapshot;
    expect(migrateSnapshot(old, made, 3).context.early).toBe(true);
    expect(migrateSnapshot(stored('completed'), made, 3).context.early).toBe(false);
  });

  it('refuses to read a snapshot of newer charts', () => {
    expect(() => migrateSnapshot(stored('completed', CHART_VERSION + 1))).toThrow(RangeError);
  });
});

describe('migrateTimerId', () => {
  it.each([
    ['xstate.after.offer.afterSale.reviewing.offered', 'xstate.after.offer.afterSale.judging.countered'],
    ['xstate.after.inspection.afterSale.returning.inspecting', 'xstate.after.inspection.afterSale.inspecting'],
    ['xstate.after.appealWindow.afterSale.completed', 'xstate.after.appealWindow.afterSale.completed'],
    ['hold', 'hold'],
  ])('reads %s as %s', (timerId, expected) => {
    expect(migrateTimerId(timerId, 1, made, 3)).toBe(expected);
    expect(migrateTimerId(timerId, 3, made, 3)).toBe(timerId);
  });
});

describe('the migrations of the charts', () => {
  it('stand in the order of their versions, up to the one of today', () => {
    const versions = MIGRATIONS.map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    expect(CHART_VERSION).toBe(1 + MIGRATIONS.length);
  });

  it('lead every state that charts 1 rested in to a state that the charts of today take up', () => {
    for (const [type, paths] of Object.entries(RESTING_IN_CHARTS_1)) {
      const known = AFTER_SALE_TYPES.find((candidate) => candidate === type);
      if (known === undefined) throw new RangeError(type);
      const chart = buildChart(known, shipped('merchant-first'));
      const today = new Set(describeChart(chart).states.map(({ path }) => path));
      for (const path of paths) {
        const [first = '', second] = path.split('.');
        const snapshot = migrateSnapshot(stored(second === undefined ? first : { [first]: second }));
        expect(today).toContain(statePath(snapshot.value));
        expect(() => step(chart, snapshot, { type: 'note' })).not.toThrow();
      }
    }
  });
});

const EVERY = [
  'reviewing.merchant',
  'reviewing.operations',
  'reviewing.offered',
  'reviewing.awaitingEvidence',
  'returning.awaitingHandover',
  'returning.pickupScheduled',
  'returning.inTransit',
  'returning.inspecting',
  'refunding.paying',
  'refunding.retrying',
  'refunding.manual',
  'sendingBack.preparing',
  'sendingBack.shipped',
  'arbitrating.evidence',
  'arbitrating.ruling',
  'rejected',
  'completed',
  'settled',
  'closed',
  'cancelled',
];

/** What may stand in stored snapshots since the first charts; never shortened. */
const RESTING_IN_CHARTS_1: Readonly<Record<string, readonly string[]>> = {
  refund: [...EVERY, 'stopping'],
  return: EVERY,
  exchange: [...EVERY, 'exchanging.awaitingPayment', 'exchanging.preparing', 'exchanging.shipped'],
  repair: [
    ...EVERY,
    'exchanging.preparing',
    'exchanging.shipped',
    'repairing.diagnosing',
    'repairing.awaitingConsent',
    'repairing.working',
    'repairing.shippingBack',
  ],
};
