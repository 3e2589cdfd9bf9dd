import type { ChartEventType } from './context.js';
import { type ChartGraph, type ChartTransition, entered } from './draw/describeChart.js';

/**
 * Every state in which an after-sale can rest, with its number in the tables of SPEC.md: the tens are
 * those of the state around it. A state that a chart has and this list has not fails the test.
 */
export const RESTING_STATES = {
  'reviewing.merchant': 11,
  'reviewing.operations': 12,
  'reviewing.offered': 13,
  'reviewing.awaitingEvidence': 14,
  stopping: 20,
  'returning.awaitingHandover': 31,
  'returning.pickupScheduled': 32,
  'returning.inTransit': 33,
  'returning.inspecting': 34,
  'refunding.paying': 41,
  'refunding.retrying': 42,
  'refunding.manual': 43,
  'exchanging.awaitingPayment': 51,
  'exchanging.preparing': 52,
  'exchanging.shipped': 53,
  'repairing.diagnosing': 61,
  'repairing.awaitingConsent': 62,
  'repairing.working': 63,
  'repairing.shippingBack': 64,
  'sendingBack.preparing': 71,
  'sendingBack.shipped': 72,
  'arbitrating.evidence': 81,
  'arbitrating.ruling': 82,
  completed: 91,
  rejected: 92,
  settled: 93,
  closed: 94,
  cancelled: 95,
} as const;
export type RestingState = keyof typeof RESTING_STATES;

/** Where each event comes from. Total: a new event does not compile until it is here. `deadline` is that of the state itself. */
export const EVENT_SOURCES = {
  approve: 'command',
  reject: 'command',
  escalate: 'command',
  'offer.money': 'command',
  'offer.price': 'command',
  askEvidence: 'command',
  accept: 'command',
  decline: 'command',
  provide: 'command',
  withdraw: 'command',
  stopped: 'report',
  shipped: 'report',
  handOver: 'command',
  scanned: 'command',
  reschedule: 'command',
  received: 'command',
  lost: 'command',
  'inspect.all': 'command',
  'inspect.part': 'command',
  'inspect.none': 'command',
  'payout.done': 'payout',
  'payout.paid': 'payout',
  'payout.declined': 'payout',
  'payout.unknown': 'payout',
  'payout.stuck': 'payout',
  retry: 'command',
  anotherWay: 'command',
  paidByHand: 'command',
  ship: 'command',
  paid: 'command',
  refuse: 'command',
  outOfStock: 'command',
  delivered: 'command',
  'diagnose.free': 'command',
  'diagnose.priced': 'command',
  consent: 'command',
  repaired: 'command',
  unrepairable: 'command',
  appeal: 'command',
  'rule.upheld': 'command',
  'rule.refund': 'command',
  'rule.return': 'command',
  'rule.exchange': 'command',
  'rule.repair': 'command',
  'rule.bearer': 'command',
  'override.upheld': 'command',
  'override.refund': 'command',
  'override.return': 'command',
  'override.exchange': 'command',
  'override.repair': 'command',
  'override.bearer': 'command',
  note: 'command',
  extend: 'command',
  repayFreight: 'command',
  hold: 'command',
  release: 'command',
  holdExpired: 'timer',
  superseded: 'application',
  deadline: 'timer',
} as const satisfies Record<ChartEventType | 'deadline', 'command' | 'report' | 'payout' | 'timer' | 'application'>;
export type TableEvent = keyof typeof EVENT_SOURCES;

/** One way in which an event is answered: the guards that hold on it, and the state it leads to (perhaps the same). */
export interface Outcome {
  readonly to: RestingState;
  readonly guards: readonly string[];
}

/** Every outcome in the order in which guards are asked, and whether the event may be refused as well. */
export interface Answers {
  readonly outcomes: readonly Outcome[];
  readonly mayBeRefused: boolean;
}
export type Cell = 'refused' | Answers;
export type Row = Readonly<Record<TableEvent, Cell>>;
/** What every resting state answers to every event; `absent`: the type never comes there. */
export type TruthTable = Readonly<Record<RestingState, Row | 'absent'>>;

