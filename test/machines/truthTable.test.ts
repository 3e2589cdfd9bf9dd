import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildChart } from '../../src/machines/chart.js';
import { describeChart } from '../../src/machines/draw/describeChart.js';
import { statesToMarkdown } from '../../src/machines/draw/tableToMarkdown.js';
import { EVENT_SOURCES, RESTING_STATES, type Row, truthTable } from '../../src/machines/truthTable.js';
import { AFTER_SALE_TYPES } from '../../src/machines/words.js';
import { eventsOf } from './model/events.js';
import { shipped } from './model/shipped.js';
import { SPEC, withSection } from './model/spec.js';

const graphs = AFTER_SALE_TYPES.map((type) => describeChart(buildChart(type, shipped('merchant-first'))));
const nothing = { targets: new Set<string>(), refused: true };

describe('the truth table', () => {
  it('knows exactly the states in which some chart can rest', () => {
    const resting = graphs.flatMap(({ states }) =>
      states.filter(({ kind }) => kind !== 'compound' && kind !== 'choice').map(({ path }) => path),
    );
    expect([...new Set(resting)].sort()).toEqual(Object.keys(RESTING_STATES).sort());
  });

  it('numbers no two states alike', () => {
    expect(new Set(Object.values(RESTING_STATES)).size).toBe(Object.keys(RESTING_STATES).length);
  });

  it('knows exactly the events that the charts take, and the deadline', () => {
    const taken = graphs.flatMap(({ transitions }) => transitions.filter(({ kind }) => kind === 'event').map(({ event }) => event));
    expect([...new Set([...taken, 'deadline'])].sort()).toEqual(Object.keys(EVENT_SOURCES).sort());
    expect(Object.keys(eventsOf('exchange')).sort()).toEqual([...new Set(taken)].sort());
  });

  it.each(AFTER_SALE_TYPES)('of a %s has a cell for every event in every state that is not absent', (type) => {
    const table = truthTable(describeChart(buildChart(type, shipped('electronics'))), () => nothing);
    expect(Object.keys(table)).toEqual(Object.keys(RESTING_STATES));
    const rows = Object.values(table).filter((row): row is Row => row !== 'absent');
    expect(rows.length).toBeGreaterThan(15);
    for (const row of rows) expect(Object.keys(row)).toEqual(Object.keys(EVENT_SOURCES));
  });

  it('is the same under every template, but for what its guards and deadlines say', () => {
    for (const type of AFTER_SALE_TYPES) {
      const shapes = ['electronics', 'fresh-food', 'merchant-first', 'strict-marketplace'].map((id) => {
        const { states, transitions } = describeChart(buildChart(type, shipped(id)));
        return { states, transitions: transitions.map((transition) => ({ ...transition, deadline: transition.deadline?.name })) };
      });
      for (const shape of shapes) expect(shape).toEqual(shapes[0]);
    }
  });

  it('throws for a state that it does not know, and for a way that the chart does not have', () => {
    const [graph] = graphs;
    if (graph === undefined) throw new RangeError('no chart');
    const grown = { ...graph, states: [...graph.states, { path: 'pondering', parent: null, kind: 'resting' as const, initial: null }] };
    expect(() => truthTable(grown, () => nothing)).toThrow('pondering');
    expect(() => truthTable(graph, () => ({ targets: new Set(['settled']), refused: false }))).toThrow('does not say');
  });

  it('names the states in SPEC.md', async () => {
    await expect(withSection(readFileSync(SPEC, 'utf8'), 'truth table: states', statesToMarkdown())).toMatchFileSnapshot(SPEC);
  });
});
