import type { Chart } from '../chart.js';
import { initialContext } from '../context.js';
import { endOf } from '../step.js';

/**
 * A chart as plain data, read from the machine itself: what is drawn, tabled and answered as JSON can
 * never differ from what decides.
 */
export interface ChartGraph {
  /** where an after-sale enters the chart */
  readonly initial: string;
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
}

export interface ChartState {
  /** `reviewing.merchant` */
  readonly path: string;
  readonly parent: string | null;
  /**
   * `compound` holds other states; `choice` is left at once, by the first guard that holds; `resting`
   * waits; `ended` waits only for an appeal; `final` is left no more
   */
  readonly kind: 'compound' | 'choice' | 'resting' | 'ended' | 'final';
  /** the child that a compound state is entered by */
  readonly initial: string | null;
}

export interface ChartTransition {
  readonly from: string;
  /** null: the state stays and only something is recorded or counted */
  readonly to: string | null;
  readonly kind: 'event' | 'deadline' | 'choice';
  /** the chart event; the id of the timer for a deadline; empty for a choice */
  readonly event: string;
  /** the guard that must hold; null where nothing is asked */
  readonly guard: string | null;
  /** a deadline's name and how long it is; a wait that doubles gives its first length */
  readonly deadline: { readonly name: string; readonly ms: number } | null;
  readonly actions: readonly string[];
  /** whether every open state takes it (note, hold, override and the like) */
  readonly everywhere: boolean;
}

type ChartNode = Chart['root'];
type NodeTransition = NonNullable<ChartNode['always']>[number];

/** Events that every open state takes alike; drawings name them once. */
const EVERYWHERE = /^(note|extend|repayFreight|hold|release|holdExpired|override\..+)$/;

/** Reads a chart's states and transitions, in document order. */
export function describeChart(chart: Chart): ChartGraph {
  const nodes = childrenOf(chart.root);
  return {
    initial: pathOf(chart.root.initial.target[0] ?? chart.root),
    states: nodes.map(describeState),
    transitions: nodes.flatMap((node) => describeTransitions(chart, node)),
  };
}

/** The state that is entered with a target: a compound one is entered by its initial child. */
export function entered(graph: ChartGraph, path: string): string {
  const state = graph.states.find((candidate) => candidate.path === path);
  if (state === undefined) throw new RangeError(`the chart has no state ${path}`);
  return state.initial === null ? path : entered(graph, state.initial);
}

function childrenOf(node: ChartNode): ChartNode[] {
  return Object.values<ChartNode>(node.states).flatMap((child) => [child, ...childrenOf(child)]);
}

const pathOf = (node: { readonly path: string[] }): string => node.path.join('.');

function describeState(node: ChartNode): ChartState {
  const { path } = node;
  return {
    path: pathOf(node),
    parent: path.length > 1 ? path.slice(0, -1).join('.') : null,
    kind: kindOf(node),
    initial: node.type === 'compound' ? pathOf(node.initial.target[0] ?? node) : null,
  };
}

function kindOf(node: ChartNode): ChartState['kind'] {
  if (node.type === 'compound') return 'compound';
  if (node.type === 'final') return 'final';
  if (node.always !== undefined && node.always.length > 0) return 'choice';
  return endOf(pathOf(node)) === undefined ? 'resting' : 'ended';
}

function describeTransitions(chart: Chart, node: ChartNode): ChartTransition[] {
  const deadlines = new Map(node.after.map((transition) => [String(transition.eventType), String(transition.delay)]));
  const taken = [...node.transitions].flatMap(([event, transitions]) =>
    transitions.map((transition): ChartTransition => {
      const name = deadlines.get(event);
      return {
        ...describeTransition(node, transition),
        kind: name === undefined ? 'event' : 'deadline',
        event,
        deadline: name === undefined ? null : { name, ms: lengthOf(chart, name) },
        everywhere: EVERYWHERE.test(event),
      };
    }),
  );
  const choices = (node.always ?? []).map((transition) => describeTransition(node, transition));
  return [...taken, ...choices];
}

function describeTransition(node: ChartNode, transition: NodeTransition): ChartTransition {
  const target = transition.target?.[0];
  return {
    from: pathOf(node),
    to: target === undefined ? null : pathOf(target),
    kind: 'choice',
    event: '',
    guard: nameOf(transition.guard),
    deadline: null,
    actions: transition.actions.flatMap((action) => nameOf(action) ?? []),
    everywhere: false,
  };
}

/** Guards and actions stand in a chart as a name, or as a name with parameters. */
function nameOf(part: unknown): string | null {
  if (typeof part === 'string') return part;
  if (typeof part !== 'object' || part === null || !('type' in part) || typeof part.type !== 'string') return null;
  if (!('params' in part) || typeof part.params !== 'object' || part.params === null) return part.type;
  return `${part.type}(${Object.values(part.params).join(', ')})`;
}

function lengthOf(chart: Chart, delay: string): number {
  const length: unknown = chart.implementations.delays[delay];
  if (typeof length === 'number') return length;
  if (typeof length !== 'function') throw new RangeError(`the chart has no delay ${delay}`);
  const context = initialContext({
    remedy: 'refund',
    needsStop: false,
    automatic: false,
    reviewer: 'merchant',
    priceNamed: true,
    pickup: false,
    goods: 'none',
    difference: 'none',
  });
  return Number(length({ context }));
}
