import type { Play } from '../load/plays.js';
import { rateRow } from '../rows.js';
import { echoLimit, loadCell, loadName, type Suite } from './suite.js';

const CONNECTIONS = [64, 1] as const;

/** What changes nothing: quotes and lists, beside the echo of the same answers. */
function reading(kind: Play['kind'] & Suite['name']): Suite {
  return {
    name: kind,
    cells: () => CONNECTIONS.flatMap((connections) => [loadCell('echo', kind, connections), loadCell('product', kind, connections)]),
    rows: (results) =>
      CONNECTIONS.map((connections) =>
        rateRow(kind, connections, results.figure(loadName('product', kind, connections)), echoLimit(results, kind, connections)),
      ),
  };
}

/** What one piece of an order would give back. */
export const quote = reading('quote');
/** The newest after-sales of a merchant's shop. */
export const list = reading('list');
