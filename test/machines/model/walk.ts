import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildChart, type Chart } from '../../../src/machines/chart.js';
import { describeChart } from '../../../src/machines/draw/describeChart.js';
import { tableToMarkdown } from '../../../src/machines/draw/tableToMarkdown.js';
import { allows, step, timerEvent } from '../../../src/machines/step.js';
import { truthTable } from '../../../src/machines/truthTable.js';
import type { AfterSaleType } from '../../../src/machines/words.js';
import { scaled } from '../../scale.js';
import { alikeKey } from './alike.js';
import { AnswersSeen } from './answersSeen.js';
import { COMBINATIONS, type Combination } from './combinations.js';
import { choicesAtFirst, transitionNames, transitionsTaken } from './coverage.js';
import { eventsOf } from './events.js';
import { type Arrival, type Exploration, explore, timersOf } from './explore.js';
import { follow } from './ledger.js';
import {
  endsAmiss,
  helplessPersons,
  neverEnding,
  restsAstray,
  timersIgnored,
  timersLost,
  timersOfOtherStates,
  waitsWithoutDeadline,
} from './promises.js';
import { shipped } from './shipped.js';
import { SPEC, withSection } from './spec.js';

/** What a state answers to every event: the state reached (as far as it matters) and the effects. */
function answers(chart: Chart, type: AfterSaleType, { snapshot, ledger }: Arrival): string[] {
  const timers = timersOf(chart)(snapshot).map(timerEvent);
  return [...Object.values(eventsOf(type)).flat(), ...timers].map((event) => {
    const after = step(chart, snapshot, event);
    if (after === undefined) return `${event.type}: refused`;
    const followed = follow(ledger, snapshot.context.goods, event.type, after);
    return `${event.type}: ${alikeKey(after.snapshot, followed)} ${JSON.stringify([after.effects, after.timers])}`;
  });
}

/** States that settings of a template leave out. */
function isOutOfReach({ type, template }: Combination, path: string): boolean {
  if (path === 'reviewing.merchant') return template.review.by === 'operations';
  if (path === 'returning.inspecting') return !template.returning.inspection;
  // Goods go back after a failed inspection that no payment came before, or when a replacement or repair is refused.
  const inspectedFirst = template.returning.inspection && template.payWhen === 'inspection';
  return path.startsWith('sendingBack.') && !inspectedFirst && (type === 'refund' || type === 'return');
}

interface TakenKeys {
  readonly shipped: Set<string>;
  readonly all: Set<string>;
  readonly answers: AnswersSeen;
}

function walk(combination: Combination, keys: TakenKeys): void {
  const { type, template, chart, ships } = combination;
  let exploration: Exploration;
  beforeAll(() => {
    exploration = explore(chart, type, template);
    for (const key of [...transitionsTaken(chart, exploration), ...choicesAtFirst(chart, type, template)]) {
      keys.all.add(key);
      if (ships) keys.shipped.add(key);
    }
    keys.answers.watch(exploration);
  });

  it('rests only in states that wait for something, and reaches all of them', () => {
    const resting = describeChart(chart).states.filter(({ kind }) => kind !== 'compound' && kind !== 'choice');
    const reached = new Set([...exploration.states.values()].map(({ path }) => path));
    const expected = resting.map(({ path }) => path).filter((path) => !isOutOfReach(combination, path));
    expect([...reached].sort()).toEqual(expected.sort());
  });

  it('gives every wait a deadline', () => {
    expect(waitsWithoutDeadline(exploration)).toEqual([]);
  });

  it('sets and clears exactly the timers of the state reached', () => {
    expect(timersLost(exploration)).toEqual([]);
  });

  it('never ignores a timer that runs', () => {
    expect(timersIgnored(chart, exploration)).toEqual([]);
  });

  it('refuses the timers of states that were left', () => {
    expect(timersOfOtherStates(chart, exploration)).toEqual([]);
  });

  it('ends every after-sale when time has passed, partners have answered and a person has acted (promise 10)', () => {
    expect(neverEnding(exploration)).toEqual([]);
    expect(helplessPersons(exploration)).toEqual([]);
  });

  it('ends no after-sale while the merchant has goods that are not paid for, nor before money has settled (promise 11)', () => {
    expect(endsAmiss(exploration)).toEqual([]);
    expect(restsAstray(exploration)).toEqual([]);
  });

  it('says beforehand of each event whether it is allowed', () => {
    const wrong = [...exploration.states.values()].slice(0, scaled(200)).flatMap(({ snapshot, path }) =>
      Object.values(eventsOf(type))
        .flat()
        .filter((event) => allows(chart, snapshot, event) !== (step(chart, snapshot, event) !== undefined))
        .map((event) => `${event.type} in ${path}`),
    );
    expect(wrong).toEqual([]);
  });

  it('answers alike where the walk took two histories as alike', () => {
    const { alike } = exploration;
    const stride = Math.max(1, Math.floor(alike.length / scaled(150)));
    const sample = alike.filter((_, index) => index % stride === 0);
    for (const [known, arrival] of sample) expect(answers(chart, type, arrival)).toEqual(answers(chart, type, known));
    expect(sample.length).toBeGreaterThan(0);
  });

  it('leaves a final state by nothing', () => {
    const finals = [...exploration.states.values()].filter(({ path }) => ['settled', 'closed', 'cancelled'].includes(path));
    expect(finals.flatMap((state) => state.taken)).toEqual([]);
    expect(finals.map((state) => state.path).sort()).toEqual(['cancelled', 'closed', 'settled']);
  });
}

/** Walks every state of the charts of one type under every template, and judges what it saw. */
export function walkEveryState(type: AfterSaleType): void {
  const keys: TakenKeys = { shipped: new Set(), all: new Set(), answers: new AnswersSeen() };
  const combinations = COMBINATIONS.filter((candidate) => candidate.type === type);
  describe.each(combinations)('$name', (combination) => walk(combination, keys));

  it(`takes every transition of the chart of a ${type}`, () => {
    const names = transitionNames(buildChart(type, shipped('merchant-first')));
    const never = (seen: Set<string>) => [...names].filter(([key]) => !seen.has(key)).map(([, name]) => name);
    expect(names.size).toBeGreaterThan(100);
    expect(never(keys.all)).toEqual([]);
    // No shipped template pays at the carrier's scan, nor fails goods that nobody looked at in time.
    expect(never(keys.shipped)).toEqual([
      'returning.awaitingHandover scanned[paysAtScan] -> refunding',
      'returning.pickupScheduled scanned[paysAtScan] -> refunding',
      'returning.inTransit scanned[paysAtScan] -> refunding',
      'returning.inspecting after inspection -> sendingBack',
    ]);
  });
  it(`has in SPEC.md what a ${type} answers to every event in every state`, async () => {
    const table = truthTable(describeChart(buildChart(type, shipped('merchant-first'))), (state, event) => keys.answers.of(state, event));
    const spec = readFileSync(SPEC, 'utf8');
    await expect(withSection(spec, `truth table: ${type}`, tableToMarkdown(table))).toMatchFileSnapshot(SPEC);
  });
}
