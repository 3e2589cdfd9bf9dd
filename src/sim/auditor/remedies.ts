import type { AfterSale, Decision } from '../../actors/rows.js';
import { type AuditedBook, isOpen, roomOf, stateOf } from './book.js';
import { endedOf, unitNamed, unitNames } from './claims.js';
import { type Finding, found, type Step } from './finding.js';
import { leftOf } from './held.js';
import { grossOf } from './numbers.js';

/** Which pieces of an after-sale got what, followed by what was said of them alone (promises 1 and 11). */

type Followed = Pick<Step, 'write' | 'envelope' | 'before' | 'book'>;

interface Known {
  /** pieces that passed, as long as only these are dealt with */
  part: ReadonlySet<string> | undefined;
  /** pieces that can be sold again, as was found */
  readonly sound: Set<string>;
  /** pieces of which the buyer has got a new one, or the mended one, since the goods came */
  readonly served: Set<string>;
  /** pieces that were paid for while the merchant kept the goods */
  readonly paid: Set<string>;
  /** the merchant has goods */
  isHere: boolean;
}

const namesOf = (ranges: readonly Parameters<typeof unitNames>[0][]): string[] => ranges.flatMap(unitNames);
const AT_MERCHANT = new Set(['exchanging', 'repairing', 'sendingBack', 'refunding']);

const isAtBuyer = ({ goods }: AfterSale): boolean => goods === 'buyer' || goods === 'back';

/** Follows pieces through inspections, verdicts and parcels. */
export class Remedies {
  readonly #known = new Map<string, Known>();

  /** Hears what a commit says, before anything is judged by it. */
  hear({ write, envelope, before }: Followed): void {
    const command = envelope?.command.kind === 'afterSale' ? envelope.command.command : undefined;
    for (const row of write.changes.afterSales) {
      const old = before.afterSales.get(row.id);
      if (old === undefined) continue;
      const known = this.#of(row.id);
      const [from, to] = [roomOf(old), roomOf(row)];
      if (to === 'returning' && row.goods !== 'merchant' && row.goods !== 'underway') forget(known);
      if (old.goods !== 'merchant' && row.goods === 'merchant') known.isHere = true;
      if (row.goods === 'lost') known.isHere = false;
      if (from === 'sendingBack' && to === 'refunding') known.part = undefined;
      if (envelope?.command.kind !== 'afterSale' || envelope.command.afterSaleId !== row.id || command === undefined) continue;
      if (command.type === 'inspect') {
        const passed = namesOf(row.passed ?? []);
        known.part = command.result === 'part' && !old.chart.context.early ? new Set(passed) : undefined;
        known.sound.clear();
        if (command.sellable && command.result !== 'none') for (const name of passed) known.sound.add(name);
      }
      if (command.type === 'override' && !['upheld', 'bearer'].includes(command.verdict.outcome)) known.part = undefined;
    }
  }

  /** Pieces that are dealt with now: those that passed, or all that the buyer has got nothing for; all where the buyer has the goods. */
  under(a: AfterSale, from: string): string[] {
    const { part, served, paid } = this.#of(a.id);
    // What was paid for in an earlier round does not come back with the others.
    if (from === 'returning' && (a.goods === 'merchant' || a.goods === 'underway'))
      return namesOf(a.units).filter((name) => !paid.has(name));
    if (!AT_MERCHANT.has(from) || isAtBuyer(a)) return namesOf(a.units);
    return namesOf(a.units).filter((name) => (part?.has(name) ?? true) && !served.has(name) && !paid.has(name));
  }

  /** Whether a piece can be sold again, by what was said of it. */
  isSound(a: AfterSale, name: string): boolean {
    return this.#of(a.id).sound.has(name);
  }

