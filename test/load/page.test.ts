import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { Report } from '../../src/load/report/report.js';

/** What the page gives its chart library to draw, with a document that has nothing but the report and places for charts. */

const DRAW = readFileSync(new URL('../../src/load/page/draw.js', import.meta.url), 'utf8');

/** The columns of a chart by the names of its series, and what its legend says at each of them. */
type Drawn = Readonly<Record<string, { readonly values: readonly (number | null)[]; readonly told: readonly string[] }>>;

interface Series {
  readonly label: string;
  readonly value: (plot: object, value: number | null, series: number, at: number) => string;
}

function drawn(report: Pick<Report, 'sliceMs' | 'slices' | 'phases' | 'absences' | 'curve' | 'words'>): ReadonlyMap<string, Drawn> {
  const charts = new Map<string, Drawn>();
  class Plot {
    constructor(
      { series }: { readonly series: readonly Series[] },
      data: readonly (readonly (number | null)[])[],
      place: { readonly id: string },
    ) {
      const columns = series.map(({ label, value }, index) => {
        const values = [...(data[index] ?? [])];
        return [label, { values, told: values.map((one, at) => value({}, one, index, at)) }] as const;
      });
      charts.set(place.id, Object.fromEntries(columns));
    }
    static readonly paths = {};
  }
  runInNewContext(DRAW, {
    uPlot: Plot,
    document: {
      documentElement: { clientWidth: 800 },
      getElementById: (id: string) => ({ id, clientWidth: 800, textContent: JSON.stringify(report) }),
    },
    getComputedStyle: () => ({ getPropertyValue: () => 'black' }),
    matchMedia: () => ({ addEventListener: () => undefined }),
    addEventListener: () => undefined,
  });
  return charts;
}

const slice = (at: number, done: number, refused: number) => ({
  ...{ at, due: done + refused, done, refused, putOff: 0, p50: 2, p90: 3, p99: 4, max: 5 },
});

it('draws every slice of time as wide as it is, also the last', () => {
  const charts = drawn({
    ...{ sliceMs: 500, slices: [slice(0, 30, 2), slice(500, 10, 0), slice(1000, 20, 5)] },
    ...{ phases: [], absences: [], curve: [[50, 2]], words: [] },
  });
  expect(charts.get('throughput')).toEqual({
    at: { values: [0, 0.5, 1, 1.5], told: ['0 s', '0.5 s', '1 s', '1.5 s'] },
    // Parts stand on each other: what is drawn is a sum, what is told is the part's own.
    'put off': { values: [64, 20, 50, 50], told: ['0/s', '0/s', '0/s', '0/s'] },
    refused: { values: [64, 20, 50, 50], told: ['4/s', '0/s', '10/s', '10/s'] },
    done: { values: [60, 20, 40, 40], told: ['60/s', '20/s', '40/s', '40/s'] },
    due: { values: [64, 20, 50, 50], told: ['64/s', '20/s', '50/s', '50/s'] },
  });
  // Both charts are over the same time, so that one stands below the other.
  expect(charts.get('latencies')).toMatchObject({ at: { values: [0, 0.5, 1, 1.5] }, p50: { values: [2, 2, 2, null] } });
});
