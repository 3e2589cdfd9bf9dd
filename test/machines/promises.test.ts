import { expect, it } from 'vitest';
import { buildChart } from '../../src/machines/chart.js';
import type { Snapshot } from '../../src/machines/step.js';
import { type Exploration, explore } from './model/explore.js';
import {
  endsAmiss,
  helplessPersons,
  neverEnding,
  restsAstray,
  timersIgnored,
  timersLost,
  timersOfOtherStates,
  waitsWithoutDeadline,
} from './model/promises.js';
import { shipped } from './model/shipped.js';

const template = shipped('electronics');
const chart = buildChart('return', template);
const { states, alike } = explore(chart, 'return', template);

function stateAt(path: string) {
  const found = [...states.values()].find((state) => state.path === path);
  if (found === undefined) throw new RangeError(`${path} was not reached`);
  return found;
}

const inspecting = stateAt('returning.inspecting');
const broken = (change: Partial<typeof inspecting>, state = inspecting): Exploration => ({
  states: new Map([...states, [state.key, { ...state, ...change }]]),
  alike,
});

it('the findings notice a wait without deadline', () => {
  expect(waitsWithoutDeadline(broken({ pending: [] }))).toHaveLength(1);
});

it('the findings notice timers that are lost, ignored, or taken from another state', () => {
  const other = 'xstate.after.offer.afterSale.reviewing.offered';
  expect(timersLost(broken({ pending: [] }))).not.toEqual([]);
  expect(timersIgnored(chart, broken({ pending: [other] }))).toHaveLength(1);
  expect(timersOfOtherStates(chart, broken({ pending: [] }))).toHaveLength(1);
});

it('the findings notice a dead end, a circle, and a person who cannot act', () => {
  expect(neverEnding(broken({ taken: [] }))).toHaveLength(1);
  expect(neverEnding(broken({ taken: inspecting.taken.map((edge) => ({ ...edge, to: inspecting.key })) }))).not.toEqual([]);
  expect(helplessPersons(broken({ taken: [] }, stateAt('refunding.manual')))).toHaveLength(1);
});

it('the findings notice goods that are neither paid for nor sent back, money in flight, and units that stay reserved', () => {
  const closed: Snapshot = { ...inspecting.snapshot, value: 'closed' };
  const end = { type: 'end' } as const;
  const ending = (event: string, snapshot: Snapshot, effects: readonly (typeof end)[]) => {
    const edges = inspecting.taken.filter((edge) => edge.event.type === event);
    return endsAmiss(broken({ taken: edges.map((edge) => ({ ...edge, step: { ...edge.step, snapshot, effects } })) })).join();
  };
  expect(ending('inspect.none', closed, [end])).toContain('while the merchant has the goods and the money');
  expect(ending('inspect.all', closed, [end])).toContain('before the money has settled');
  expect(ending('inspect.none', closed, [])).toContain('keeps what is reserved');
  expect(ending('inspect.none', inspecting.snapshot, [end])).toContain('frees the units');
  expect(ending('inspect.none', { ...closed, context: { ...closed.context, held: true } }, [end])).toContain('on hold');
  const astray: Snapshot = { ...inspecting.snapshot, context: { ...inspecting.snapshot.context, rest: true, goods: 'lost' } };
  expect(restsAstray(broken({ snapshot: astray }))).toHaveLength(1);
});
