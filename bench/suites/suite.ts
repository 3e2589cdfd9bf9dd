import type { Bench, LoadedSide } from '../bench.js';
import type { Figure, Measurement } from '../figures.js';
import type { StageName } from '../limits/commits.js';
import type { Play } from '../load/plays.js';
import type { Limit, Row } from '../rows.js';

/** What a cell gives: measurements and single values, by name. */
export type Seen = Readonly<Record<string, Measurement | number>>;

/** Something that is measured at once. Cells of one name are the same, whichever suite asks for them. */
export interface Cell {
  readonly name: string;
  /** it looks after its own repetitions, so that the first round is enough */
  readonly once?: boolean;
  measure(bench: Bench): Promise<Seen>;
}

/** What all rounds gave. Throws where nothing is called so. */
export interface Results {
  figure(name: string): Figure;
  /** the median of a value */
  value(name: string): number;
  has(name: string): boolean;
}

export interface Suite {
  readonly name: string;
  /** left out of a quick run that does not name it */
  readonly long?: boolean;
  cells(quick: boolean): readonly Cell[];
  rows(results: Results): readonly Row[];
}

export const CONNECTIONS = [64, 16, 1] as const;
export type Connections = (typeof CONNECTIONS)[number];

/** A script over HTTP, against the product or the echo. */
export function loadCell(to: LoadedSide, kind: Play['kind'], connections: number): Cell {
  const name = loadName(to, kind, connections);
  return { name, measure: async (bench) => ({ [name]: await bench.measure(to, kind, connections) }) };
}

export const loadName = (to: LoadedSide, kind: Play['kind'], connections: number): string => `${to}/${kind}/${connections}`;

/** All three commands of an after-sale, barely committed. */
export function commitsCell(group: number): Cell {
  return {
    name: `commits/${group}`,
    measure: async ({ limits, options }) => {
      const measured = await limits.commits(group, options.windowMs / 2);
      return Object.fromEntries(Object.entries(measured).map(([stage, bare]) => [`commits/${stage}/${group}`, bare]));
    },
  };
}

export const echoLimit = (results: Results, kind: Play['kind'], connections: number, side: 'echo' | 'jsonEcho' = 'echo'): Limit => ({
  name: side === 'echo' ? 'bare Hono echo' : 'bare Hono echo that parses and serializes',
  perSecond: results.figure(loadName(side, kind, connections)).perSecond,
});

/** What the rows of these commands allow, one after the other. */
export function commitsLimit(results: Results, stages: readonly StageName[], group: number): Limit {
  const seconds = stages.reduce((sum, stage) => sum + 1 / results.figure(`commits/${stage}/${group}`).perSecond, 0);
  return { name: group === 1 ? 'bare single commits' : `bare commits, groups of ${group}`, perSecond: 1 / seconds };
}