  /** Judges a commit, and follows the pieces on. */
  *follow({ write, envelope, before, book }: Followed): Generator<Finding> {
    for (const row of write.changes.afterSales) {
      const old = before.afterSales.get(row.id);
      if (old === undefined) continue;
      const known = this.#of(row.id);
      const [from, delivered] = [stateOf(old), envelope?.command.kind === 'afterSale' && envelope.command.command.type === 'delivered'];
      if (delivered && (from === 'exchanging.shipped' || from === 'repairing.shippingBack'))
        for (const name of this.under(old, roomOf(old))) known.served.add(name);
      if (delivered && from === 'sendingBack.shipped') known.isHere = false;
      for (const d of row.decisions) {
        const was = old.decisions.find(({ no }) => no === d.no);
        if (was === undefined) yield* this.#justOnce(book, old, row, d);
        const isEarly = old.chart.context.early || row.chart.context.early;
        if (d.state === 'paid' && was?.state !== 'paid' && known.isHere && !isEarly)
          for (const name of namesOf(d.ended)) known.paid.add(name);
      }
      if (isOpen(old) && !isOpen(row)) yield* nothingKept(book, known, row);
    }
  }

  /**
   * A decision about goods at the merchant refunds what is dealt with, and nothing of what was replaced or mended; but a ruling
   * may, since an appeal is about the whole, and so may what stands in its place.
   */
  *#justOnce(book: AuditedBook, old: AfterSale, a: AfterSale, d: Decision): Generator<Finding> {
    if (d.state === 'dropped' || !AT_MERCHANT.has(roomOf(old)) || (d.kind !== 'override' && d.kind !== 'fallback')) return;
    const { served } = this.#of(a.id);
    const name = `decision ${d.no} (${d.kind}) of after-sale ${a.refundId}`;
    const replaced = old.decisions.filter(
      ({ no, state }) => state === 'paying' && a.decisions.some((b) => b.no === no && b.state === 'dropped'),
    );
    const inItsPlace = new Set(replaced.flatMap(({ ended }) => namesOf(ended)));
    const twice = namesOf([...d.portions, ...d.ended]).filter((unit) => served.has(unit) && !inItsPlace.has(unit));
    if (twice.length > 0 && !isAtBuyer(old)) yield found(1, 'oneRemedy', `${name} pays for ${twice.join()}, replaced or mended before`);
    if (!d.ends || isAtBuyer(old) || old.chart.context.early) return;
    const left = this.under(a, roomOf(old)).filter((unit) => !d.ended.some((range) => unitNames(range).includes(unit)));
    const forgotten = left.filter((unit) => endedOf(book, unit) === 0);
    if (forgotten.length > 0) yield found(11, 'allDealtWith', `${name} forgets ${forgotten.join()}`);
  }

  #of(id: string): Known {
    const known = this.#known.get(id) ?? { part: undefined, sound: new Set(), served: new Set(), paid: new Set(), isHere: false };
    this.#known.set(id, known);
    return known;
  }
}

/** The buyer has goods that come once more: what was found and given before says nothing of them. */
function forget(known: Known): void {
  known.part = undefined;
  known.isHere = false;
  known.sound.clear();
  known.served.clear();
}

/** Promise 11, piece by piece. What was refunded for good elsewhere is paid for only where nothing is left of it. */
function* nothingKept(book: AuditedBook, { served, paid, isHere }: Known, a: AfterSale): Generator<Finding> {
  if (!isHere) return;
  const own = new Set(a.decisions.filter(({ state }) => state === 'paid').flatMap(({ ended }) => namesOf(ended)));
  const kept = namesOf(a.units)
    .filter((name) => !served.has(name) && !paid.has(name) && !own.has(name))
    .filter((name) => endedOf(book, name) === 0 || isLeft(book, name));
  if (kept.length > 0)
    yield found(11, 'piecesHeld', `after-sale ${a.refundId} is ${stateOf(a)}, and the merchant keeps ${kept.join()} for nothing`);
}

function isLeft(book: AuditedBook, name: string): boolean {
  const unit = unitNamed(book, name);
  return unit !== undefined && grossOf(leftOf(unit)) > 0;
}
