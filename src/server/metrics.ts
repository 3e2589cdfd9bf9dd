import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { WorkCounts } from '../actors/reads.js';
import type { Readiness } from './ports.js';

export interface Metrics {
  /** One answered request: the operation, the word of its outcome (`ok`, `replayed` or a refusal's code), and how long it took. */
  answered(operation: string, code: string, seconds: number): void;
  streams(change: 1 | -1): void;
  /** Prometheus' text. Labels hold operations, codes and queues, never a name of somebody. */
  text(): Promise<string>;
  readonly contentType: string;
}

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What the gauges are read from. */
export interface MetricSources {
  readonly workCounts: () => Promise<WorkCounts>;
  readonly inFlight: () => number;
  readonly readiness: Readiness;
  /** how far the wall clock is ahead of the service's time, in milliseconds */
  readonly clockDrift: () => number;
  /** by name, since the start; the names are a closed set */
  readonly alarmsRaised: ReadonlyMap<string, number>;
}

/** Metrics of this process and of the work that waits. Gauges are read when they are asked for. */
export function createMetrics({ workCounts, inFlight, readiness, clockDrift, alarmsRaised }: MetricSources): Metrics {
  const registers = [new Registry()];
  const [registry = new Registry()] = registers;
  gaugesOfProcess(registers);
  const requests = new Counter({
    name: 'redress_requests_total',
    help: 'Answered requests by operation and outcome: ok, replayed, or the code of the refusal',
    labelNames: ['operation', 'code'] as const,
    registers,
  });
  const latency = new Histogram({
    name: 'redress_request_seconds',
    help: 'Time from the headers of a request to its answer',
    labelNames: ['operation'] as const,
    buckets: BUCKETS,
    registers,
  });
  const streams = new Gauge({ name: 'redress_event_streams', help: 'Open streams of live events', registers });
  new Gauge({
    name: 'redress_requests_in_flight',
    help: 'Requests that are worked on now',
    registers,
    collect() {
      this.set(inFlight());
    },
  });
  new Gauge({
    name: 'redress_clock_drift_seconds',
    help: "How far the wall clock is ahead of the service's time: 0 until it jumps",
    registers,
    collect() {
      this.set(clockDrift() / 1_000);
    },
  });
  new Counter({
    name: 'redress_alarms_total',
    help: 'Alarms by name: what a person should look at, as the log tells it',
    labelNames: ['alarm'] as const,
    registers,
    collect() {
      this.reset();
      for (const [alarm, count] of alarmsRaised) this.labels(alarm).inc(count);
    },
  });
  const readWork = gaugesOfWork(workCounts, registers);
  const readParts = gaugesOfParts(readiness, registers);
  const operations = new Map<string, ReturnType<typeof latency.labels>>();
  const outcomes = new Map<string, ReturnType<typeof requests.labels>>();
  return {
    answered(operation, code, seconds) {
      remembered(outcomes, `${operation} ${code}`, () => requests.labels(operation, code)).inc();
      remembered(operations, operation, () => latency.labels(operation)).observe(seconds);
    },
    streams: (change) => streams.inc(change),
    async text() {
      await Promise.all([readWork(), readParts()]);
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

/** What this process takes. Read when asked for: the library's own defaults would watch every collection of garbage. */
function gaugesOfProcess(registers: Registry[]): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss());
  gauge('nodejs_heap_used_bytes', 'Heap in use', () => process.memoryUsage().heapUsed);
  gauge('process_cpu_seconds', 'Processor time since the start', () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6);
  gauge('process_uptime_seconds', 'Time since the start', () => process.uptime());
}

/** The set of names is closed (operations and refusal codes), so the map is bounded. */
function remembered<V>(map: Map<string, V>, name: string, make: () => V): V {
  const known = map.get(name);
  if (known !== undefined) return known;
  const made = make();
  map.set(name, made);
  return made;
}

const WORK = {
  outbox: ['redress_outbox_depth', 'Commits whose effects are not relayed yet'],
  jobsQueued: ['redress_jobs_queued', 'Jobs that are due, waiting for their time, or at work'],
  jobsDead: ['redress_dead_letters', 'Jobs that were given up until a person resumes them'],
  timersOverdue: ['redress_deadlines_overdue', 'Deadlines that have come and were not taken yet'],
  payoutsInDoubt: ['redress_payouts_in_doubt', 'Payouts whose outcome is not known'],
} as const;

/** Sets the gauges of waiting work by one read; `redress_work_counts_up` says whether that worked. */
function gaugesOfWork(workCounts: () => Promise<WorkCounts>, registers: Registry[]): () => Promise<void> {
  const gauges = Object.entries(WORK).map(([name, [metric, help]]) => ({ name, gauge: new Gauge({ name: metric, help, registers }) }));
  const up = new Gauge({ name: 'redress_work_counts_up', help: 'Whether the counts of waiting work could be read', registers });
  return async () => {
    try {
      const counts: { readonly [name: string]: number } = { ...(await workCounts()) };
      for (const { name, gauge } of gauges) gauge.set(counts[name] ?? 0);
      up.set(1);
    } catch {
      up.set(0);
    }
  };
}

/** Whether each part that `/readyz` asks works; none is shown where that cannot be told. */
function gaugesOfParts(readiness: Readiness, registers: Registry[]): () => Promise<void> {
  const ready = new Gauge({ name: 'redress_ready', help: 'Whether a part of the service works', labelNames: ['part'] as const, registers });
  return async () => {
    ready.reset();
    try {
      for (const [part, works] of Object.entries(await readiness.check())) ready.labels(part).set(works ? 1 : 0);
    } catch {
      ready.labels('check').set(0);
    }
  };
}
