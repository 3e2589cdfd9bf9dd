import { Auditor } from './auditor/auditor.js';
import type { Violation } from './judge.js';
import type { Replay } from './replay.js';
import { type Outcome, run } from './run.js';
import type { Sabotage } from './sabotage.js';
import type { Item } from './script.js';

const HOUR_US = 3_600_000_000;

/** How much work shrinking may be. */
export interface ShrinkLimits {
  readonly runs: number;
}
export const SHRINK_LIMITS: ShrinkLimits = { runs: 300 };

export interface Shrunk {
  readonly replay: Replay;
  readonly runs: number;
  /** false where not even the whole replay broke the promise again */
  readonly reproduced: boolean;
}

interface Candidate {
  readonly items: readonly Item[];
  readonly faults: readonly string[];
}

/** Runs a replay, judged anew. */
export function runReplay(replay: Replay, sabotage: Sabotage, more: Partial<Parameters<typeof run>[1]> = {}): Promise<Outcome> {
  const { plan, templates, items, faults, untilUs } = replay;
  const broken = replay.violation?.promise;
  return run(plan, {
    // Without its guard a service may fail in other ways too, and sooner.
    judge: new Auditor(replay.saboteur === null || broken === undefined ? {} : { counts: ({ promise }) => promise === broken }),
    sabotage,
    templates,
    items,
    faults,
    ...(untilUs === null ? {} : { untilUs }),
    ...more,
  });
}

/** Leaves out whatever the broken promise does not need: other orders, commands, faults. */
export async function shrink(outcome: Outcome, sabotage: Sabotage, saboteur: string | null, limits = SHRINK_LIMITS): Promise<Shrunk> {
  const { violation, plan } = outcome;
  if (violation === undefined) throw new Error('nothing was broken');
  const untilUs = outcome.settling ? null : outcome.lastedMs * 1000 + HOUR_US;
  const { templates } = outcome.simulation;
  const replayOf = ({ items, faults }: Candidate): Replay => ({ version: 1, plan, templates, saboteur, violation, items, faults, untilUs });
  let runs = 0;
  const breaks = async (candidate: Candidate): Promise<boolean> => {
    runs += 1;
    const again = await runReplay(replayOf(candidate), sabotage);
    return isSame(again.violation, violation);
  };
  let best: Candidate = { items: outcome.items, faults: outcome.faults };
  if (!(await breaks(best))) return { replay: replayOf(best), runs, reproduced: false };
  const attempt = async (candidate: Candidate): Promise<boolean> => {
    if (runs >= limits.runs || !(await breaks(candidate))) return false;
    best = candidate;
    return true;
  };
  const { book } = violation;
  if (book !== undefined) await attempt({ items: best.items.filter((item) => isAbout(item, book)), faults: best.faults });
  await attempt({ items: best.items, faults: [] });
  for (let size = Number.POSITIVE_INFINITY; size !== best.items.length + best.faults.length && runs < limits.runs; ) {
    size = best.items.length + best.faults.length;
    await thin(
      () => best.items,
      (items) => attempt({ items, faults: best.faults }),
    );
    await thin(
      () => best.faults,
      (faults) => attempt({ items: best.items, faults }),
    );
  }
  return { replay: replayOf(best), runs, reproduced: true };
}

const isSame = (a: Violation | undefined, b: Violation): boolean => a?.promise === b.promise && a.check === b.check;

function isAbout(item: Item, book: NonNullable<Violation['book']>): boolean {
  const key = item.kind === 'send' ? item.envelope.book : item.kind === 'look' ? item.book : undefined;
  return key === undefined || (key.orderNo === book.orderNo && key.shopId === book.shopId);
}

/** Tries to leave out parts of a list, large ones first. */
async function thin<T>(list: () => readonly T[], attempt: (rest: readonly T[]) => Promise<boolean>): Promise<void> {
  for (let size = Math.ceil(list().length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < list().length; ) {
      const rest = list().filter((_, i) => i < from || i >= from + size);
      if (rest.length === list().length || !(await attempt(rest))) from += size;
    }
    if (size === 1) return;
  }
}
