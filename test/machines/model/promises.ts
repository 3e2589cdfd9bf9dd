import type { Chart } from '../../../src/machines/chart.js';
import { endOf, isFinal, type Step, step, type TimerAction, timerEvent } from '../../../src/machines/step.js';
import { type Exploration, type Taken, tell, type Visited } from './explore.js';

/** What is wrong in an exploration, each as a sentence; empty where all is well. */
export type Findings = string[];

const at = (state: Visited): string => `${state.path} (${tell(state.story)})`;

/** Every wait has a deadline, or waits for a partner or for nothing at all. */
export function waitsWithoutDeadline({ states }: Exploration): Findings {
  return [...states.values()]
    .filter(({ pending, path, snapshot }) => pending.length === 0 && path !== 'refunding.paying' && !isFinal(snapshot.value))
    .map((state) => `nothing ends the wait in ${at(state)}`);
}

/** The timers that run after a step, told from those before it and from what the step set and cleared. */
export function runningAfter(before: readonly string[], actions: readonly TimerAction[]): string[] {
  const running = new Set(before);
  for (const action of actions) {
    if ('clear' in action) running.delete(action.clear);
    else running.add(action.set);
  }
  return [...running].sort();
}

/** The timers that a chart sets and clears are exactly those of the state that it reaches. */
export function timersLost({ states }: Exploration): Findings {
  const findings: Findings = [];
  for (const state of states.values()) {
    for (const { event, timer, step: taken, to } of state.taken) {
      const left = state.pending.filter((id) => id !== timer);
      const running = runningAfter(left, taken.timers).join(', ');
      const due = [...(states.get(to)?.pending ?? [])].sort().join(', ');
      if (running !== due) findings.push(`after ${event.type} in ${at(state)} the timers ${running} run instead of ${due}`);
    }
  }
  return findings;
}

/** A timer that runs is taken by its state when it is due, also when it was due during a hold and comes late. */
export function timersIgnored(chart: Chart, { states }: Exploration): Findings {
  return [...states.values()].flatMap((state) =>
    state.pending
      .filter((timer) => step(chart, state.snapshot, timerEvent(timer)) === undefined)
      .map((timer) => `${timer} is ignored in ${at(state)}`),
  );
}

/** A timer that does not run is refused: it is of a state that was left. No guard has a say in this, so a few of each state tell. */
export function timersOfOtherStates(chart: Chart, { states }: Exploration): Findings {
  const all = [...new Set([...states.values()].flatMap(({ pending }) => pending))];
  const visits = new Map<string, number>();
  const few = [...states.values()].filter(({ path }) => {
    const count = visits.get(path) ?? 0;
    visits.set(path, count + 1);
    return count < 5;
  });
  return few.flatMap((state) =>
    all
      .filter((timer) => !state.pending.includes(timer) && step(chart, state.snapshot, timerEvent(timer)) !== undefined)
      .map((timer) => `${timer} is taken in ${at(state)}`),
  );
}

/** An end gives back what is reserved; only an end does; and no end leaves a hold, a grant that is not paid, or unpaid goods. */
export function endsAmiss({ states }: Exploration): Findings {
  const findings: Findings = [];
  for (const state of states.values()) {
    for (const { event, step: taken, to } of state.taken) {
      const wrong = endAmiss(state, taken, states.get(to));
      if (wrong !== undefined) findings.push(`${event.type} in ${at(state)} ${wrong}`);
    }
  }
  return findings;
}

function endAmiss(before: Visited, { snapshot, effects }: Step, after: Visited | undefined): string | undefined {
  const ends = endOf(snapshot.value);
  const released = effects.some(({ type }) => type === 'end');
  if (ends === undefined) return released ? 'frees the units of an after-sale that goes on' : undefined;
  if (ends === endOf(before.snapshot.value)) return undefined;
  if (!released) return `ends as ${ends} and keeps what is reserved`;
  if (after === undefined) return 'leads nowhere';
  const { context } = snapshot;
  if (context.held) return `ends as ${ends} on hold`;
  if (after.ledger.granted) return `ends as ${ends} before the money has settled`;
  if (context.goods === 'merchant' && !after.ledger.paid) return `ends as ${ends} while the merchant has the goods and the money`;
  if (context.goods === 'merchant' && context.rest) return `ends as ${ends} while the merchant has goods that failed inspection`;
  return undefined;
}

/** What failed inspection is with the merchant until it has gone back or was paid for. */
export function restsAstray({ states }: Exploration): Findings {
  return [...states.values()]
    .filter(({ snapshot: { context, value } }) => context.rest && context.goods !== 'merchant' && endOf(value) === undefined)
    .map((state) => `a rest that nobody holds in ${at(state)}`);
}

/**
 * The steps that time, partners and a person owe to an after-sale: its timers, a definitive answer of
 * every partner, and at `refunding.manual` a person who sees to it that the money is paid. The
 * repeated alarm of `manual` is left out: it waits for that person.
 */
export function owedSteps(state: Visited): readonly Taken[] {
  const { path } = state;
  return state.taken.filter(({ event, timer }) => {
    if (timer !== undefined) return !timer.includes('.manualAlarm.');
    if (event.type === 'payout.done') return path.startsWith('refunding.');
    return event.type === 'payout.declined' && path === 'refunding.paying';
  });
}

/** Where the owed steps alone do not lead every after-sale to a final state: states with none, and circles. */
export function neverEnding({ states }: Exploration): Findings {
  const findings: Findings = [];
  const done = new Set<string>();
  const open = new Set<string>();
  const visit = (state: Visited): void => {
    open.add(state.key);
    const owed = owedSteps(state);
    if (owed.length === 0 && !isFinal(state.snapshot.value)) findings.push(`nothing leads on from ${at(state)}`);
    for (const { to, event } of owed) {
      const next = states.get(to);
      if (next === undefined || open.has(to)) findings.push(`${event.type} leads in a circle from ${at(state)}`);
      else if (!done.has(to)) visit(next);
    }
    open.delete(state.key);
    done.add(state.key);
  };
  for (const state of states.values()) if (!done.has(state.key)) visit(state);
  return findings;
}

/** A person can always act at `refunding.manual`: try again, and pay by hand or send another way what was declined for sure. */
export function helplessPersons({ states }: Exploration): Findings {
  return [...states.values()]
    .filter(({ path }) => path === 'refunding.manual')
    .flatMap((state) => {
      const open = new Set(state.taken.map(({ event }) => event.type));
      const wanted = ['retry', ...(state.snapshot.context.declined > 0 ? ['paidByHand', 'anotherWay'] : [])];
      return wanted.filter((type) => !open.has(type)).map((type) => `${type} is not open in ${at(state)}`);
    });
}
