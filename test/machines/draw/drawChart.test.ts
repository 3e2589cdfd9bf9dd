import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildChart } from '../../../src/machines/chart.js';
import { arrowsOf, durationOf, nameOf } from '../../../src/machines/draw/arrows.js';
import { type ChartGraph, describeChart, entered } from '../../../src/machines/draw/describeChart.js';
import { toDot } from '../../../src/machines/draw/toDot.js';
import { toMermaid } from '../../../src/machines/draw/toMermaid.js';
import { toSvg } from '../../../src/machines/draw/toSvg.js';
import { milliseconds } from '../../../src/machines/duration.js';
import { AFTER_SALE_TYPES } from '../../../src/machines/words.js';
import { shipped } from '../model/shipped.js';

const template = shipped('merchant-first');
const docs = (name: string) => fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));
const graphOf = (type: (typeof AFTER_SALE_TYPES)[number]) => describeChart(buildChart(type, template));

describe('describeChart', () => {
  const graph = graphOf('return');
  const from = (path: string, event: string) =>
    graph.transitions.filter((t) => t.from === path && (t.event === event || t.deadline?.name === event));

  it('tells where an after-sale enters, and what each state is', () => {
    const kinds = new Map(graph.states.map(({ path, kind }) => [path, kind]));
    expect(graph.initial).toBe('applied');
    expect(kinds.get('applied')).toBe('choice');
    expect(kinds.get('reviewing')).toBe('compound');
    expect(kinds.get('reviewing.merchant')).toBe('resting');
    expect(kinds.get('completed')).toBe('ended');
    expect(kinds.get('settled')).toBe('final');
    expect(entered(graph, 'refunding')).toBe('refunding.paying');
  });

  it('keeps guards, targets and actions in the order of the chart', () => {
    expect(from('returning.inTransit', 'received').map(({ guard, to }) => [guard, to])).toEqual([
      ['early', 'returning.arrived'],
      ['paysOnReceipt', 'refunding'],
      [null, 'returning.arrived'],
    ]);
    expect(from('returning.inTransit', 'lost')[0]?.actions).toEqual(['setGoods(lost)', 'bearLoss']);
  });

  it('gives deadlines the length that the template gives them', () => {
    expect(from('reviewing.merchant', 'merchantReview')[0]?.deadline).toEqual({
      name: 'merchantReview',
      ms: milliseconds(template.review.merchant.deadline),
    });
    expect(from('refunding.retrying', 'backoff')[0]?.deadline?.ms).toBe(milliseconds(template.payout.backoff));
  });

  it('marks what every open state takes, and nothing else', () => {
    const everywhere = new Set(graph.transitions.filter((t) => t.everywhere).map((t) => t.event));
    expect([...everywhere].sort()).toEqual(
      [
        'note',
        'extend',
        'repayFreight',
        'hold',
        'release',
        'holdExpired',
        'override.upheld',
        'override.refund',
        'override.return',
        'override.bearer',
      ].sort(),
    );
  });

  it('refuses a state that the chart does not have', () => {
    expect(() => entered(graph, 'pondering')).toThrow('pondering');
  });
});

describe('the arrows of a drawing', () => {
  it('are one for each pair of states, with a line for each cause', () => {
    const arrows = arrowsOf(graphOf('return'));
    const pairs = arrows.map(({ from, to }) => `${from} ${to}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(arrows.find(({ from, to }) => from === 'returning.inTransit' && to === 'passed')).toEqual({
      from: 'returning.inTransit',
      to: 'passed',
      onlyTime: false,
      lines: ['lost', 'after 15d'],
    });
    expect(arrows.find(({ from, to }) => from === 'approved' && to === 'returning.awaitingHandover')?.lines).toEqual(['otherwise']);
    expect(arrows.find(({ to }) => to === 'returning.awaitingHandover')?.onlyTime).toBe(false);
    expect(arrows.find(({ from, to }) => from === 'returning.pickupScheduled' && to === 'returning.awaitingHandover')?.onlyTime).toBe(true);
  });

  it.each([
    [90_000, '90s'],
    [300_000, '5m'],
    [172_800_000, '48h'],
    [259_200_000, '72h'],
    [604_800_000, '7d'],
    [90_000_000, '25h'],
  ])('write %i ms as %s', (ms, text) => {
    expect(durationOf(ms)).toBe(text);
  });
});

/** The words that a drawing must hold: the name of every state and of every event that has an arrow. */
function wordsOf(graph: ChartGraph): string[] {
  const states = graph.states.filter(({ kind, path }) => kind !== 'choice' && path !== graph.initial).map(({ path }) => nameOf(path));
  const events = graph.transitions.filter((t) => t.kind === 'event' && !t.everywhere && t.to !== null).map((t) => t.event);
  return [...new Set([...states, ...events])];
}

describe.each(AFTER_SALE_TYPES)('the drawing of type %s', (type) => {
  const graph = graphOf(type);
  const title = `${type} under merchant-first, version 1`;
  const drawn = {
    mermaid: () => toMermaid(graph),
    dot: () => toDot(graph, title),
    svg: () => toSvg(graph, title),
  };

  it.each(['mermaid', 'svg', 'dot'] as const)('as %s names every state and every event that leads on', async (format) => {
    const drawing = await drawn[format]();
    expect(wordsOf(graph).filter((word) => !drawing.includes(word))).toEqual([]);
    expect(drawing.endsWith('\n')).toBe(true);
  });

  it.each(['mermaid', 'svg', 'dot'] as const)('as %s says once what every open state takes', async (format) => {
    const drawing = await drawn[format]();
    expect(drawing.split('override, by operations')).toHaveLength(2);
    expect(drawing).not.toContain('override.refund');
  });

  it('stands in docs/ as it is drawn today', async () => {
    await expect(await drawn.svg()).toMatchFileSnapshot(docs(`chart-${type}.svg`));
  });
});

describe('toDot', () => {
  it('encloses children in their cluster and ends arrows at its border', () => {
    const dot = toDot(graphOf('refund'), 'a "title"');
    expect(dot).toContain('subgraph cluster_reviewing {');
    expect(dot).toMatch(/"sendingBack\.preparing" -> "refunding\.paying" \[[^\]]*lhead=cluster_refunding/);
    expect(dot).toMatch(/-> "cancelled@reviewing" \[[^\]]*ltail=cluster_reviewing/);
    expect(dot).toContain('label="a \\"title\\"');
  });

  it('dashes only what time alone does', () => {
    const lines = toDot(graphOf('refund'), '').split('\n');
    const dashed = lines.filter((line) => line.includes('style=dashed'));
    expect(dashed.length).toBeGreaterThan(3);
    expect(dashed.filter((line) => !/label="after [^"]*"/.test(line))).toEqual([]);
  });
});
