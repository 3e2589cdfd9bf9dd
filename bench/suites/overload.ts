import type { Bench } from '../bench.js';
import { type Row, rateRow, valueRow } from '../rows.js';
import type { Service } from '../service.js';
import type { Results, Seen, Suite } from './suite.js';

/** Applications on a fixed schedule of twice what the service can do. */

const TIMES = 2;
/** Well beyond the requests that are worked on at once, so that the others meet a service that is full. */
const CONNECTIONS = 800;
const SATURATED_AT = 64;
const LONGER = 7;
const MEGABYTE = 1_048_576;
const SAMPLE_MS = 50;

export const overload: Suite = {
  name: 'overload',
  cells: () => [{ name: 'overload', measure }],
  rows: (results) => [
    rateRow(
      'overload: applied',
      CONNECTIONS,
      results.figure('overload/admitted'),
      { name: `saturated by ${SATURATED_AT} connections`, perSecond: results.figure('overload/saturated').perSecond },
      { atLeast: 0.6 },
    ),
    rateRow('overload: answered 503 with Retry-After', CONNECTIONS, results.figure('overload/rejected'), {
      name: 'fixed schedule',
      perSecond: results.value('overload/schedule'),
    }),
    ...shares(results),
    valueRow(
      'overload: highest memory',
      { value: results.value('overload/memory'), unit: 'MB', connections: CONNECTIONS },
      { name: 'highest while saturated', value: results.value('overload/memoryBefore') },
    ),
    // What is bounded no longer grows: the cache of books is full long before the first half is over.
    valueRow(
      'overload: highest memory of its second half',
      { value: results.value('overload/memoryLate'), unit: 'MB', connections: CONNECTIONS },
      { name: 'highest of its first half', value: results.value('overload/memoryEarly') },
      { atMost: 1.2 },
    ),
  ],
};

function shares(results: Results): Row[] {
  const [probes, refused] = [results.value('overload/probes'), results.value('overload/probesRefused')];
  const [due, other] = [results.value('overload/due'), results.value('overload/other')];
  return [
    // While a place is free a probe is let in and waits for its body, so that not all can be refused.
    valueRow(
      'overload: heads answered 503 while their body was kept back',
      { value: refused, unit: 'heads' },
      { name: 'all of them', value: probes },
    ),
    valueRow(
      'overload: requests not answered, or otherwise',
      { value: other, unit: 'requests' },
      { name: 'all of them', value: due },
      { atMost: 0.01 },
    ),
  ];
}

async function measure(bench: Bench): Promise<Seen> {
  const forMs = LONGER * bench.options.windowMs;
  // Where orders run short the service is started anew before it is watched, and not while it is.
  await bench.ordersFor('apply', SATURATED_AT);
  const before = watchMemory((await bench.stand.running()).service);
  const saturated = await bench.measure('product', 'apply', SATURATED_AT);
  const schedule = TIMES * saturated.perSecond;
  const memoryBefore = before.end().highest;
  await bench.stand.fresh((schedule * forMs) / 1_000);
  const during = watchMemory((await bench.stand.running()).service);
  const seen = await bench.overload(schedule, forMs, CONNECTIONS);
  const { highest: memory, early, late } = during.end();
  // It is still at work on what it took, and would turn away what the next suite asks of it.
  await bench.stand.stop();
  return {
    'overload/saturated': saturated,
    'overload/schedule': schedule,
    'overload/admitted': { perSecond: seen.completedPerSecond, p50Ms: seen.admittedP50Ms, p99Ms: seen.admittedP99Ms },
    'overload/rejected': { perSecond: seen.rejectedPerSecond, p50Ms: seen.rejectedP50Ms, p99Ms: seen.rejectedP99Ms },
    'overload/due': seen.due,
    'overload/other': seen.wrong + seen.unsent,
    'overload/probes': seen.probes.sent,
    'overload/probesRefused': seen.probes.refusedBeforeBody,
    'overload/memoryBefore': memoryBefore / MEGABYTE,
    'overload/memory': memory / MEGABYTE,
    'overload/memoryEarly': early / MEGABYTE,
    'overload/memoryLate': late / MEGABYTE,
  };
}

/** The highest memory from now on, in bytes: of the whole time, of its first half and of its second. */
function watchMemory(service: Service): { end(): { readonly highest: number; readonly early: number; readonly late: number } } {
  const seen: number[] = [];
  const look = () => {
    seen.push(service.memory());
  };
  look();
  const timer = setInterval(look, SAMPLE_MS);
  return {
    end: () => {
      clearInterval(timer);
      look();
      const half = Math.ceil(seen.length / 2);
      return { highest: Math.max(...seen), early: Math.max(...seen.slice(0, half)), late: Math.max(...seen.slice(half)) };
    },
  };
}
