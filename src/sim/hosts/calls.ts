import { Unavailable } from '../../actors/unavailable.js';
import type { Fault } from '../faults.js';
import type { Ground } from '../ground.js';
import type { Owner } from '../schedule.js';

/** A server host as its ports see it. */
export interface Caller {
  readonly ground: Ground;
  readonly owner: Owner;
  /** drops everything that the host was waiting for */
  crash(): void;
}

export interface Call {
  readonly port: string;
  /** whose stream of draws it uses: the book, or what is not about one */
  readonly of: string;
  /** which fault makes it fail without effect */
  readonly fails: Fault;
  /** a read may see what was there when it was asked, or when it is answered */
  readonly reads: boolean;
}

const SLOWEST_US = 20_000_000;

/** Counts the calls about each book, so that each has a name that other books do not move. */
export class CallNames {
  readonly #counts = new Map<string, number>();

  next(port: string, of: string): string {
    const count = (this.#counts.get(of) ?? 0) + 1;
    this.#counts.set(of, count);
    return `${port} ${of} ${count}`;
  }
}

/** One call of a port: takes its time, may fail, and its host may crash before it or after it. */
export function callPort<T>(caller: Caller, names: CallNames, call: Call, run: () => Promise<T>): Promise<T> {
  const { ground, owner } = caller;
  const { faults, scheduler, latency } = ground;
  const name = names.next(call.port, call.of);
  let delayUs = latency.next(call.of);
  if (faults.happens('store.slow', name)) delayUs += faults.draw(name, SLOWEST_US);
  const early = call.reads && (delayUs & 1) === 1 ? run() : undefined;
  return new Promise<T>((resolve, reject) => {
    scheduler.after(delayUs, owner, name, async () => {
      if (faults.happens('host.crashBefore', name)) return caller.crash();
      if (faults.happens(call.fails, name))
        return reject(new Unavailable('io', `simulated: ${call.fails}`, 100 + faults.draw(name, 2_000)));
      const value = await (early ?? run());
      if (faults.happens('host.crashAfter', name)) return caller.crash();
      resolve(value);
    });
  });
}
