import type { AfterSaleId, BookKey, Instant } from '../domain/ids.js';
import type { Json } from '../domain/refusals.js';
import type { Effect } from './ports.js';

/** Durable work, as a store keeps it and jobs take it. */

/** Work to be done once `runAfter` has come. A key that is queued already is not queued again. */
export interface NewJob {
  readonly key: string;
  readonly topic: string;
  readonly payload: Json;
  readonly runAfter: Instant;
}

/** A job that was claimed, for as long as its lease lasts. */
export interface Job extends NewJob {
  /** from 1; counts this one */
  readonly attempt: number;
  readonly leaseUntil: Instant;
}

/** A job that is given up until a person resumes it. */
export interface DeadJob {
  readonly key: string;
  readonly topic: string;
  readonly payload: Json;
  readonly attempts: number;
  readonly error: string;
  readonly diedAt: Instant;
}

/** What one commit wants to happen outside. */
export interface OutboxEntry {
  /** position of the audit event that it was committed with */
  readonly position: number;
  readonly book: BookKey;
  readonly version: number;
  readonly at: Instant;
  readonly effects: readonly Effect[];
}

/** A deadline that has come. */
export interface DueTimer {
  readonly book: BookKey;
  readonly afterSaleId: AfterSaleId;
  readonly timerId: string;
  readonly visit: number;
  readonly dueAt: Instant;
}
