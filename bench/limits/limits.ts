import { copyOf, type Dataset } from '../dataset.js';
import { startTalking, type Talking } from '../processes.js';
import type { Captured } from './captured.js';
import type { CommitsAnswer, CommitsAsk, StageName } from './commits.js';
import type { Echoed, EchoPorts } from './echo.js';
import type { InsertsAnswer, InsertsAsk } from './inserts.js';
import type { Bare } from './write.js';

/** The limits that need processes of their own: the echo, and whatever is written barely. */
export class Limits {
  readonly echoPorts: EchoPorts;
  readonly #captured: Captured;
  readonly #dataset: Dataset;
  readonly #echo: Talking<readonly Echoed[], EchoPorts>;
  readonly #commits: Talking<CommitsAsk, CommitsAnswer>;
  #inserts: Talking<InsertsAsk, InsertsAnswer> | undefined;
  #directory: string | undefined;
  #copies = 0;

  private constructor(captured: Captured, dataset: Dataset, echo: Talking<readonly Echoed[], EchoPorts>, echoPorts: EchoPorts) {
    this.#captured = captured;
    this.#dataset = dataset;
    this.#echo = echo;
    this.echoPorts = echoPorts;
    this.#commits = startTalking<CommitsAsk, CommitsAnswer>('limits/commits.js');
  }

  static async start(captured: Captured, dataset: Dataset): Promise<Limits> {
    const echo = startTalking<readonly Echoed[], EchoPorts>('limits/echo.js');
    return new Limits(captured, dataset, echo, await echo.ask(captured.echoed));
  }

  /**
   * The rows of all commands of an after-sale, written barely.
   * @param group commands in one transaction
   * @param forMs of writing, for the first of the commands; the others take as many
   */
  async commits(group: number, forMs: number): Promise<Readonly<Record<StageName, Bare>>> {
    this.#copies += this.#directory === undefined ? 1 : 0;
    this.#directory ??= copyOf(this.#dataset, `commits-${this.#copies}`);
    const answer = await this.#commits.ask({ directory: this.#directory, rows: this.#captured.rows, group, forMs });
    // Every book is written on once; before they run out the next copy is taken.
    if (answer.left < this.#dataset.orders / 2) this.#directory = undefined;
    return answer.stages;
  }

  /** All rows of orders that a service has imported, inserted barely into a file of as many orders. */
  inserts(ask: Omit<InsertsAsk, 'into'>): Promise<InsertsAnswer> {
    this.#inserts ??= startTalking<InsertsAsk, InsertsAnswer>('limits/inserts.js');
    // A service that was started anew in between gives the same numbers again, so that nothing may be left of the last time.
    return this.#inserts.ask({ ...ask, into: copyOf(this.#dataset, 'inserts') });
  }

  async end(): Promise<void> {
    await Promise.all([this.#echo.end(), this.#commits.end(), this.#inserts?.end()]);
  }
}
