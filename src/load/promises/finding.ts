/** What the service is held to, and what was found. */

export interface PromiseHeld {
  /** name for machines, stable */
  readonly name: PromiseName;
  /** numbers of the promises in SPEC.md */
  readonly numbers: readonly number[];
  readonly title: string;
  /** what was counted: `units`, `payouts` */
  readonly counted: string;
}

export const PROMISES = [
  { name: 'split', numbers: [5], title: 'Every unit costs what its order says, to the cent', counted: 'units' },
  { name: 'unitCap', numbers: [1], title: 'No unit is refunded beyond what it cost', counted: 'units' },
  { name: 'unitOnce', numbers: [1, 2], title: 'No unit is taken by two at once', counted: 'claims on units' },
  { name: 'caps', numbers: [3], title: 'Order, lines, freight and tenders give back at most what was paid', counted: 'balances' },
  { name: 'payouts', numbers: [4], title: 'Each decision is paid at most once per tender', counted: 'payouts' },
  { name: 'shares', numbers: [5], title: 'Decisions are shared over tenders without losing a cent', counted: 'decisions' },
  { name: 'kept', numbers: [6], title: 'No acknowledged command is missing', counted: 'commands' },
  { name: 'refused', numbers: [6], title: 'Nothing happened that was not acknowledged', counted: 'events' },
  { name: 'sameKey', numbers: [6], title: 'The same key gets the same answer', counted: 'keys' },
  { name: 'trail', numbers: [7], title: 'State, money and timeline agree', counted: 'after-sales' },
] as const satisfies readonly { name: string; numbers: readonly number[]; title: string; counted: string }[];

export type PromiseName = (typeof PROMISES)[number]['name'];

/** One thing that breaks a promise, in words and numbers. */
export interface Finding {
  readonly promise: PromiseName;
  readonly order: string;
  readonly afterSale?: string;
  readonly what: string;
}

/** How often each promise was checked, and what broke it. Only the first findings are kept in words. */
export class Findings {
  readonly checked: { [P in PromiseName]: number };
  readonly broken: { [P in PromiseName]: number };
  readonly kept: Finding[] = [];
  readonly #most: number;

  constructor(most = 20) {
    this.#most = most;
    const none = () => Object.fromEntries(PROMISES.map(({ name }) => [name, 0])) as { [P in PromiseName]: number };
    this.checked = none();
    this.broken = none();
  }

  check(promise: PromiseName, count = 1): void {
    this.checked[promise] += count;
  }

  find(finding: Finding): void {
    this.broken[finding.promise] += 1;
    if (this.broken[finding.promise] <= this.#most) this.kept.push(finding);
  }

  /** Counts one check, and keeps the finding where it fails. */
  expect(promise: PromiseName, holds: boolean, found: () => Omit<Finding, 'promise'>): void {
    this.check(promise);
    if (!holds) this.find({ promise, ...found() });
  }

  get total(): number {
    return Object.values(this.broken).reduce((sum, count) => sum + count, 0);
  }
}
