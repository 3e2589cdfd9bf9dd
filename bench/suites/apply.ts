import { type Limit, type Row, rowOf, type Target } from '../figures.js';
import { CONNECTIONS, commitsCell, type Figures, figureName, loadCell, type Suite } from './suite.js';

/** A durable command: an application on an order that is not in the cache. */
export const apply: Suite = {
  name: 'apply',
  cells: CONNECTIONS.flatMap((connections) => [
    loadCell('echo', 'apply', connections),
    loadCell('product', 'apply', connections),
    commitsCell(connections),
  ]),
  rows: (figures) => [
    ...CONNECTIONS.map((connections) => rowOf('bare Hono echo of apply', connections, figures(figureName('echo', 'apply', connections)))),
    ...CONNECTIONS.map((group) => rowOf(`bare commits of apply, groups of ${group}`, null, figures(`commits/apply/${group}`))),
    ...CONNECTIONS.flatMap((connections) => rowsAt(figures, connections)),
  ],
};

const TARGETS: { readonly [connections: number]: { readonly echo?: Target; readonly commits?: Target; readonly both?: Target } } = {
  64: { echo: { atLeast: 0.25 }, commits: { atLeast: 0.35 } },
  1: { both: { atLeast: 0.4 } },
};

function rowsAt(figures: Figures, connections: (typeof CONNECTIONS)[number]): Row[] {
  const product = figures(figureName('product', 'apply', connections));
  const echo: Limit = { name: 'bare Hono echo', perSecond: figures(figureName('echo', 'apply', connections)).perSecond };
  const commits: Limit = {
    name: `bare commits, groups of ${connections}`,
    perSecond: figures(`commits/apply/${connections}`).perSecond,
  };
  const targets = TARGETS[connections] ?? {};
  if (connections === 1) return [rowOf('apply', connections, product, oneAfterTheOther([echo, commits]), targets.both)];
  return [rowOf('apply', connections, product, echo, targets.echo), rowOf('apply', connections, product, commits, targets.commits)];
}

/** A single connection waits for the answer's way and for the disk, one after the other. */
export function oneAfterTheOther(limits: readonly Limit[]): Limit {
  return {
    name: limits.map(({ name }) => name).join(', then '),
    perSecond: 1 / limits.reduce((sum, { perSecond }) => sum + 1 / perSecond, 0),
  };
}
