import { type AnyActorScope, createActor, createMachine, type ExecutableActionObject } from 'xstate';
import { CHART_VERSION, type Chart } from './chart.js';
import type { ChartContext, ChartEvent, ChartInput } from './context.js';
import type { GrantKind } from './setup.js';

/** A state as XState writes it: `completed` or `{ reviewing: 'merchant' }`. */
export type StateValue = string | { readonly [key: string]: StateValue };

export interface Snapshot {
  readonly version: number;
  readonly value: StateValue;
  readonly context: ChartContext;
}

/** What a decision must carry out in the same commit, in the order of the chart's actions. */
export type ChartEffect =
  | { readonly type: 'grant'; readonly kind: GrantKind }
  | { readonly type: 'alarm'; readonly alarm: string }
  | { readonly type: (typeof PLAIN_EFFECTS)[number] };

const PLAIN_EFFECTS = [
  'record',
  'pay',
  'sendWaiting',
  'toWallet',
  'end',
  'reserve',
  'pickup',
  'bearLoss',
  'settleEarly',
  'rebear',
  'takePayment',
  'payByHand',
  'drop',
] as const;

export type TimerAction = { readonly set: string; readonly delayMs: number } | { readonly clear: string };

export interface Step {
  readonly snapshot: Snapshot;
  readonly effects: readonly ChartEffect[];
  readonly timers: readonly TimerAction[];
}

/** A delayed event of the chart, named by its timer's id. */
export type TimerEvent = { readonly type: string };

interface ExecutableAction {
  readonly type: string;
  readonly params?: unknown;
}

function isPlainEffect(type: string): type is (typeof PLAIN_EFFECTS)[number] {
  return (PLAIN_EFFECTS as readonly string[]).includes(type);
}

function collect(machine: Chart, snapshot: { value: unknown; context: ChartContext }, actions: readonly ExecutableAction[]): Step {
  const effects: ChartEffect[] = [];
  const timers: TimerAction[] = [];
  for (const action of actions) {
    const params = (action.params ?? {}) as { kind?: GrantKind; alarm?: string; id?: string; delay?: number; sendId?: string };
    if (isPlainEffect(action.type)) effects.push({ type: action.type });
    else if (action.type === 'grant' && params.kind !== undefined) effects.push({ type: 'grant', kind: params.kind });
    else if (action.type === 'alarm' && params.alarm !== undefined) effects.push({ type: 'alarm', alarm: params.alarm });
    else if (action.type === 'xstate.raise' && params.id !== undefined && params.delay !== undefined) {
      timers.push({ set: params.id, delayMs: params.delay });
    } else if (action.type === 'xstate.cancel' && params.sendId !== undefined) timers.push({ clear: params.sendId });
    else throw new Error(`the chart ${machine.id} asks for an effect that is not allowed: ${action.type}`);
  }
  return { snapshot: { version: CHART_VERSION, value: snapshot.value as StateValue, context: snapshot.context }, effects, timers };
}

/**
 * Stands in for the actor that XState hands to guards and actions; ours never look at it. It is never
 * started. XState's own `transition()` builds such an actor for each call, initial state and all,
 * which takes longer than the transition itself.
 */
const INERT = createActor(createMachine({}));

/** What XState needs around one step, with the actions that the step asks for. */
function actorScope(actions: ExecutableActionObject[]): AnyActorScope {
  const nothing = () => undefined;
  return {
    self: INERT,
    system: INERT.system,
    id: '',
    sessionId: '',
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: (action) => actions.push(action),
  };
}

/** Enters the chart of a new after-sale. */
export function begin(machine: Chart, input: ChartInput): Step {
  const actions: ExecutableActionObject[] = [];
  return collect(machine, machine.getInitialSnapshot(actorScope(actions), input), actions);
}

function hydrate(machine: Chart, snapshot: Snapshot) {
  return machine.resolveState({ value: snapshot.value as never, context: snapshot.context });
}

/** Tells of each event whether the chart allows it now. The snapshot is made ready once, for many questions. */
export function permits(machine: Chart, snapshot: Snapshot): (event: ChartEvent | TimerEvent) => boolean {
  const current = hydrate(machine, snapshot);
  return (event) => current.can(event as ChartEvent);
}

/** Whether the chart allows the event now. */
export function allows(machine: Chart, snapshot: Snapshot, event: ChartEvent | TimerEvent): boolean {
  return hydrate(machine, snapshot).can(event as ChartEvent);
}

/** Takes one event; undefined where the chart does not allow it. Without I/O: effects are data. */
export function step(machine: Chart, snapshot: Snapshot, event: ChartEvent | TimerEvent): Step | undefined {
  const current = hydrate(machine, snapshot);
  if (!current.can(event as ChartEvent)) return undefined;
  const actions: ExecutableActionObject[] = [];
  return collect(machine, machine.transition(current, event as ChartEvent, actorScope(actions)), actions);
}

/** `{ reviewing: 'merchant' }` as `reviewing.merchant`. */
export function statePath(value: StateValue): string {
  if (typeof value === 'string') return value;
  const [key] = Object.keys(value);
  if (key === undefined) return '';
  const child = value[key];
  return child === undefined ? key : `${key}.${statePath(child)}`;
}

/** The event that a due timer gives. `hold` is the only delayed event that is no `after` of a state. */
export function timerEvent(timerId: string): ChartEvent | TimerEvent {
  return timerId === 'hold' ? { type: 'holdExpired' } : { type: timerId };
}

export const ENDS = ['completed', 'rejected', 'settled', 'closed', 'cancelled'] as const;
export type EndState = (typeof ENDS)[number];

/** The state that ended an after-sale; undefined while it is open. */
export function endOf(value: StateValue): EndState | undefined {
  return ENDS.find((end) => end === value);
}

/** Nothing can change any more. */
export function isFinal(value: StateValue): boolean {
  return value === 'settled' || value === 'closed' || value === 'cancelled';
}
