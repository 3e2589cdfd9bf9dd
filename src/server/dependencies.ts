import type { Logger } from 'pino';
import type { ErasureParts } from '../actors/erasure.js';
import type { BookStore, Clock } from '../actors/ports.js';
import type { Host } from '../actors/views.js';
import type { Rate } from './edge/rateLimit.js';
import type {
  CommitFeed,
  DeadLetterDesk,
  EvidenceStore,
  Readiness,
  ReadModels,
  SandboxClock,
  SandboxGateway,
  TemplatePublisher,
} from './ports.js';
import type { TokenKeys } from './sessions.js';

/** Limits and habits of the HTTP edge; units stand in the names. */
export interface ServerSettings {
  readonly bodyLimitBytes: number;
  readonly bodyTimeoutMs: number;
  readonly importLineLimitBytes: number;
  /** orders of one import that are under way at once */
  readonly importWindow: number;
  /** imports that are under way at once */
  readonly imports: number;
  readonly evidenceLimitBytes: number;
  /** evidence that one caller may upload over time, in kilobytes */
  readonly uploads: Rate;
  /** downloads of evidence that are under way at once; one caller has a quarter of them at most */
  readonly downloads: number;
  /** requests that are worked on at once */
  readonly inFlightLimit: number;
  readonly rates: { readonly user: Rate; readonly merchant: Rate; readonly operations: Rate; readonly platform: Rate };
  /** requests without a valid token, per address */
  readonly strangers: Rate;
  /** callers whose rate is remembered */
  readonly rateCallers: number;
  /** verified tokens that are remembered */
  readonly tokensRemembered: number;
  readonly callbackToleranceMs: number;
  readonly eventStreams: number;
  /** streams that one caller may have open */
  readonly eventStreamsOfCaller: number;
  /** events that may wait for one client before it is cut */
  readonly eventBuffer: number;
  readonly heartbeatMs: number;
  readonly pageLimit: number;
}

/** A gateway speaks of payouts, a carrier of parcels; each signs with a secret of its own. */
export interface Partner {
  readonly secret: string;
  readonly says: 'payouts' | 'parcels';
}

/** Everything that the HTTP server is wired with. */
export interface Dependencies {
  readonly host: Host;
  readonly books: Pick<BookStore, 'findBookOf' | 'findAnswer' | 'commit'>;
  readonly reads: ReadModels;
  readonly feed: CommitFeed;
  readonly templates: TemplatePublisher;
  readonly deadLetters: DeadLetterDesk;
  readonly evidence: EvidenceStore;
  readonly erasing: Pick<ErasureParts, 'store' | 'names'>;
  readonly readiness: Readiness;
  /** alarms by name, since the start */
  readonly alarmsRaised: ReadonlyMap<string, number>;
  /** only with `--sandbox` */
  readonly sandbox: { readonly clock: SandboxClock; readonly gateway: SandboxGateway } | undefined;
  readonly tokenKeys: TokenKeys;
  /** those who may send callbacks, by the name in the callback's path */
  readonly partners: ReadonlyMap<string, Partner>;
  /** the time of the business, which the sandbox moves */
  readonly clock: Clock;
  /** the wall clock that tokens and signatures are held against, epoch milliseconds */
  readonly wallClock: () => number;
  /** how far the wall clock is ahead of `clock`, in milliseconds */
  readonly clockDrift: () => number;
  /** milliseconds that never go back, for rates and latencies */
  readonly elapsed: () => number;
  readonly log: Logger;
  readonly settings: ServerSettings;
}
