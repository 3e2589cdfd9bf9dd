import { randomUUID } from 'node:crypto';
import { commandsOf } from '../../src/actors/authorize.js';
import type { Envelope } from '../../src/actors/command.js';
import type { Commit, CommitOutcome, KeptAnswer, Reply } from '../../src/actors/ports.js';
import type { Principal } from '../../src/actors/principal.js';
import type { ChangeNotice, ChangesSince, EvidenceFile } from '../../src/actors/reads.js';
import type { Host } from '../../src/actors/views.js';
import { commandId, instant, shopId } from '../../src/domain/ids.js';
import { createApp, type Server } from '../../src/server/app.js';
import type { Dependencies, ServerSettings } from '../../src/server/dependencies.js';
import { createLog } from '../../src/server/log.js';
import { mintToken, type TokenHolder } from '../../src/server/tokens.js';
import { AFTER_SALE, BOOK, CASE_QUOTE, ORDER, QUOTE } from './samples.js';

/** An HTTP edge over a host that only remembers what it was sent: what is tried here is the edge itself. */

export const SECRET = new TextEncoder().encode('a secret that is long enough for tests');
export const START = 1_772_366_400_000;

export const HOLDERS = {
  user: { role: 'user', platform: 'alpha', buyerUid: 'ann' },
  merchant: { role: 'merchant', id: 'm1', shops: [shopId('s1')] },
  operations: { role: 'operations', id: 'o1' },
  platform: { role: 'platform', id: 'p1', platform: 'alpha' },
} as const satisfies Record<string, TokenHolder>;

const RATE = { perSecond: 0, burst: 0 };
export const SETTINGS: ServerSettings = {
  bodyLimitBytes: 20_000,
  bodyTimeoutMs: 200,
  importLineLimitBytes: 5_000,
  importWindow: 4,
  imports: 3,
  evidenceLimitBytes: 10_000,
  uploads: RATE,
  downloads: 8,
  inFlightLimit: 100,
  rates: { user: RATE, merchant: RATE, operations: RATE, platform: RATE },
  strangers: RATE,
  rateCallers: 100,
  tokensRemembered: 100,
  callbackToleranceMs: 300_000,
  eventStreams: 3,
  eventStreamsOfCaller: 3,
  eventBuffer: 3,
  heartbeatMs: 1_000,
  pageLimit: 100,
};

export interface Sent {
  readonly envelope: Envelope;
  readonly principal: Principal;
}

export interface World extends Server {
  readonly sent: Sent[];
  readonly asked: { readonly what: string; readonly with: unknown }[];
  /** what the host replies with next; the default is success */
  replyWith(reply: (envelope: Envelope) => Reply | Promise<Reply>): void;
  readonly parts: Dependencies;
  readonly log: () => string;
  publish(change: ChangeNotice): void;
  token(holder: TokenHolder, lifetimeMs?: number): Promise<string>;
  moveWallClock(milliseconds: number): void;
}

export const done = (body: object, status = 200, version = 7): Reply => ({
  kind: 'done',
  version,
  position: 1,
  status,
  body: JSON.stringify(body),
  replayed: false,
});

function hostOf(sent: Sent[], asked: World['asked'], reply: () => (envelope: Envelope) => Reply | Promise<Reply>): Host {
  const note = (what: string, given: unknown) => asked.push({ what, with: given });
  return {
    async send(envelope, principal) {
      sent.push({ envelope, principal });
      return reply()(envelope);
    },
    async quote(book, application, principal) {
      note('quote', { book, application, principal });
      return { ...QUOTE, ...book };
    },
    async order(book, principal) {
      note('order', { book, principal });
      return { ...ORDER, ...book };
    },
    async afterSale(id, principal) {
      note('afterSale', { id, principal });
      return { ...AFTER_SALE, id, allowedCommands: commandsOf(principal) };
    },
    async explain(id, principal) {
      note('explain', { id, principal });
      return { view: { ...AFTER_SALE, id, allowedCommands: commandsOf(principal) }, quote: CASE_QUOTE };
    },
  };
}

function booksOf(): Dependencies['books'] {
  const kept = new Map<string, KeptAnswer>();
  return {
    findBookOf: async (id) => (id.startsWith('ffffffff') ? undefined : BOOK),
    findAnswer: async (caller, key) => kept.get(`${caller} ${key}`),
    async commit({ answer }: Commit): Promise<CommitOutcome> {
      if (answer === null) throw new Error('a commit without an answer');
      const name = `${answer.caller} ${answer.key}`;
      const before = kept.get(name);
      if (before !== undefined) return { outcome: 'answered', answer: before };
      kept.set(name, answer);
      return { outcome: 'committed', position: 0 };
    },
  };
}

