import type { Bench } from '../bench.js';
import type { Figure, Measurement, Row } from '../figures.js';
import type { Play } from '../load/scripts.js';

/** One thing that is measured in each round. Cells of one name are the same, whichever suite asks for them. */
export interface Cell {
  readonly name: string;
  /** gives measurements by the names of their figures */
  measure(bench: Bench): Promise<Readonly<Record<string, Measurement>>>;
}

/** Figures of all cells, by name. Throws where there is none of that name. */
export type Figures = (name: string) => Figure;

export interface Suite {
  readonly name: string;
  readonly cells: readonly Cell[];
  rows(figures: Figures): readonly Row[];
}

export const CONNECTIONS = [64, 16, 1] as const;

/** A script over HTTP, against the product or the echo. */
export function loadCell(to: 'product' | 'echo', kind: Play['kind'], connections: number): Cell {
  const name = figureName(to, kind, connections);
  return { name, measure: async (bench) => ({ [name]: (await bench.measure(to, kind, connections)).measured }) };
}

export const figureName = (to: 'product' | 'echo', kind: Play['kind'], connections: number): string => `${to}/${kind}/${connections}`;

/** All three commands of an after-sale, barely committed. */
export function commitsCell(group: number): Cell {
  return {
    name: `commits/${group}`,
    measure: async (bench) => {
      const measured = await bench.commits(group);
      return Object.fromEntries(Object.entries(measured).map(([stage, measurement]) => [`commits/${stage}/${group}`, measurement]));
    },
  };
}
