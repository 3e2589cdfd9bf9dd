import { type Dataset, datasetOf, forgetWork } from './dataset.js';
import type { Measurement } from './figures.js';
import { type Captured, capture } from './limits/captured.js';
import { Limits } from './limits/limits.js';
import type { Measured } from './load/closedLoop.js';
import type { Imported } from './load/importing.js';
import type { Overloaded } from './load/openLoop.js';
import type { Play } from './load/plays.js';
import type { LoadAnswer, LoadAsk } from './load/process.js';
import type { Range } from './load/scripts.js';
import type { Options } from './options.js';
import { startTalking, type Talking } from './processes.js';
import { Stand } from './stand.js';

/** How long code is run before it is measured, at most: compilers are done by then. */
const WARM_MS = 1_200;
const warmMsOf = ({ windowMs }: Options): number => Math.min(WARM_MS, 5 * windowMs);
/** More orders than this nobody begins on in a second: room is made for so many. */
const ORDERS_PER_SECOND: { readonly [connections: number]: number } = { 1: 1_500, 16: 6_000, 64: 8_000 };
const NO_ORDERS: ReadonlySet<Play['kind']> = new Set(['approve', 'hotOrder', 'list']);

/** Echoes know every order, as often as one likes. */
const ALL_ORDERS: Range = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** Who is loaded: the service, Hono that passes text on, or Hono that parses and serializes JSON. */
export type LoadedSide = 'product' | 'echo' | 'jsonEcho';
export type Loaded = Measured & Measurement;

/** Everything that is measured with. */
export class Bench {
  readonly options: Options;
  readonly tell: (line: string) => void;
  readonly captured: Captured;
  readonly limits: Limits;
  readonly stand: Stand;
  readonly load: Talking<LoadAsk, LoadAnswer>;
  /** answers that were not what was asked for: they count as no work, and are told of at the end */
  readonly wrong: { readonly what: string; readonly count: number; readonly first: string }[] = [];
  /** after-sales that wait to be approved */
  #applied = 0;
  #serial = 0;

  private constructor(options: Options, tell: (line: string) => void, dataset: Dataset, captured: Captured, limits: Limits) {
    this.options = options;
    this.tell = tell;
    this.captured = captured;
    this.limits = limits;
    this.load = startTalking<LoadAsk, LoadAnswer>('load/process.js');
    this.stand = new Stand(dataset, this.load, { profile: options.profile, warmMs: warmMsOf(options) });
  }

  static async prepare(options: Options, tell: (line: string) => void): Promise<Bench> {
    forgetWork();
    const dataset = await datasetOf(options.orders, tell);
    const captured = await capture();
    const bench = new Bench(options, tell, dataset, captured, await Limits.start(captured, dataset));
    await bench.stand.running();
    await bench.measure('echo', 'apply', 64, warmMsOf(options) / 4);
    return bench;
  }

  /** Loads the product or the echo with a script, and counts what ends within the window. Orders are used once. */
  async measure(to: LoadedSide, kind: Play['kind'], connections: number, windowMs = this.options.windowMs): Promise<Loaded> {
    const warmMs = windowMs / 4;
    const range = to === 'product' ? await this.ordersFor(kind, connections, windowMs) : ALL_ORDERS;
    const { service } = await this.stand.running();
    const cpuBefore = service.cpuSeconds();
    const { text, json } = this.limits.echoPorts;
    const port = { product: service.port, echo: text, jsonEcho: json }[to];
    const asked = { kind: 'load', real: to === 'product', port, play: this.playOf(kind, range), connections, warmMs, windowMs } as const;
    const { measured, used, applied } = await this.load.ask(asked);
    if (measured === undefined) throw new Error('the load has no answer');
    if (to === 'product') this.stand.use(used);
    this.#applied = applied;
    this.note(`${kind} at ${connections} connections (${to})`, measured);
    if (measured.perSecond === 0) throw new Error(`${kind} at ${connections} connections: it ran out of orders; --orders gives more`);
    const cpuMs = (1_000 * (service.cpuSeconds() - cpuBefore)) / measured.ended;
    return to === 'product' ? { ...measured, cpuMs } : measured;
  }

  /** The orders for a script; where fresh ones run short the service is started anew. */
  async ordersFor(kind: Play['kind'], connections: number, windowMs = this.options.windowMs): Promise<Range> {
    if (kind === 'quote') return this.stand.quoted;
    if (NO_ORDERS.has(kind)) return { from: 0, to: 0 };
    return this.stand.fresh((1.25 * windowMs * (ORDERS_PER_SECOND[connections] ?? 0)) / 1_000);
  }

  /** Approves what was applied for before; applies first where too little waits. Not measured. */
  async supply(connections: number): Promise<void> {
    const { windowMs } = this.options;
    if (this.#applied < (windowMs / 1_000) * (ORDERS_PER_SECOND[connections] ?? 0) * 0.2)
      await this.measure('product', 'apply', connections);
  }

  playOf(kind: Play['kind'], range: Range): Play {
    return { kind, ...range, key: `${kind}-${this.serial()}` };
  }

  /** A number that comes once. */
  serial(): number {
    this.#serial += 1;
    return this.#serial;
  }

  async import(prefix: string, count: number): Promise<Imported> {
    const { service } = await this.stand.running();
    const { imported } = await this.load.ask({ kind: 'import', port: service.port, prefix, count });
    if (imported === undefined) throw new Error('the import has no answer');
    this.note('import', { ...imported, ended: count - imported.wrong });
    return imported;
  }

  /** A fixed schedule of applications on fresh orders. */
  async overload(perSecond: number, forMs: number, connections: number): Promise<Overloaded> {
    const range = await this.stand.fresh((perSecond * forMs) / 1_000);
    const { service } = await this.stand.running();
    const play = this.playOf('applyAgain', range);
    const { overloaded, used } = await this.load.ask({ kind: 'overload', port: service.port, play, perSecond, forMs, connections });
    if (overloaded === undefined) throw new Error('the overload has no answer');
    this.stand.use(used);
    if (overloaded.wrong > 0) this.wrong.push({ what: 'overload', count: overloaded.wrong, first: overloaded.firstWrong ?? '' });
    return overloaded;
  }

  note(what: string, seen: { readonly wrong: number; readonly firstWrong: string | null; readonly ended: number }): void {
    if (seen.wrong > 0) this.wrong.push({ what, count: seen.wrong, first: seen.firstWrong ?? '' });
    if (seen.ended === 0) throw new Error(`${what}: nothing was done; the first other answer: ${seen.firstWrong ?? 'none'}`);
  }

  async end(): Promise<void> {
    await this.stand.stop();
    await Promise.all([this.load.end(), this.limits.end()]);
    forgetWork();
  }
}