function readsOf(asked: World['asked'], changes: ChangeNotice[]): Dependencies['reads'] {
  const page = async (what: string, given: unknown) => {
    asked.push({ what, with: given });
    return { items: [], next: null };
  };
  return {
    listAfterSales: (filter, request) => page('listAfterSales', { filter, request }),
    afterSale: async () => undefined,
    listOrders: (filter, request) => page('listOrders', { filter, request }),
    timeline: async () => ({ events: [], privates: [], stateBefore: null, next: null }),
    namingEvidence: async () => [],
    ledgerOf: async () => ({ transfers: [], payouts: [] }),
    findPayout: async () => undefined,
    payoutsInDoubt: (states, request) => page('payoutsInDoubt', { states, request }),
    deadLetters: (request) => page('deadLetters', { request }),
    async changesSince(position, limit): Promise<ChangesSince> {
      return {
        kind: 'events',
        events: changes.filter((c) => c.position > position).slice(0, limit),
        safeUpTo: changes.at(-1)?.position ?? 0,
      };
    },
    newestPosition: async () => changes.at(-1)?.position ?? 0,
    counts: async () => ({ outbox: 1, jobsQueued: 2, jobsDead: 3, timersOverdue: 4, payoutsInDoubt: 5 }),
  };
}

function evidenceOf(): Dependencies['evidence'] {
  const files = new Map<string, { file: EvidenceFile; bytes: Uint8Array }>();
  return {
    find: async (id) => files.get(id)?.file,
    read: async (id) => files.get(id),
    async put(file, bytes) {
      files.set(file.id, { file, bytes });
    },
  };
}

const BUYER_BOOKS = [{ key: BOOK, open: false, unpaid: false }];
const COMPACTED = { bytesBefore: 2, bytesAfter: 1, logCut: true };

/** One buyer with one order. */
const ERASING: Dependencies['erasing'] = {
  store: {
    booksOf: async ({ buyerUid }) => (buyerUid === 'nobody' ? [] : BUYER_BOOKS),
    begun: async () => undefined,
    begin: async () => undefined,
    removeUploads: async () => 0,
    sealAnswers: async () => 0,
    clearJobErrors: async () => 0,
    end: async () => undefined,
    copies: () => [],
    compact: async () => COMPACTED,
  },
  names: { pseudonym: () => 'erased-1', commandId: () => commandId('00000000-0000-4000-8000-0000000000ee') },
};

/** A server over fakes; what is given replaces a part. */
export function world(
  changed: Partial<Dependencies> & { readonly changes?: ChangeNotice[]; readonly limits?: Partial<ServerSettings> } = {},
): World {
  const sent: Sent[] = [];
  const asked: World['asked'][number][] = [];
  const listeners = new Set<(change: ChangeNotice) => void>();
  const lines: string[] = [];
  let now = START;
  let reply: (envelope: Envelope) => Reply | Promise<Reply> = ({ command }) =>
    command.kind === 'apply' || command.kind === 'goodwill'
      ? done(AFTER_SALE, 201)
      : done(command.kind === 'afterSale' ? AFTER_SALE : { version: 7 });
  const { changes = [], limits = {}, ...given } = changed;
  const parts: Dependencies = {
    host: hostOf(sent, asked, () => reply),
    books: booksOf(),
    reads: readsOf(asked, changes),
    feed: {
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    templates: { published: async () => [], publish: async () => true },
    deadLetters: { resume: async (key) => key === 'dead' },
    evidence: evidenceOf(),
    erasing: ERASING,
    readiness: { check: async () => ({ store: true }) },
    sandbox: undefined,
    tokenKeys: { kind: 'secret', secret: SECRET },
    partners: new Map([
      ['gateway', { secret: 'the secret of the gateway, long enough', says: 'payouts' }],
      ['carrier', { secret: 'the secret of the carrier, long enough', says: 'parcels' }],
    ]),
    clock: { now: () => instant(now) },
    wallClock: () => now,
    clockDrift: () => 0,
    alarmsRaised: new Map([['payout.unknown', 2]]),
    elapsed: () => now - START,
    log: createLog('debug', { write: (line: string) => lines.push(line) }),
    settings: { ...SETTINGS, ...limits },
    ...given,
  };
  return {
    ...createApp(parts),
    sent,
    asked,
    parts,
    replyWith: (next) => {
      reply = next;
    },
    log: () => lines.join(''),
    publish: (change) => {
      changes.push(change);
      for (const listener of listeners) listener(change);
    },
    token: (holder, lifetimeMs = 3_600_000) => mintToken(SECRET, holder, { now, lifetimeMs }),
    moveWallClock: (milliseconds) => {
      now += milliseconds;
    },
  };
}

export const newKey = (): string => randomUUID();
