import { type Given, isTaken } from '../journal.js';
import { ENTRIES } from '../people.js';
import type { Findings } from './finding.js';
import type { SeenBook, SeenCase } from './seen.js';

/** What was acknowledged, against what the timelines tell. */

/** As many events as one after-sale shows. */
const SHOWN = 500;

const roles: ReadonlySet<string> = new Set(ENTRIES);

/** Each acknowledged command stands in the timeline of its after-sale, by its version and word. */
export function judgeKept(order: string, given: readonly Given[], book: SeenBook, findings: Findings): void {
  const cases = new Map(book.cases.map((a) => [a.id, a]));
  const versions = new Set<number>();
  for (const { word, said, caseId, person } of given) {
    const version = said === undefined || !isTaken(said) ? undefined : said.version;
    if (version === undefined) continue;
    const a = caseId === undefined ? undefined : cases.get(caseId);
    const isOnly = caseId === undefined || !versions.has(version);
    if (caseId !== undefined) versions.add(version);
    const holds = caseId === undefined ? version <= book.order.version : isOnly && a !== undefined && tells(a, version, word, person.role);
    findings.expect('kept', holds, () => ({
      order,
      ...(caseId === undefined ? {} : { afterSale: caseId }),
      what: `${person.role} was told that ${word} is done, as version ${version}; ${isOnly ? missing(book, a) : 'another command was told the same version'}`,
    }));
  }
}

function tells(a: SeenCase, version: number, word: string, by: string): boolean {
  const oldest = a.timeline[0]?.version ?? 0;
  if (a.timeline.length >= SHOWN && version < oldest) return true;
  return a.timeline.some((event) => event.version === version && event.type === word && event.by === by);
}

const missing = (book: SeenBook, a: SeenCase | undefined): string =>
  a === undefined ? `there is no trace of it, and the order is at version ${book.order.version}` : 'its timeline does not tell of it';

/** Whatever the timelines say that somebody did was acknowledged to them: a refused command left nothing behind. */
export function judgeRefused(order: string, given: readonly Given[], book: SeenBook, findings: Findings): void {
  const taken = new Map<number, Set<string>>();
  for (const { said, person } of given) {
    if (said?.version === undefined || !isTaken(said)) continue;
    taken.set(said.version, (taken.get(said.version) ?? new Set()).add(person.role));
  }
  for (const a of book.cases) {
    for (const { version, type, by } of a.timeline) {
      if (by === null || !roles.has(by)) continue;
      findings.expect('refused', taken.get(version)?.has(by) === true, () => ({
        order,
        afterSale: a.id,
        what: `its timeline tells of ${type} by ${by} as version ${version}, which was acknowledged to nobody`,
      }));
    }
  }
}

/** What the payouts made of decisions that are paid on every tender: the others are still reserved. */
function paidWhole({ decisions, payouts }: SeenCase): number {
  const whole = new Set(decisions.flatMap(({ no, state }) => (state === 'paid' ? [no] : [])));
  return payouts.filter(({ state, decisionNo }) => state === 'paid' && whole.has(decisionNo)).reduce((sum, { amount }) => sum + amount, 0);
}

/** The newest event led to the state that is shown, no two share a version, and what was paid is what the payouts say. */
export function judgeTrail(order: string, cases: readonly SeenCase[], findings: Findings): void {
  for (const a of cases) {
    if (a.origin === 'elsewhere') continue;
    const last = a.timeline.at(-1);
    const rises = a.timeline.every(({ version }, index) => index === 0 || version > (a.timeline[index - 1]?.version ?? 0));
    const paid = paidWhole(a);
    const holds = rises && last?.state === a.state && last.version === a.version && paid === a.refundAmount;
    findings.expect('trail', holds, () => ({
      order,
      afterSale: a.id,
      what: `it is ${a.state} at version ${a.version} with ${a.refundAmount} refunded; its timeline ends in ${last?.state ?? 'nothing'} at version ${last?.version ?? 0}, and its payouts made ${paid}`,
    }));
  }
}
