import { Random } from './random.js';

/** Who waits for something: when it is gone, what it waited for is dropped, never rejected. */
export interface Owner {
  readonly name: string;
  alive: boolean;
}

export interface Pending {
  cancel(): void;
}

interface Task {
  readonly atUs: number;
  readonly no: number;
  readonly owner: Owner;
  readonly label: string;
  cancelled: boolean;
  readonly run: () => unknown;
}

/** so many tasks are run in one turn of the event loop */
const TOGETHER = 64;

/**
 * The one scheduler of a simulation. Whatever is awaited becomes a task with a time; tasks run one at a
 * time in the order of their times, and between two of them every continuation runs as far as it can.
 * Time is virtual: it steps from task to task.
 */
export class Scheduler {
  readonly #heap: Task[] = [];
  #nowUs = 0;
  #count = 0;
  #steps = 0;
  /** told of every task before it runs */
  onStep: (label: string, owner: Owner) => void = () => undefined;

  /** microseconds since the beginning */
  get nowUs(): number {
    return this.#nowUs;
  }
  get steps(): number {
    return this.#steps;
  }
  get waiting(): number {
    return this.#heap.length;
  }

  /** Runs something later. */
  after(delayUs: number, owner: Owner, label: string, run: () => unknown): Pending {
    const task: Task = { atUs: this.#nowUs + Math.max(0, delayUs), no: this.#count++, owner, label, cancelled: false, run };
    this.#push(task);
    return {
      cancel: () => {
        task.cancelled = true;
      },
    };
  }

  /** What a port call gives: settled by a task of its own. A thrown error rejects. */
  call<T>(delayUs: number, owner: Owner, label: string, run: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.after(delayUs, owner, label, () => settle(run, resolve, reject));
    });
  }

  /** Resolves once so much virtual time has passed. */
  pause(milliseconds: number, owner: Owner, label: string): Promise<void> {
    return this.call(milliseconds * 1000, owner, label, () => undefined);
  }

  /** time of the next task; undefined where none waits */
  nextUs(): number | undefined {
    this.#skipDropped();
    return this.#heap[0]?.atUs;
  }

  /**
   * Runs task after task, each with all that follows from it at once, as long as it is told to go on. False
   * where no task is left. Rejects with what a task throws.
   */
  runWhile(goesOn: () => boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let over = false;
      let waits = false;
      const end = (finish: () => void): void => {
        over = true;
        finish();
      };
      const turn = (): void => {
        const wanted = goesOn();
        const task = wanted ? this.#take() : undefined;
        if (task === undefined) end(() => resolve(!wanted));
        const outcome = task?.run();
        if (!(outcome instanceof Promise)) return;
        waits = true;
        outcome.then(
          () => {
            waits = false;
          },
          (error: unknown) => end(() => reject(error)),
        );
      };
      const guarded = (): void => {
        if (over || waits) return;
        try {
          turn();
        } catch (error) {
          end(() => reject(error));
        }
      };
      // Every microtask is run between two callbacks, too, and a turn of the event loop costs more than most tasks.
      const together = (): void => {
        for (let i = 0; i < TOGETHER; i++) setImmediate(guarded);
        if (!over) setImmediate(together);
      };
      together();
    });
  }

  /** Runs the next task, and all that follows from it at once. False where none is left. */
  async step(): Promise<boolean> {
    const before = this.#steps;
    await this.runWhile(() => this.#steps === before);
    return this.#steps > before;
  }

  #take(): Task | undefined {
    this.#skipDropped();
    const task = this.#pop();
    if (task === undefined) return undefined;
    this.#nowUs = Math.max(this.#nowUs, task.atUs);
    this.#steps += 1;
    this.onStep(task.label, task.owner);
    return task;
  }

  #skipDropped(): void {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.owner.alive && !first.cancelled) return;
      this.#pop();
    }
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.push(task) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || before(parent, task)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = task;
  }

  #pop(): Task | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const l = heap[left];
      const r = heap[left + 1];
      if (l === undefined) break;
      const [child, index] = r !== undefined && before(r, l) ? [r, left + 1] : [l, left];
      if (before(last, child)) break;
      heap[at] = child;
      at = index;
    }
    heap[at] = last;
    return first;
  }
}

const before = (a: Task, b: Task): boolean => a.atUs < b.atUs || (a.atUs === b.atUs && a.no < b.no);

function settle<T>(run: () => T | Promise<T>, resolve: (value: T) => void, reject: (error: unknown) => void): unknown {
  try {
    const value = run();
    if (value instanceof Promise) return value.then(resolve, reject);
    resolve(value);
  } catch (error) {
    reject(error);
  }
  return undefined;
}

/** How long things take: mostly little, now and then much more. Each name has its own stream. */
export class Latency {
  readonly #seed: string;
  readonly #streams = new Map<string, Random>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** microseconds */
  next(of: string): number {
    let stream = this.#streams.get(of);
    if (stream === undefined) {
      stream = new Random(`${this.#seed}/latency/${of}`);
      this.#streams.set(of, stream);
    }
    const word = stream.word();
    return (word & 63) === 0 ? 1_000 + (word >>> 12) : 50 + ((word >>> 8) & 4095);
  }
}
