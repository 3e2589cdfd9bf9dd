import { buildChart, type Chart } from './chart.js';
import { type ChartContext, type ChartEvent, type ChartInput, initialContext } from './context.js';
import { begin, permits, type Snapshot, type Step, step, type TimerEvent } from './step.js';
import type { Template } from './template.js';
import type { AfterSaleType } from './words.js';

/** Steps and answers kept at most; beyond that all are forgotten and found again. */
const REMEMBERED = 20_000;

/**
 * Charts by type and template version, built once each, with the steps that they have taken. A step is a
 * function of state, context and event, and there are few of each: the second after-sale that is approved
 * takes the step of the first. Held by the host and passed in, not by the module.
 */
export class ChartBook {
  readonly #charts = new Map<string, Chart>();
  readonly #begun: Remembered<Step> = new Map();
  readonly #taken: Remembered<Step | undefined> = new Map();
  readonly #permitted: Remembered<Remembered<boolean>> = new Map();

  of(type: AfterSaleType, template: Template): Chart {
    const key = chartKey(type, template);
    let chart = this.#charts.get(key);
    if (chart === undefined) {
      chart = buildChart(type, template);
      this.#charts.set(key, chart);
    }
    return chart;
  }

  /** Enters the chart of a new after-sale. */
  begin(type: AfterSaleType, template: Template, input: ChartInput): Step {
    const key = `${chartKey(type, template)} ${contextKey(initialContext(input))}`;
    return remembered(this.#begun, key, () => begin(this.of(type, template), input));
  }

  /** Takes one event; undefined where the chart does not allow it. */
  step(type: AfterSaleType, template: Template, snapshot: Snapshot, event: ChartEvent | TimerEvent): Step | undefined {
    const key = `${snapshotKey(type, template, snapshot)} ${JSON.stringify(event)}`;
    return remembered(this.#taken, key, () => step(this.of(type, template), snapshot, event));
  }

  /** Tells of each event whether the chart allows it now. What an event carries plays no part: guards read the context alone. */
  permits(type: AfterSaleType, template: Template, snapshot: Snapshot): (event: Pick<ChartEvent | TimerEvent, 'type'>) => boolean {
    const answers = remembered(this.#permitted, snapshotKey(type, template, snapshot), (): Remembered<boolean> => new Map());
    let ask: ReturnType<typeof permits> | undefined;
    return ({ type: event }) =>
      remembered(answers, event, () => {
        ask ??= permits(this.of(type, template), snapshot);
        return ask({ type: event });
      });
  }
}

/** Boxed, so that `undefined` is an answer like others. */
type Remembered<T> = Map<string, { readonly answer: T }>;

function remembered<T>(known: Remembered<T>, key: string, find: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before.answer;
  const found = find();
  if (known.size >= REMEMBERED) known.clear();
  known.set(key, { answer: found });
  return found;
}

const chartKey = (type: AfterSaleType, { id, version }: Template): string => `${type}/${id}/${version}`;

const CONTEXT_FIELDS = Object.keys(
  initialContext({
    ...{ remedy: 'refund', needsStop: false, automatic: false, reviewer: 'merchant' },
    ...{ priceNamed: true, pickup: false, goods: 'none', difference: 'none' },
  }),
) as (keyof ChartContext)[];

function contextKey(context: ChartContext): string {
  let key = '';
  for (const field of CONTEXT_FIELDS) key += `${context[field]},`;
  return key;
}

const snapshotKey = (type: AfterSaleType, template: Template, { version, value, context }: Snapshot): string =>
  `${chartKey(type, template)} ${version} ${typeof value === 'string' ? value : JSON.stringify(value)} ${contextKey(context)}`;
