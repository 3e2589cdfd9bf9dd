import { Faults } from '../../src/sim/faults.js';
import type { Ground } from '../../src/sim/ground.js';
import { type Caller, CallNames } from '../../src/sim/hosts/calls.js';
import { Latency, Scheduler } from '../../src/sim/schedule.js';
import { memoryStore } from '../../src/sim/store/memoryStore.js';
import { Trace } from '../../src/sim/trace.js';

/** So far virtual time goes on by itself: everything that is under way ends within it, and no lock expires. */
const GOES_ON_US = 5_000_000;

/** The ground of a simulation in which nothing goes wrong, with one host on it. */
export function quietGround() {
  const scheduler = new Scheduler();
  const store = memoryStore();
  const ground: Ground = {
    ...{ scheduler, store, latency: new Latency('quiet'), faults: new Faults('quiet', {}), trace: new Trace() },
    onCommit: () => undefined,
  };
  const caller: Caller = {
    ground,
    owner: { name: 'host', alive: true },
    crash: () => {
      throw new Error('nothing goes wrong here');
    },
  };
  let running = false;
  const isNear = (): boolean => (scheduler.nextUs() ?? Number.POSITIVE_INFINITY) < scheduler.nowUs + GOES_ON_US;
  const goOn = (): void => {
    if (running || !isNear()) return;
    running = true;
    void scheduler.runWhile(isNear).then(() => {
      running = false;
      goOn();
    });
  };
  /** A port whose calls make time go on until they are answered. */
  const driven =
    <A extends readonly unknown[], T>(call: (...given: A) => Promise<T>): ((...given: A) => Promise<T>) =>
    (...given) => {
      const answer = call(...given);
      goOn();
      return answer;
    };
  return { store, ground, caller, names: new CallNames(), driven };
}
