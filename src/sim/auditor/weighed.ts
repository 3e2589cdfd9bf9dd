import type { AfterSale, Portion } from '../../actors/rows.js';

/** What units have got for missing weight, also where a verdict wanted their goods back afterwards: these may be weighed again. */
export class Weighed {
  readonly #paidBefore = new Map<string, readonly Portion[]>();

  /** Remembers what a claim of missing weight had paid when it became one of the goods. */
  keep(before: AfterSale | undefined, after: AfterSale): void {
    if (before?.claim !== 'weight' || after.claim === 'weight') return;
    this.#paidBefore.set(
      after.id,
      before.decisions.filter(({ state }) => state === 'paid').flatMap(({ portions }) => portions),
    );
  }

  /** What an after-sale gives for missing weight, reserved or granted. */
  of(a: AfterSale): readonly Portion[] {
    if (a.claim !== 'weight') return this.#paidBefore.get(a.id) ?? [];
    return [...a.reserved, ...a.decisions.filter(({ state }) => state !== 'dropped').flatMap(({ portions }) => portions)];
  }
}
