import { corrected, curveOf, type Latencies, type Spread, spreadOf } from '../measure/latencies.js';
import type { Meter, Tally } from '../measure/meter.js';
import type { Slice } from '../measure/timeline.js';
import type { Entry } from '../people.js';
import { type Finding, type Findings, PROMISES, type PromiseName } from '../promises/finding.js';
import type { Aftermath } from '../promises/judge.js';
import type { Scenario, Settings } from '../scenarios/scenario.js';
import type { Absence } from '../service/service.js';
import type { Phase } from '../stage.js';

/** What a load came to: plain data, written as JSON and drawn as a page. Times are milliseconds, `from` and `to` after the start. */
export interface Report {
  readonly format: 1;
  readonly scenario: { readonly name: string; readonly title: string };
  readonly target: string;
  readonly seed: number;
  readonly run: string;
  /** RFC 3339 */
  readonly startedAt: string;
  readonly seconds: number;
  readonly pace: { readonly kind: 'open'; readonly rate: number } | { readonly kind: 'closed'; readonly connections: number };
  readonly requests: {
    readonly done: number;
    readonly refused: number;
    readonly putOff: number;
    /** answers that were lost on the way, and asked for again */
    readonly lost: number;
    /** requests that were due and not sent, because too many were under way */
    readonly dropped: number;
    readonly perSecond: number;
  };
  /** commands that were acknowledged */
  readonly commands: number;
  /** from when they were due where they came on a schedule; with closed loops corrected for coordinated omission */
  readonly latency: Spread;
  /** of all requests: percentile and milliseconds */
  readonly curve: readonly (readonly [number, number])[];
  readonly sliceMs: number;
  readonly slices: readonly Slice[];
  readonly phases: readonly Phase[];
  readonly words: readonly WordReport[];
  readonly refusals: readonly { readonly code: string; readonly count: number; readonly words: { readonly [word: string]: number } }[];
  readonly absences: readonly Absence[];
  readonly notes: readonly { readonly what: string; readonly figure: string }[];
  /** null where the service was gone, and nothing could be judged */
  readonly aftermath: Aftermath | null;
  readonly promises: readonly PromiseReport[];
  readonly findings: readonly Finding[];
  readonly verdict: 'held' | 'broken' | 'unknown';
  /** why nothing could be judged */
  readonly failure: string | null;
}

export interface WordReport {
  readonly entry: Entry;
  readonly word: string;
  readonly done: number;
  readonly refused: number;
  readonly putOff: number;
  readonly latency: Spread;
  /** percentile and milliseconds */
  readonly curve: readonly (readonly [number, number])[];
}

export interface PromiseReport {
  readonly name: PromiseName;
  readonly numbers: readonly number[];
  readonly title: string;
  readonly counted: string;
  readonly checked: number;
  readonly broken: number;
}

export interface Outcome {
  readonly scenario: Scenario;
  readonly settings: Settings;
  readonly target: string;
  readonly seed: number;
  readonly run: string;
  /** epoch milliseconds */
  readonly begun: number;
  readonly elapsedMs: number;
  readonly meter: Meter;
  readonly phases: readonly Phase[];
  readonly notes: Report['notes'];
  readonly absences: readonly Absence[];
  readonly lost: number;
  readonly commands: number;
  readonly judged: { readonly findings: Findings; readonly aftermath: Aftermath } | undefined;
  readonly failure: string | undefined;
}

/** The report of a load: verdict, promises, figures over time. */
export function reportOf(outcome: Outcome): Report {
  const { meter, settings, judged, scenario, elapsedMs } = outcome;
  const { connections } = settings;
  const counts = meter.counts();
  const answered = counts.done + counts.refused + counts.putOff;
  const shown = (seen: Latencies): Latencies => (connections === undefined ? seen : corrected(seen, meter.percentile(50)));
  const { findings, aftermath = null } = judged ?? {};
  return {
    format: 1,
    scenario: { name: scenario.name, title: scenario.title },
    ...{ target: outcome.target, seed: outcome.seed, run: outcome.run, startedAt: new Date(outcome.begun).toISOString() },
    seconds: Math.round(elapsedMs) / 1_000,
    pace: connections === undefined ? { kind: 'open', rate: settings.rate } : { kind: 'closed', connections },
    requests: { ...counts, lost: outcome.lost, dropped: meter.dropped, perSecond: Math.round((answered * 1_000) / elapsedMs) },
    commands: outcome.commands,
    latency: spreadOf(shown(meter.all)),
    curve: curveOf(shown(meter.all)),
    sliceMs: meter.timeline.sliceMs,
    slices: meter.timeline.slices(),
    phases: outcome.phases,
    words: [...meter.tallies.values()]
      .map((tally) => wordOf(tally, shown(tally.latencies)))
      .sort((a, b) => b.latency.count - a.latency.count),
    refusals: [...meter.refusals]
      .map(([code, words]) => ({
        code,
        count: sum([...words.values()]),
        words: Object.fromEntries([...words].sort((a, b) => b[1] - a[1])),
      }))
      .sort((a, b) => b.count - a.count),
    absences: outcome.absences.map(({ from, to }) => ({ from: Math.max(0, meter.since(from)), to: Math.max(0, meter.since(to)) })),
    notes: outcome.notes,
    aftermath,
    promises: PROMISES.map((promise) => ({
      ...promise,
      checked: findings?.checked[promise.name] ?? 0,
      broken: findings?.broken[promise.name] ?? 0,
    })),
    findings: findings?.kept ?? [],
    verdict: findings === undefined ? 'unknown' : findings.total === 0 ? 'held' : 'broken',
    failure: outcome.failure ?? null,
  };
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

const wordOf = ({ entry, word, done, refused, putOff }: Tally, seen: Latencies): WordReport => ({
  ...{ entry, word, done, refused, putOff },
  latency: spreadOf(seen),
  curve: curveOf(seen),
});
