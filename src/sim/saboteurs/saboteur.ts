import { RULES, type Rules } from '../../actors/rules.js';
import type { Overrides } from '../plan.js';
import { NO_SABOTAGE, type Sabotage } from '../sabotage.js';

/** A negative control: a simulation without one of its guards, in which the auditor must find the damage. */
export interface Saboteur {
  readonly name: string;
  /** the promises that break without the guard, one of them at least; what else breaks is overlooked */
  readonly breaks: readonly number[];
  /** what is taken away */
  readonly takes: string;
  /** what would make up for it, and is taken away too */
  readonly withIt: string | null;
  readonly sabotage: Sabotage;
  /** the guard taken away, its backup left in place: the promises hold */
  readonly backedUp: Sabotage | null;
  /** what a run needs to come by the damage soon */
  readonly plan: Overrides;
}

type Parts = Partial<Omit<Sabotage, 'rules'>> & { readonly rules?: Partial<Rules> };

/** A sabotage that takes away no more than these parts. */
export const sabotage = ({ rules, ...parts }: Parts): Sabotage => ({ ...NO_SABOTAGE, ...parts, rules: { ...RULES, ...rules } });

/** A guard that stands alone. */
export const alone = (name: string, breaks: readonly number[], takes: string, parts: Parts, plan: Overrides = {}): Saboteur => ({
  ...{ name, breaks, takes, withIt: null, sabotage: sabotage(parts), backedUp: null, plan },
});

/** A guard that another one backs up: `first` alone does no harm, `first` and `second` do. */
export const together = (
  name: string,
  breaks: readonly number[],
  [takes, first]: readonly [string, Parts],
  [withIt, second]: readonly [string, Parts],
  plan: Overrides = {},
): Saboteur => ({
  ...{ name, breaks, takes, withIt, plan, backedUp: sabotage(first) },
  sabotage: sabotage({ ...first, ...second, rules: { ...first.rules, ...second.rules } }),
});
