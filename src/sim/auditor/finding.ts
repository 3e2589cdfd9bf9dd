import type { Envelope } from '../../actors/command.js';
import type { Commit } from '../../actors/ports.js';
import type { AfterSale, Payout, TimerRow } from '../../actors/rows.js';
import type { Template } from '../../machines/template.js';
import type { AuditedBook } from './book.js';
import type { ExpectedClaim } from './claims.js';
import type { Remedies } from './remedies.js';
import type { MoneyTruth } from './truth.js';

/** What a check has found: which promise is broken, and how. */
export interface Finding {
  readonly promise: number;
  readonly check: string;
  readonly detail: string;
}

/** A promise that is broken, and how it was seen. */
export const found = (promise: number, check: string, detail: string): Finding => ({ promise, check, detail });

/** One commit with the book as it is after it, and what was before of the rows that it changed. */
export interface Step {
  readonly book: AuditedBook;
  readonly commit: Commit;
  readonly write: NonNullable<Commit['write']>;
  /** the command that it carries out, where it was seen */
  readonly envelope: Envelope | undefined;
  readonly before: Before;
  readonly truth: MoneyTruth;
  /** which pieces got what so far */
  readonly remedies: Remedies;
  readonly templateOf: (a: AfterSale) => Template | undefined;
}

export interface Before {
  readonly version: number;
  readonly chain: string;
  readonly afterSales: ReadonlyMap<string, AfterSale>;
  readonly payouts: ReadonlyMap<string, Payout>;
  /** the timer that a timer command names */
  readonly timer: TimerRow | undefined;
  /** what each new after-sale must claim */
  readonly claims: ReadonlyMap<string, ExpectedClaim>;
}

/** A check of one commit. */
export type Check = (step: Step) => Iterable<Finding>;
