import type { StageName } from '../limits/commits.js';
import type { Play } from '../load/plays.js';
import { oneAfterTheOther, type Row, rateRow, type Target } from '../rows.js';
import {
  type Cell,
  CONNECTIONS,
  type Connections,
  commitsCell,
  commitsLimit,
  echoLimit,
  loadCell,
  loadName,
  type Results,
  type Suite,
} from './suite.js';

/** Commands on distinct orders, beside the echo of their requests and the bare commits of their rows. */

interface Durable {
  readonly kind: Play['kind'] & Suite['name'];
  /** the commands of one unit of work */
  readonly stages: readonly StageName[];
  readonly targets?: Readonly<Partial<Record<Connections, Targets>>>;
}

interface Targets {
  readonly echo?: Target;
  readonly commits?: Target;
  readonly both?: Target;
}

function durable({ kind, stages, targets = {} }: Durable): Suite {
  return {
    name: kind,
    cells: () =>
      CONNECTIONS.flatMap((connections) => [loadCell('echo', kind, connections), productCell(kind, connections), commitsCell(connections)]),
    rows: (results) => [
      ...CONNECTIONS.flatMap((connections) => rowsAt(results, { kind, stages }, connections, targets[connections] ?? {})),
      ...CONNECTIONS.map((connections) =>
        rateRow(`bare Hono echo of ${kind}`, connections, results.figure(loadName('echo', kind, connections))),
      ),
      ...CONNECTIONS.flatMap((group) =>
        stages.length > 1
          ? []
          : stages.map((stage) =>
              rateRow(`bare commits of ${stage}, groups of ${group}`, null, results.figure(`commits/${stage}/${group}`)),
            ),
      ),
    ],
  };
}

/** Approvals need something that was applied for. */
function productCell(kind: Durable['kind'], connections: Connections): Cell {
  const cell = loadCell('product', kind, connections);
  if (kind !== 'approve') return cell;
  return {
    name: cell.name,
    measure: async (bench) => {
      await bench.supply(connections);
      return cell.measure(bench);
    },
  };
}

function rowsAt(results: Results, { kind, stages }: Omit<Durable, 'targets'>, connections: Connections, targets: Targets): Row[] {
  const product = results.figure(loadName('product', kind, connections));
  const echo = echoLimit(results, kind, connections);
  const commits = commitsLimit(results, stages, connections);
  // A single connection waits for the way of the answer and for the disk, one after the other.
  if (connections === 1) return [rateRow(kind, connections, product, oneAfterTheOther([echo, commits]), targets.both)];
  return [rateRow(kind, connections, product, echo, targets.echo), rateRow(kind, connections, product, commits, targets.commits)];
}

const application = durable({
  kind: 'apply',
  stages: ['apply'],
  targets: { 64: { echo: { atLeast: 0.25 }, commits: { atLeast: 0.35 } }, 1: { both: { atLeast: 0.4 } } },
});

/** An application on an order that is not in the cache, also beside an echo that parses and serializes. */
export const apply: Suite = {
  ...application,
  cells: (quick) => [...application.cells(quick), loadCell('jsonEcho', 'apply', 64)],
  rows: (results) => [
    rateRow('apply', 64, results.figure(loadName('product', 'apply', 64)), echoLimit(results, 'apply', 64, 'jsonEcho')),
    ...application.rows(results),
  ],
};

/** A merchant's approval, which sends the refund on its way. */
export const approve = durable({ kind: 'approve', stages: ['approve'] });

/** Apply, approve and the gateway's word: a unit is all three. */
export const lifecycle = durable({ kind: 'lifecycle', stages: ['apply', 'approve', 'paid'] });
