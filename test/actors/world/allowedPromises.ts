import { allowedCommands, isElsewhere } from '../../../src/actors/allowed.js';
import type { AfterSaleCommandType } from '../../../src/actors/command.js';
import type { Decided } from '../../../src/actors/decide.js';
import { ENTRY_POINTS, type EntryPoint } from '../../../src/actors/principal.js';
import type { AfterSale } from '../../../src/actors/rows.js';
import { isRefusal, type Refusal } from '../../../src/domain/refusals.js';
import { stateOf } from './reckoning.js';
import type { Scenario } from './scenario.js';
import { worded } from './wording.js';

/** Promises about what callers are told that they may do: it is tried, and not carried out. Each gives what is wrong, as sentences. */

/** Commands that say nothing but their word: nothing in them can be wrong. */
const PLAIN: ReadonlySet<AfterSaleCommandType> = new Set<AfterSaleCommandType>([
  'withdraw',
  'accept',
  'decline',
  'hold',
  'release',
  'retry',
  'escalate',
  'reject',
  'ship',
  'delivered',
  'lost',
  'outOfStock',
  'received',
  'handOver',
  'refuse',
  'consent',
  'repaired',
  'unrepairable',
]);

/** Numbers that word a command in ways which differ. */
const WORDINGS: readonly (readonly [number, number])[] = [0, 1, 2, 3, 4, 5, 6].flatMap((b) => [[b, 0] as const, [b, 7] as const]);

/** What may be said of the after-sales that are live is done, or refused for what it says, and never by a cap. */
export function allowedIsDone(s: Scenario): string[] {
  return [...s.book.afterSales.values()]
    .filter((a) => !isElsewhere(a))
    .flatMap((a) => ENTRY_POINTS.flatMap((role) => allowedOf(s, a, role).flatMap((word) => triedInVain(s, a, role, word))));
}

function allowedOf(s: Scenario, a: AfterSale, role: EntryPoint): AfterSaleCommandType[] {
  const principal = s.principalOf(role);
  const timers = [...s.history.timers.values()].filter(({ afterSaleId }) => afterSaleId === a.id);
  return allowedCommands(s.contextOf(principal), principal, a, timers);
}

function triedInVain(s: Scenario, a: AfterSale, role: EntryPoint, word: AfterSaleCommandType): string[] {
  const wordings = PLAIN.has(word) ? WORDINGS.slice(0, 1) : WORDINGS;
  const refusals = wordings.map(([b, c]) => tried(s, a, role, word, b, c)).map((outcome) => (isRefusal(outcome) ? outcome : undefined));
  const name = `${word} by ${role} in ${stateOf(a)} of after-sale ${a.refundId}`;
  const byCap = refusals.find((refusal) => refusal?.code === 'cap.exceeded');
  if (byCap !== undefined) return [`${name} is allowed, and no cap has room for it: ${JSON.stringify(byCap.facts)}`];
  const [first] = refusals;
  if (PLAIN.has(word) && first !== undefined) return [`${name} is allowed and refused: ${first.code} ${first.detail}`];
  return refusals.every((refusal) => refusal?.code === 'command.notAllowed') ? [`${name} is allowed and refused however it is said`] : [];
}

function tried(s: Scenario, a: AfterSale, role: EntryPoint, word: AfterSaleCommandType, b: number, c: number): Decided | Refusal {
  const command = worded(s, a, word, b, c);
  try {
    return s.decide(s.principalOf(role), { kind: 'afterSale', afterSaleId: a.id, command });
  } catch (cause) {
    throw new Error(`${role} ${JSON.stringify(command)} fails in ${stateOf(a)}`, { cause });
  }
}
