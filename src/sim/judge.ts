import type { Envelope } from '../actors/command.js';
import type { PayRequest } from '../actors/partners.js';
import type { Commit, CommitOutcome, Reply } from '../actors/ports.js';
import type { Principal } from '../actors/principal.js';
import type { BookKey, Instant } from '../domain/ids.js';
import type { Alarm } from '../jobs/ports.js';
import type { Template } from '../machines/template.js';
import type { Payment } from '../partners/simulated/gatewayLedger.js';
import type { WorldStore } from './store/memoryStore.js';

/** A promise that was broken, and where. */
export interface Violation {
  /** number of the promise in the design; 0: the service failed with a bug */
  readonly promise: number;
  /** the check that found it, one word */
  readonly check: string;
  readonly detail: string;
  readonly book: BookKey | undefined;
}

/** What can be seen of a simulation from outside, told to whoever judges it. */
export interface Judge {
  /** the first promise that was broken */
  readonly violation: Violation | undefined;
  /** how often each promise was checked */
  readonly checked: ReadonlyMap<number, number>;
  published(template: Template): void;
  sent(envelope: Envelope, principal: Principal, at: Instant): void;
  replied(envelope: Envelope, principal: Principal, reply: Reply, at: Instant): void;
  /** in the order of the store; `at`: the true time */
  committed(commit: Commit, outcome: CommitOutcome, at: Instant): void;
  /** a host threw something that is not `Unavailable`; `what` it was asked: the kind of a command, or a look */
  broke(what: string, book: BookKey, error: unknown): void;
  gatewayAsked(request: PayRequest, at: Instant): void;
  gatewayMoved(payment: Payment, before: Payment | undefined): void;
  alarmed(alarm: Alarm): void;
  /** everything has settled, or should have: what is left is said in words */
  ended(store: WorldStore, unsettled: readonly string[]): Promise<void>;
}

/** Judges nothing: for the cost of judging, and for tests of the simulation itself. */
export const nobody: Judge = {
  violation: undefined,
  checked: new Map(),
  published: () => undefined,
  sent: () => undefined,
  replied: () => undefined,
  committed: () => undefined,
  broke: () => undefined,
  gatewayAsked: () => undefined,
  gatewayMoved: () => undefined,
  alarmed: () => undefined,
  ended: () => Promise.resolve(),
};
