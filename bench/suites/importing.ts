import type { Bench } from '../bench.js';
import { rateRow } from '../rows.js';
import type { Seen, Suite } from './suite.js';

/** Import over HTTP, beside bare inserts of the very rows that it made. */

/** As many orders as the service itself commits together at most. */
const GROUP = 128;
const ORDERS_PER_SECOND = 3_000;

export const importing: Suite = {
  name: 'import',
  cells: () => [{ name: 'import', measure }],
  rows: (results) => {
    const bare = results.figure('inserts');
    const limit = { name: `bare inserts, groups of ${GROUP}`, perSecond: bare.perSecond };
    return [
      rateRow('import', 1, results.figure('import'), limit, { atLeast: 0.5 }),
      rateRow(`bare inserts of orders, groups of ${GROUP}`, null, bare),
    ];
  },
};

async function measure(bench: Bench): Promise<Seen> {
  const prefix = `I${bench.serial()}-`;
  const count = Math.ceil((ORDERS_PER_SECOND * bench.options.windowMs) / 1_000);
  const { perSecond } = await bench.import(prefix, count);
  const { directory } = await bench.stand.running();
  const { bare } = await bench.limits.inserts({ from: directory, prefix, group: GROUP });
  return { import: { perSecond, p50Ms: Number.NaN, p99Ms: Number.NaN }, inserts: bare };
}
