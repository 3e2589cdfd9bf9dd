import { Unavailable } from '../../actors/unavailable.js';
import { type BookKey, bookName } from '../../domain/ids.js';
import { type Ground, OUTSIDE } from '../ground.js';
import type { Caller, CallNames } from './calls.js';

const HELD_FOR_US = 30_000_000;
const EARLY_US = 20_000;

interface Wait {
  readonly caller: Caller;
  readonly name: string;
  readonly grant: (release: () => Promise<void>) => void;
}

interface LockState {
  token: number;
  untilUs: number;
  readonly waiting: Wait[];
}

/**
 * A lock between hosts as Redis would be one, with its weaknesses: it may be given to two, expire while
 * it is held, or stay behind when its holder is gone.
 */
export class LockService {
  readonly #ground: Ground;
  readonly #names: CallNames;
  readonly #locks = new Map<string, LockState>();
  #tokens = 0;

  constructor(ground: Ground, names: CallNames) {
    this.#ground = ground;
    this.#names = names;
  }

  acquire(caller: Caller, key: BookKey): Promise<() => Promise<void>> {
    const book = bookName(key);
    const { scheduler, latency, faults } = this.#ground;
    const name = this.#names.next('lock', book);
    return new Promise((grant, reject) => {
      scheduler.after(latency.next(book), caller.owner, name, () => {
        if (faults.happens('host.crashBefore', name)) caller.crash();
        else if (faults.happens('lock.refused', name)) reject(new Unavailable('busy', 'simulated: no turn in time', 500));
        else this.#ask(book, { caller, name, grant });
      });
    });
  }

  #ask(book: string, wait: Wait): void {
    const state = this.#locks.get(book) ?? { token: 0, untilUs: 0, waiting: [] };
    this.#locks.set(book, state);
    const free = state.untilUs <= this.#ground.scheduler.nowUs && state.waiting.length === 0;
    if (free || this.#ground.faults.happens('lock.lost', wait.name)) this.#give(book, state, wait);
    else {
      state.waiting.push(wait);
      this.#watch(book, state);
    }
  }

  #give(book: string, state: LockState, { name, caller, grant }: Wait): void {
    const { scheduler, faults } = this.#ground;
    const token = ++this.#tokens;
    state.token = token;
    state.untilUs = scheduler.nowUs + (faults.happens('lock.early', name) ? faults.draw(name, EARLY_US) : HELD_FOR_US);
    grant(() => this.#release(caller, book, name, token));
  }

  async #release(caller: Caller, book: string, name: string, token: number): Promise<void> {
    const { scheduler, latency, faults } = this.#ground;
    await scheduler.call(latency.next(book), caller.owner, `release ${name}`, () => {
      if (faults.happens('host.crashBefore', `release ${name}`)) return caller.crash();
      const state = this.#locks.get(book);
      if (state === undefined || state.token !== token || faults.happens('lock.stuck', name)) return;
      state.untilUs = 0;
      this.#next(book, state);
    });
  }

  /** The next one who still lives has its turn. */
  #next(book: string, state: LockState): void {
    for (let wait = state.waiting.shift(); wait !== undefined; wait = state.waiting.shift()) {
      if (!wait.caller.owner.alive) continue;
      this.#give(book, state, wait);
      if (state.waiting.length > 0) this.#watch(book, state);
      return;
    }
    if (state.untilUs === 0) this.#locks.delete(book);
  }

  #watch(book: string, state: LockState): void {
    const { scheduler } = this.#ground;
    const { token } = state;
    scheduler.after(state.untilUs - scheduler.nowUs, OUTSIDE, `expiry ${book}`, () => {
      if (state.token === token && state.untilUs !== 0 && state.untilUs <= scheduler.nowUs) this.#next(book, state);
    });
  }
}
