import type { ChartGraph, ChartTransition } from './describeChart.js';

/** One arrow of a drawing: all that leads from one state to another. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** only time leads this way */
  readonly onlyTime: boolean;
  /** one line for each event, deadline or guard */
  readonly lines: readonly string[];
}

/** What every open state takes alike; a drawing says it once instead of with an arrow from each. */
export const IN_EVERY_OPEN_STATE = ['note · extend · repayFreight', 'hold · release, by operations', 'override, by operations'] as const;

/** The arrows of a chart: one from a state to another. What leaves the state as it is has none. */
export function arrowsOf(graph: ChartGraph): readonly Arrow[] {
  const arrows = new Map<string, { from: string; to: string; onlyTime: boolean; lines: string[] }>();
  for (const transition of graph.transitions) {
    if (transition.everywhere || transition.to === null) continue;
    const { from, to, kind } = transition;
    const key = `${from} ${to}`;
    const arrow = arrows.get(key) ?? { from, to, onlyTime: true, lines: [] };
    arrows.set(key, arrow);
    arrow.onlyTime &&= kind === 'deadline';
    const line = lineOf(transition, graph);
    if (line !== '' && !arrow.lines.includes(line)) arrow.lines.push(line);
  }
  return [...arrows.values()];
}

/** The last part of a state's path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** A length of time as templates write it, in the largest unit that is whole: `90s`, `48h`, `7d`. */
export function durationOf(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
  ] as const;
  const unit = units.find(([letter, size]) => ms % size === 0 && (letter !== 'd' || ms > 3 * size));
  return unit === undefined ? `${ms / 1_000}s` : `${ms / unit[1]}${unit[0]}`;
}

/** A guard is named where it decides between targets; where it only allows or refuses, the truth table has it. */
function lineOf(transition: ChartTransition, graph: ChartGraph): string {
  const { kind, event, deadline } = transition;
  const decides = graph.transitions.some(
    (other) => other.from === transition.from && other.event === event && other.kind === kind && other.to !== transition.to,
  );
  const guard = decides && transition.guard !== null ? `[${transition.guard}]` : '';
  if (kind === 'choice') return guard === '' && decides ? 'otherwise' : guard;
  const cause = deadline === null ? event : `after ${durationOf(deadline.ms)}`;
  return guard === '' ? cause : `${cause} ${guard}`;
}
