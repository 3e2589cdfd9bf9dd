import type { Appointment } from '../actors/appointment.js';
import type { AskAnswer, PayAnswer, PayRequest, PickupAnswer, PickupRequest } from '../actors/partners.js';
import type { BookStore } from '../actors/ports.js';
import type { PayoutRecord } from '../actors/reads.js';
import type { DueTimer, Job, NewJob, OutboxEntry } from '../actors/work.js';
import type { AfterSaleId, BookKey, Instant } from '../domain/ids.js';

/** What a handler holds while it works: the job's key and the token that claimed it. */
export interface Claim {
  readonly key: string;
  readonly token: string;
}

/**
 * Durable jobs, each done at least once. A claim whose lease has run out is given to the next who asks,
 * so what a late holder reports is ignored (false). Any of them may throw `Unavailable`.
 */
export interface JobQueue {
  /** Queues what is not queued yet, by key; gives how many were new. */
  enqueue(jobs: readonly NewJob[]): Promise<number>;
  /** Claims what is due, oldest first. `token` is unique to this call. Costs by what is due, not by what exists. */
  claim(ask: {
    readonly topics: readonly string[];
    readonly now: Instant;
    readonly limit: number;
    readonly leaseMs: number;
    readonly token: string;
  }): Promise<readonly Job[]>;
  /** when the next job of a topic is due or its lease runs out; undefined where none waits */
  nextDueAt(topic: string): Promise<Instant | undefined>;
  /** Prolongs a lease while work goes on. */
  renew(claim: Claim, leaseUntil: Instant): Promise<boolean>;
  /** The job is done and forgotten. */
  complete(claim: Claim): Promise<boolean>;
  /** The job is tried again from `runAfter` on. */
  retry(claim: Claim, error: string, runAfter: Instant): Promise<boolean>;
  /** The job is given up until a person resumes it. */
  bury(claim: Claim, error: string, now: Instant): Promise<boolean>;
  /** A dead job begins again with its first attempt; false where there is no such dead job. */
  resume(key: string, now: Instant): Promise<boolean>;
}

/** What was committed to happen outside. */
export interface Outbox {
  /** The oldest entries, as far as it is safe to read: none that commits later comes before them. */
  read(limit: number): Promise<readonly OutboxEntry[]>;
  /** Queues the jobs and forgets the entries. May be repeated: jobs are queued by key, a missing entry is no error. */
  relay(positions: readonly number[], jobs: readonly NewJob[]): Promise<void>;
}

/** Deadlines that have come. No lease: a timer command of another visit changes nothing. */
export interface TimerSource {
  dueTimers(now: Instant, limit: number): Promise<readonly DueTimer[]>;
  /** when the next running timer is due; undefined where none runs */
  nextDueAt(): Promise<Instant | undefined>;
}

/**
 * Pays money out. What it throws may have been paid or not: only a question tells. Called outside any
 * transaction, and again with the same key and attempt whenever it is not known what became of a call.
 */
export interface PaymentGateway {
  pay(request: PayRequest): Promise<PayAnswer>;
  ask(key: string, attempt: number): Promise<AskAnswer>;
}

/** Collects goods. What it throws is tried again with the same key. */
export interface Carrier {
  requestPickup(request: PickupRequest): Promise<PickupAnswer>;
}

export interface PayoutSource {
  findPayout(key: string): Promise<PayoutRecord | undefined>;
}

export type AfterSaleSource = Pick<BookStore, 'findAfterSale'>;

export interface AppointmentSource {
  /** what buyer and carrier have agreed on so far */
  appointmentOf(afterSaleId: AfterSaleId): Promise<Appointment>;
}

/** Something that a person should look at. */
export interface Alarm {
  /** the same for the same cause, so that one that is raised twice can be told from two */
  readonly key: string;
  /** `area.reason`, such as `payout.unknown` */
  readonly name: string;
  readonly book: BookKey | null;
  readonly afterSaleId: AfterSaleId | null;
  readonly detail: string;
  readonly at: Instant;
}

/** Where alarms become visible; each comes at least once. */
export interface AlarmSink {
  raise(alarm: Alarm): Promise<void>;
}

/** Waits, by the service's clock. */
export interface Sleeper {
  /** `over` resolves once the instant has come, or at once when `wake` is called; it never rejects. */
  sleep(until: Instant): { readonly over: Promise<void>; wake(): void };
}

/** Makes the tokens of claims; no two are alike. */
export interface TokenSource {
  next(): string;
}

/** Tells what became of work, for logs and metrics. */
export interface JobLog {
  tell(event: JobEvent): void;
}

export type JobEvent =
  | { readonly kind: 'done'; readonly topic: string; readonly key: string; readonly attempt: number; readonly note: string | undefined }
  | {
      readonly kind: 'again';
      readonly topic: string;
      readonly key: string;
      readonly attempt: number;
      readonly at: Instant;
      readonly why: string;
    }
  | { readonly kind: 'dead'; readonly topic: string; readonly key: string; readonly attempt: number; readonly error: unknown }
  /** a handler failed; `at`: when it is tried again */
  | {
      readonly kind: 'failed';
      readonly topic: string;
      readonly key: string;
      readonly attempt: number;
      readonly at: Instant;
      readonly error: unknown;
    }
  /** what became of a job could not be written; its lease will run out */
  | { readonly kind: 'unreported'; readonly topic: string; readonly key: string; readonly error: unknown }
  /** a round of a sweep failed */
  | { readonly kind: 'sweepFailed'; readonly name: string; readonly at: Instant; readonly error: unknown };
