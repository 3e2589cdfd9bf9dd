import { join } from 'node:path';
import { copyOf, type Dataset, datasetOf } from './dataset.js';
import type { Measurement } from './figures.js';
import { type Captured, capture } from './limits/captured.js';
import type { CommitsAnswer, CommitsAsk, Stage } from './limits/commits.js';
import type { Echoed } from './limits/echo.js';
import type { LoadAnswer, LoadAsk } from './load/process.js';
import type { Play } from './load/scripts.js';
import type { Options } from './options.js';
import { startTalking, type Talking } from './processes.js';
import { type Service, startService, voicesFor } from './service.js';

const WARM_MS = 1_000;

/** Everything that is measured with: processes, data, and which of its orders are still fresh. */
export class Bench {
  readonly options: Options;
  readonly tell: (line: string) => void;
  readonly captured: Captured;
  readonly dataset: Dataset;
  readonly #load: Talking<LoadAsk, LoadAnswer>;
  readonly #echo: Talking<readonly Echoed[], number>;
  readonly #commits: Talking<CommitsAsk, CommitsAnswer>;
  readonly #echoPort: number;
  #commitsDirectory: string | undefined;
  #service: Service | undefined;
  #nextOrder = 0;
  #plays = 0;
  #copies = 0;
  /** answers that were not what was asked for: they count as no work, and are told of at the end */
  readonly wrong: { readonly what: string; readonly count: number; readonly first: string }[] = [];

  private constructor(parts: {
    readonly options: Options;
    readonly tell: (line: string) => void;
    readonly captured: Captured;
    readonly dataset: Dataset;
    readonly load: Talking<LoadAsk, LoadAnswer>;
    readonly echo: Talking<readonly Echoed[], number>;
    readonly commits: Talking<CommitsAsk, CommitsAnswer>;
    readonly echoPort: number;
  }) {
    this.options = parts.options;
    this.tell = parts.tell;
    this.captured = parts.captured;
    this.dataset = parts.dataset;
    this.#load = parts.load;
    this.#echo = parts.echo;
    this.#commits = parts.commits;
    this.#echoPort = parts.echoPort;
  }

  static async prepare(options: Options, tell: (line: string) => void): Promise<Bench> {
    const dataset = await datasetOf(options.orders, tell);
    const captured = await capture();
    const echo = startTalking<readonly Echoed[], number>('limits/echo.js');
    const echoPort = await echo.ask(captured.echoed);
    const load = startTalking<LoadAsk, LoadAnswer>('load/process.js');
    const commits = startTalking<CommitsAsk, CommitsAnswer>('limits/commits.js');
    return new Bench({ options, tell, captured, dataset, load, echo, commits, echoPort });
  }

  /** The service on a copy of the orders, started at the first call: its cache is empty then. */
  async service(): Promise<Service> {
    this.#service ??= await this.#start();
    return this.#service;
  }

  /** Lets every process run until its code is compiled; none of it is counted. */
  async warmUp(): Promise<void> {
    const ms = Math.max(WARM_MS, this.options.windowMs);
    await this.service();
    await this.measure('echo', 'apply', 64, ms / 2);
    await this.measure('product', 'apply', 64, ms);
  }

  async #start(): Promise<Service> {
    const directory = copyOf(this.dataset, 'service');
    await this.#load.ask({ kind: 'voices', voices: await voicesFor(directory) });
    return startService(directory, this.options);
  }

  /** Loads product or echo with a script. Orders are used once: what the script did not begin on is left for the next. */
  async measure(to: 'product' | 'echo', kind: Play['kind'], connections: number, windowMs = this.options.windowMs): Promise<LoadAnswer> {
    const { port } = to === 'echo' ? { port: this.#echoPort } : await this.service();
    const range = to === 'echo' ? { from: 0, to: Number.MAX_SAFE_INTEGER } : { from: this.#nextOrder, to: this.dataset.orders };
    this.#plays += 1;
    const play = { kind, ...range, key: `${kind}-${this.#plays}` } as Play;
    const answer = await this.#load.ask({ kind: 'load', to, port, play, connections, warmMs: windowMs / 4, windowMs });
    const { measured } = answer;
    if (to === 'product') this.#nextOrder += answer.used;
    const what = `${kind} at ${connections} connections (${to})`;
    if (measured.wrong > 0) this.wrong.push({ what, count: measured.wrong, first: measured.firstWrong ?? '' });
    if (measured.perSecond === 0) throw new Error(`${what}: nothing was done; the first other answer: ${measured.firstWrong ?? 'none'}`);
    return answer;
  }

  /** The rows of commands, written barely in groups. */
  async commits(group: number): Promise<Readonly<Record<Stage, Measurement>>> {
    this.#copies += this.#commitsDirectory === undefined ? 1 : 0;
    this.#commitsDirectory ??= copyOf(this.dataset, `commits-${this.#copies}`);
    const { rows } = this.captured;
    const answer = await this.#commits.ask({ directory: this.#commitsDirectory, rows, group, forMs: this.options.windowMs / 2 });
    // Every book is written on once; before they run out the next copy is taken.
    if (answer.left < this.dataset.orders / 2) this.#commitsDirectory = undefined;
    return answer.stages;
  }

  async end(): Promise<void> {
    await this.#service?.stop();
    await Promise.all([this.#load.end(), this.#echo.end(), this.#commits.end()]);
  }
}

export const resultsFile = (directory: string): string => join(directory, 'latest.json');
