import { counted } from '../cli/counted.js';
import type { RefusalCode } from '../domain/refusals.js';
import { DEEDS } from './clients/crowd.js';
import { type Counts, PAIRS } from './coverage.js';
import { FAULTS } from './faults.js';
import type { Broken, Summary } from './summary.js';
import { NAMED_CODES, REACHABLE_CODES, whyNever } from './unreachable.js';

/** What could have been seen and was not. */
export interface Unseen {
  readonly states: readonly string[];
  readonly transitions: readonly string[];
  readonly refusals: readonly RefusalCode[];
  readonly faults: readonly string[];
  readonly deeds: readonly string[];
  readonly pairs: readonly string[];
}

/** What need not be seen, and why. */
export interface Explained {
  readonly name: string;
  readonly why: string;
}

/** What there is and was never seen. */
export function unseen({ states, knownStates, transitions, knownTransitions, refusals, faults, deeds, pairs }: Summary): Unseen {
  const not = <T extends string>(known: readonly T[], seen: Counts): readonly T[] => known.filter((name) => !(name in seen));
  return {
    states: not(knownStates, states),
    transitions: not(knownTransitions, transitions).filter((name) => whyNever(name) === undefined),
    refusals: not(REACHABLE_CODES, refusals).filter((code) => NAMED_CODES[code] === undefined),
    faults: not(FAULTS, faults),
    deeds: not(DEEDS, deeds),
    pairs: not(PAIRS, pairs),
  };
}

/** What was not seen because nothing leads there, each with its reason. */
export function explained({ transitions, knownTransitions, refusals }: Summary): readonly Explained[] {
  const named = (names: readonly string[], seen: Counts, reason: (name: string) => string | undefined): Explained[] =>
    names.flatMap((name) => {
      const why = name in seen ? undefined : reason(name);
      return why === undefined ? [] : [{ name, why }];
    });
  return [
    ...named(knownTransitions, transitions, whyNever),
    ...named(REACHABLE_CODES, refusals, (code) => NAMED_CODES[code as RefusalCode]),
  ];
}

/** The sum of counts. */
export const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
/** How many kinds were counted. */
export const kinds = (counts: Counts): number => Object.keys(counts).length;
/** A count with its thousands apart. */
export const grouped = (value: number): string => Math.round(value).toLocaleString('en');

/** How many of what there is were seen, a line of a table each. */
export function coverageOf(
  summary: Summary,
): readonly { readonly what: string; readonly seen: number; readonly of: number; readonly named: number }[] {
  const missing = unseen(summary);
  const row = (what: string, of: number, never: readonly unknown[], named = 0) => ({ what, seen: of - never.length - named, of, named });
  const reasons = explained(summary);
  const codes = reasons.filter(({ name }) => name in NAMED_CODES).length;
  return [
    row('states', summary.knownStates.length, missing.states),
    row('transitions', summary.knownTransitions.length, missing.transitions, reasons.length - codes),
    row('refusal codes', REACHABLE_CODES.length, missing.refusals, codes),
    row('kinds of faults', FAULTS.length, missing.faults),
    row('misdeeds of clients', DEEDS.length, missing.deeds),
    row('pairs of commands racing on one order', PAIRS.length, missing.pairs),
  ];
}

const FEW = 6;

/**
 * The report for people.
 * @param never whether to say what was never seen; of one run that is most, and means nothing
 */
export function linesOf(summary: Summary, never: boolean): string[] {
  const { commands, done, seeds, faults, promises, refusals, stores, violations } = summary;
  const missing = unseen(summary);
  const perSecond = commands / Math.max(0.001, summary.wallMs / 1000);
  const unmet = Object.entries(missing).flatMap(([what, names]: [string, readonly string[]]) =>
    names.length === 0 ? [] : [`never seen: ${names.length} ${what}${names.length > FEW ? '' : ` (${names.join(', ')})`}`],
  );
  return [
    `${counted(commands, 'commands')} in ${counted(seeds, 'runs')} (${Object.entries(stores)
      .map(([store, count]) => `${count} on ${store}`)
      .join(
        ', ',
      )}), ${grouped(done)} done, ${grouped(total(refusals))} refused; ${counted(summary.steps, 'steps')}; ${grouped(perSecond)} commands a second and process`,
    `${counted(total(faults), 'faults')} of ${counted(kinds(faults), 'kinds')}; ${counted(total(promises), 'checks')} of ${counted(kinds(promises), 'promises')}`,
    coverageOf(summary)
      .map(({ what, seen, of, named }) => `${seen} of ${of} ${what}${named === 0 ? '' : ` (${named} lead nowhere)`}`)
      .join(', '),
    ...(never ? unmet : []),
    violations.length === 0 ? 'every promise held' : `${counted(violations.length, 'runs')} broke a promise`,
    ...(commands === 0 ? ['nothing happened at all'] : []),
  ];
}

/** What is said of a broken promise. */
export function linesOfBroken({ seed, violation, story, replayFile }: Broken): string[] {
  const { promise, check, detail, book } = violation;
  return [
    promise === 0 ? `The service failed with a bug (${check})` : `Promise ${promise} is broken (${check})`,
    `  ${detail}`,
    `  seed ${seed}${book === undefined ? '' : `, order ${book.orderNo} of ${book.shopId}`}`,
    ...story.map((line) => `  ${line}`),
    ...(replayFile === null ? [] : [`  again: redress sim --replay ${replayFile} --step`]),
  ];
}
