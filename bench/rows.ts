import type { Figure } from './figures.js';

/** A row of the results; what was not measured is null. Limits stand in rows of their own, too. */
export interface Row {
  readonly name: string;
  readonly connections: number | null;
  readonly perSecond: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly limitName: string | null;
  readonly limitPerSecond: number | null;
  /** what was measured, divided by its limit */
  readonly ratio: number | null;
  /** how far the rates of all runs lie apart, as a part of their median */
  readonly spread: number | null;
  readonly runs: number;
  readonly cpuMs: number | null;
  readonly target: Target | null;
  readonly met: boolean | null;
  /** where what counts is no rate: the value, what it is held against, and their unit */
  readonly value: number | null;
  readonly limitValue: number | null;
  readonly unit: Unit | null;
}

export type Unit = 'ms' | 'MB' | 'rows' | 'bytes' | 'heads' | 'requests';

/** What the ratio has to be. */
export interface Target {
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Limit {
  readonly name: string;
  readonly perSecond: number;
}

const NOTHING: Row = {
  name: '',
  connections: null,
  perSecond: null,
  p50Ms: null,
  p99Ms: null,
  limitName: null,
  limitPerSecond: null,
  ratio: null,
  spread: null,
  runs: 1,
  cpuMs: null,
  target: null,
  met: null,
  value: null,
  limitValue: null,
  unit: null,
};

/** A rate, beside its limit where it has one. */
export function rateRow(name: string, connections: number | null, figure: Figure, limit?: Limit, target?: Target): Row {
  const row = {
    ...NOTHING,
    name,
    connections,
    perSecond: rounded(figure.perSecond),
    p50Ms: rounded(figure.p50Ms),
    p99Ms: rounded(figure.p99Ms),
    spread: rounded(figure.spread),
    runs: figure.runs,
    cpuMs: figure.cpuMs === undefined ? null : rounded(figure.cpuMs),
  };
  if (limit === undefined) return row;
  const judged = judge(figure.perSecond / limit.perSecond, target);
  return { ...row, limitName: limit.name, limitPerSecond: rounded(limit.perSecond), ...judged };
}

/** Something else than a rate, beside what it is held against. */
export function valueRow(
  name: string,
  measured: { readonly value: number; readonly unit: Unit; readonly runs?: number; readonly connections?: number },
  limit?: { readonly name: string; readonly value: number },
  target?: Target,
): Row {
  const { value, unit, runs = 1, connections = null } = measured;
  const row = { ...NOTHING, name, connections, value: rounded(value), unit, runs };
  if (limit === undefined) return row;
  return { ...row, limitName: limit.name, limitValue: rounded(limit.value), ...judge(value / limit.value, target) };
}

function judge(ratio: number, target: Target | undefined): Pick<Row, 'ratio' | 'target' | 'met'> {
  return {
    ratio: rounded(ratio),
    target: target ?? null,
    met: target === undefined || !Number.isFinite(ratio) ? null : meets(ratio, target),
  };
}

const meets = (ratio: number, { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }: Target): boolean =>
  ratio >= atLeast && ratio <= atMost;

/** Four digits that count; null where nothing was measured. */
const rounded = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(4)) : null);

/** What can be done at most where each unit takes its turn at one limit after the other. */
export function oneAfterTheOther(limits: readonly Limit[]): Limit {
  return {
    name: limits.map(({ name }) => name).join(', then '),
    perSecond: 1 / limits.reduce((sum, { perSecond }) => sum + 1 / perSecond, 0),
  };
}
