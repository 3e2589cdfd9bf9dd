import type { Bench } from '../bench.js';
import { type Row, rateRow, valueRow } from '../rows.js';
import type { Service } from '../service.js';
import type { Results, Seen, Suite } from './suite.js';

/** Applications on a fixed schedule of twice what the service can do. */

const TIMES = 2;
/** Well beyond the requests that are worked on at once, so that the others meet a service that is full. */
const CONNECTIONS = 800;
const SATURATED_AT = 64;
const LONGER = 4;
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
      'overload: highest memory, second half',
      { value: results.value('overload/memorySecond'), unit: 'MB', connections: CONNECTIONS },
      { name: 'first half', value: results.value('overload/memoryFirst') },
      { atMost: 1.2 },
    ),
    valueRow('overload: memory before', { value: results.value('overload/memoryBefore'), unit: 'MB', connections: SATURATED_AT }),
  ],
};

function shares(results: Results): Row[] {
  const [probes, refused] = [results.value('overload/probes'), results.value('overload/probesRefused')];
  const [due, other] = [results.value('overload/due'), results.value('overload/other')];
  return [
    // While a place is free a probe is let in and waits for its body, so that not all can be refused.
    valueRow(
      'overload: heads answered 503 while their body was kept back',
      { value: refused, unit: 'of 1' },
      { name: 'all of them', value: probes },
    ),
    valueRow(
      'overload: requests not answered, or otherwise',
      { value: other, unit: 'of 1' },
      { name: 'all of them', value: due },
      { atMost: 0.01 },
    ),
  ];
}

async function measure(bench: Bench): Promise<Seen> {
  const saturated = await bench.measure('product', 'apply', SATURATED_AT);
  const schedule = TIMES * saturated.perSecond;
  const forMs = LONGER * bench.options.windowMs;
  // Started anew where need be, before memory is watched.
  await bench.stand.fresh((schedule * forMs) / 1_000);
  const { service } = await bench.stand.running();
  const before = service.memory();
  const watched = watchMemory(service, forMs);
  const seen = await bench.overload(schedule, forMs, CONNECTIONS);
  const { first, second } = watched.end();
  return {
    'overload/saturated': saturated,
    'overload/schedule': schedule,
    'overload/admitted': { perSecond: seen.completedPerSecond, p50Ms: seen.admittedP50Ms, p99Ms: seen.admittedP99Ms },
    'overload/rejected': { perSecond: seen.rejectedPerSecond, p50Ms: Number.NaN, p99Ms: seen.rejectedP99Ms },
    'overload/due': seen.due,
    'overload/other': seen.wrong + seen.unsent,
    'overload/probes': seen.probes.sent,
    'overload/probesRefused': seen.probes.refusedBeforeBody,
    'overload/memoryBefore': before / MEGABYTE,
    'overload/memoryFirst': first / MEGABYTE,
    'overload/memorySecond': second / MEGABYTE,
  };
}

/** The highest memory in either half of a time that begins now. */
function watchMemory(service: Service, forMs: number): { end(): { readonly first: number; readonly second: number } } {
  const startedAt = performance.now();
  const highest = { first: 0, second: 0 };
  const look = () => {
    const half = performance.now() - startedAt < forMs / 2 ? 'first' : 'second';
    highest[half] = Math.max(highest[half], service.memory());
  };
  const timer = setInterval(look, SAMPLE_MS);
  return {
    end: () => {
      clearInterval(timer);
      look();
      return highest;
    },
  };
}
