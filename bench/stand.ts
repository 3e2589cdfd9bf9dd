import { copyOf, type Dataset } from './dataset.js';
import type { Play } from './load/plays.js';
import type { LoadAnswer, LoadAsk } from './load/process.js';
import type { Range } from './load/scripts.js';
import type { Talking } from './processes.js';
import { type Service, startService, voicesFor } from './service.js';

/** The service that stands to be measured, and those of its orders that nobody has asked about since it started. */
export class Stand {
  readonly #dataset: Dataset;
  readonly #load: Talking<LoadAsk, LoadAnswer>;
  readonly #profile: boolean;
  readonly #warmMs: number;
  #running: { readonly service: Service; readonly directory: string } | undefined;
  #next = 0;
  #starts = 0;

  constructor(dataset: Dataset, load: Talking<LoadAsk, LoadAnswer>, options: { readonly profile: boolean; readonly warmMs: number }) {
    this.#dataset = dataset;
    this.#load = load;
    this.#profile = options.profile;
    this.#warmMs = options.warmMs;
  }

  /** The service as it stands now; it is started and warmed at the first call. */
  async running(): Promise<{ readonly service: Service; readonly directory: string }> {
    this.#running ??= await this.#start();
    return this.#running;
  }

  /** Orders for quotes, which leave them as they are; applications never come to them. */
  get quoted(): Range {
    return { from: this.#toApplyFor, to: this.#dataset.orders };
  }

  /**
   * Orders that are not in the service's cache. Where fewer than `wanted` are left the service is started anew
   * on a fresh copy of the data.
   */
  async fresh(wanted: number): Promise<Range> {
    if (this.#running !== undefined && this.#toApplyFor - this.#next < Math.min(wanted, this.#toApplyFor / 2)) await this.stop();
    await this.running();
    return { from: this.#next, to: this.#toApplyFor };
  }

  /** So many of the fresh orders are fresh no more. */
  use(count: number): void {
    this.#next += count;
  }

  async stop(): Promise<void> {
    await this.#running?.service.stop();
    this.#running = undefined;
  }

  get #toApplyFor(): number {
    return Math.floor(this.#dataset.orders * 0.9);
  }

  async #start(): Promise<{ service: Service; directory: string }> {
    this.#starts += 1;
    const directory = copyOf(this.#dataset, 'service');
    await this.#load.ask({ kind: 'voices', voices: await voicesFor(directory) });
    const service = await startService(directory, { profile: this.#profile });
    this.#next = 0;
    await this.#warm(service);
    return { service, directory };
  }

  /** Lets the service run until its code is compiled: on the hot order, then on fresh ones. */
  async #warm({ port }: Service): Promise<void> {
    for (const kind of ['hotOrder', 'apply'] as const) {
      const play: Play = { kind, from: this.#next, to: this.#toApplyFor, key: `warm-${this.#starts}-${kind}` };
      const window = { connections: 64, warmMs: 0, windowMs: this.#warmMs / 2 };
      const { used } = await this.#load.ask({ kind: 'load', real: true, port, play, ...window });
      this.use(used);
    }
  }
}
