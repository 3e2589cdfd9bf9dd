import { statePath } from '../../../src/machines/step.js';
import { EVENT_SOURCES, type RestingState, type Seen, type TableEvent } from '../../../src/machines/truthTable.js';
import type { Exploration } from './explore.js';

/** What every resting state was seen to answer to every event, over several explorations. */
export class AnswersSeen {
  readonly #seen = new Map<string, { targets: Set<string>; refused: boolean }>();

  watch({ states }: Exploration): void {
    for (const state of states.values()) {
      const taken = new Map<string, Set<string>>();
      for (const { event, timer, step } of state.taken) {
        const named = timer === undefined || timer === 'hold' ? event.type : 'deadline';
        const targets = taken.get(named) ?? new Set();
        taken.set(named, targets.add(statePath(step.snapshot.value)));
      }
      for (const event of Object.keys(EVENT_SOURCES))
        this.#note(`${state.path} ${event}`, taken.get(event), this.#isTried(event, state.snapshot.context.held));
    }
  }

  of(state: RestingState, event: TableEvent): Seen {
    return this.#seen.get(`${state} ${event}`) ?? { targets: new Set(), refused: true };
  }

  /** On hold deadlines stand still, and without a hold none can expire: neither is a refusal. */
  #isTried(event: string, held: boolean): boolean {
    return event === 'deadline' ? !held : event !== 'holdExpired' || held;
  }

  #note(key: string, targets: Set<string> | undefined, tried: boolean): void {
    const seen = this.#seen.get(key) ?? { targets: new Set<string>(), refused: false };
    this.#seen.set(key, seen);
    for (const target of targets ?? []) seen.targets.add(target);
    if (targets === undefined && tried) seen.refused = true;
  }
}