/** What a walk through a chart saw a state answer to an event. */
export interface Seen {
  readonly targets: ReadonlySet<string>;
  readonly refused: boolean;
}

const isResting = (path: string): path is RestingState => path in RESTING_STATES;

/**
 * A chart as a total table. Guards read what happened before, so a chart alone names ways that no
 * after-sale can go; `seen` gives what a walk through every reachable state saw, and only that is kept.
 * Throws for a state that `RESTING_STATES` does not know, and where the walk saw what the chart has not.
 */
export function truthTable(graph: ChartGraph, seen: (state: RestingState, event: TableEvent) => Seen): TruthTable {
  const present = new Set(graph.states.filter(({ kind }) => kind !== 'compound' && kind !== 'choice').map(({ path }) => path));
  for (const path of present) if (!isResting(path)) throw new RangeError(`${path} is no resting state that is known`);
  return mapKeys(RESTING_STATES, (state) =>
    present.has(state) ? mapKeys(EVENT_SOURCES, (event) => cellOf(graph, state, event, seen(state, event))) : 'absent',
  );
}

function cellOf(graph: ChartGraph, state: RestingState, event: TableEvent, { targets, refused }: Seen): Cell {
  const outcomes = outcomesOf(graph, state, event).filter(({ to }) => targets.has(to));
  const strange = [...targets].find((target) => !outcomes.some(({ to }) => to === target));
  if (strange !== undefined) throw new RangeError(`${event} leads from ${state} to ${strange}, which the chart does not say`);
  return outcomes.length === 0 ? 'refused' : { outcomes, mayBeRefused: refused };
}

/** Every way that the chart has for an event, with the guards on it. */
function outcomesOf(graph: ChartGraph, state: RestingState, event: TableEvent): Outcome[] {
  const asked: string[] = [];
  return candidates(graph, state, event).flatMap(({ guard, to }) => {
    const known: Known = { held: guard === null ? [] : [guard], failed: [...asked] };
    if (guard !== null) asked.push(guard);
    const reached = to === null ? [{ to: state, guards: [] }] : restingBehind(graph, entered(graph, to), known);
    return reached.map((outcome) => ({ to: outcome.to, guards: [...known.held, ...outcome.guards] }));
  });
}

/** The transitions that may take an event, in the order in which they are asked: a state's own before those around it. */
function candidates(graph: ChartGraph, state: string, event: TableEvent): ChartTransition[] {
  const found: ChartTransition[] = [];
  for (let path = state; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
    for (const transition of graph.transitions) {
      const named = event === 'deadline' ? transition.kind === 'deadline' : transition.kind === 'event' && transition.event === event;
      if (transition.from !== path || !named) continue;
      // A guard that did not hold does not hold further out either.
      if (found.some(({ guard }) => guard === transition.guard)) continue;
      found.push(transition);
      if (transition.guard === null) return found;
    }
  }
  return found;
}

/** Guards that an event has asked already. */
interface Known {
  readonly held: readonly string[];
  readonly failed: readonly string[];
}

/** The resting states that choices lead to, each with the guards that lead there; what is known is not asked again. */
function restingBehind(graph: ChartGraph, path: string, known: Known): Outcome[] {
  if (isResting(path)) return [{ to: path, guards: [] }];
  const outcomes: Outcome[] = [];
  for (const { from, kind, guard, to } of graph.transitions) {
    if (from !== path || kind !== 'choice' || (guard !== null && known.failed.includes(guard))) continue;
    const holds = guard === null || known.held.includes(guard);
    for (const outcome of restingBehind(graph, entered(graph, to ?? path), known)) {
      outcomes.push({ to: outcome.to, guards: holds ? outcome.guards : [guard, ...outcome.guards] });
    }
    if (holds) break;
  }
  return outcomes;
}

function mapKeys<K extends string, V>(keys: Readonly<Record<K, unknown>>, value: (key: K) => V): Record<K, V> {
  const entries = Object.keys(keys).map((key) => [key, value(key as K)]);
  return Object.fromEntries(entries) as Record<K, V>;
}
