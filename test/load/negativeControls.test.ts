import { describe, expect, it } from 'vitest';
import type { BookStore, Commit, CommitOutcome } from '../../src/actors/ports.js';
import { RULES, type Rules } from '../../src/actors/rules.js';
import { money } from '../../src/domain/money.js';
import { isRefusal } from '../../src/domain/refusals.js';
import { PROMISES, type PromiseName } from '../../src/load/promises/finding.js';
import { afterMoves, loadLittle, serviceWithout, type TakenAway } from './serviceWithout.js';

/** A load that cannot fail proves nothing: without a guard it must say what was broken. */

const commitAs =
  (change: (books: BookStore, commit: Commit) => Promise<CommitOutcome>) =>
  (books: BookStore): BookStore => ({ ...books, commit: (commit) => change(books, commit) });

/** The first unit of every order costs a cent less, and nobody has it. */
const dropsRemainder: Rules['splitOrder'] = (order) => {
  const split = RULES.splitOrder(order);
  const [first, ...rest] = isRefusal(split) ? [] : split.runs;
  if (isRefusal(split) || first === undefined || first.cost.net === 0) return split;
  const cheaper = { ...first, to: first.from, cost: money(first.cost.net - 1, first.cost.tax) };
  const others = first.to > first.from ? [{ ...first, from: first.from + 1 }] : [];
  return { ...split, runs: [cheaper, ...others, ...rest], total: money(split.total.net - 1, split.total.tax) };
};

/** Every unit may be claimed, whoever has it. */
const everythingFree: Rules['selectUnits'] = (given) =>
  RULES.selectUnits({
    ...given,
    availability: new Map(given.order.lines.map((line) => [line.lineNo, [{ from: 1, to: line.quantity, state: 'free' as const }]])),
  });

const isNote = ({ write }: Commit): boolean => write?.audit.type === 'note';

const CONTROLS: readonly { readonly takes: string; readonly taken: TakenAway; readonly finds: PromiseName }[] = [
  { takes: 'the cent that does not divide', taken: { rules: { splitOrder: dropsRemainder } }, finds: 'split' },
  { takes: 'the rule that a unit is free for one', taken: { rules: { selectUnits: everythingFree } }, finds: 'unitOnce' },
  {
    takes: 'the write behind an acknowledged note',
    taken: {
      wrapBooks: commitAs(async (books, commit) => (isNote(commit) ? { outcome: 'committed', position: 1 } : books.commit(commit))),
    },
    finds: 'kept',
  },
  {
    takes: 'the memory of answers',
    taken: {
      wrapBooks: (books) => ({
        ...commitAs((all, commit) => all.commit({ ...commit, answer: null }))(books),
        findAnswer: async () => undefined,
      }),
    },
    finds: 'sameKey',
  },
];

describe('a load', () => {
  it('finds nothing where nothing is taken away, and has looked at everything', async () => {
    const report = await loadLittle(await serviceWithout(), { stopped: afterMoves(300) });
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ verdict: 'held', failure: null, absences: [] });
    expect(report.promises.filter(({ checked }) => checked === 0)).toEqual([]);
    expect(report.promises).toHaveLength(PROMISES.length);
    const { done, refused, putOff } = report.requests;
    expect(done + refused + putOff).toBe(300);
  });

  it.each(CONTROLS)('against a service without $takes reports $finds', async ({ taken, finds }) => {
    const report = await loadLittle(await serviceWithout(taken));
    expect(report.verdict).toBe('broken');
    expect(report.promises.filter(({ broken }) => broken > 0).map(({ name }) => name)).toContain(finds);
    expect(report.findings.filter(({ promise }) => promise === finds).map(({ what }) => what)).not.toEqual([]);
  });
});
