import type { BookStore, Commit, CommitOutcome, TemplateSource } from '../../actors/ports.js';
import type { EvidenceFile, Page, PageRequest, PayoutRecord, TrailEvent, WorkCounts } from '../../actors/reads.js';
import type { Cap, Payout, PrivateRow, TimerRow, Transfer } from '../../actors/rows.js';
import type { DeadJob } from '../../actors/work.js';
import { type AfterSaleId, type BookKey, type Instant, instant } from '../../domain/ids.js';
import type { Refusal } from '../../domain/refusals.js';
import type { JobQueue, Outbox, TimerSource } from '../../jobs/ports.js';
import { endOf } from '../../machines/step.js';
import type { Template } from '../../machines/template.js';
import { ALL_GUARDS, bookReads, commitTo, type Guards } from './books.js';
import { bookId, Tables } from './tables.js';
import { jobTable, outboxTable, timerTable } from './work.js';

/** What a simulation needs of a store: the ports of actors and jobs, and reads to judge by. */
export interface WorldStore {
  readonly books: BookStore;
  readonly templates: TemplateSource & { publish(template: Template, at: Instant): Promise<boolean> };
  readonly evidence: {
    find(id: string): Promise<EvidenceFile | undefined>;
    put(file: EvidenceFile, bytes: Uint8Array): Promise<void>;
  };
  readonly jobs: JobQueue;
  readonly outbox: Outbox;
  readonly timers: TimerSource;
  readonly reads: WorldReads;
  forgetAnswers(before: Instant): Promise<number>;
  close(): Promise<void>;
}

export interface WorldReads {
  findPayout(key: string): Promise<PayoutRecord | undefined>;
  trail(key: BookKey, afterVersion: number, limit: number): Promise<readonly TrailEvent[]>;
  privatesOf(key: BookKey): Promise<readonly PrivateRow[]>;
  caps(key: BookKey): Promise<readonly Cap[]>;
  ledgerOf(id: AfterSaleId): Promise<{ readonly transfers: readonly Transfer[]; readonly payouts: readonly Payout[] } | undefined>;
  ledgerOfBook(key: BookKey): Promise<{ readonly transfers: readonly Transfer[]; readonly payouts: readonly Payout[] } | undefined>;
  afterSale(id: AfterSaleId): Promise<{ readonly timers: readonly TimerRow[] } | undefined>;
  newestInstant(): Promise<Instant>;
  counts(now: Instant): Promise<WorkCounts>;
  deadLetters(page: PageRequest): Promise<Page<DeadJob> | Refusal>;
}

const later = <A extends readonly unknown[], T>(run: (...given: A) => T): ((...given: A) => Promise<T>) => {
  return async (...given) => run(...given);
};

/** A store in memory that keeps what a real one keeps, with the same answers. Nothing is ever lost by itself. */
export function memoryStore(guards: Guards = ALL_GUARDS, tables = new Tables()) {
  const books = bookReads(tables);
  const jobs = jobTable(tables);
  const outbox = outboxTable(tables);
  const timers = timerTable(tables);
  return {
    tables,
    books: {
      load: later(books.load),
      newest: later(books.newest),
      commit: later((commit: Commit): CommitOutcome => commitTo(tables, commit, guards)),
      findAnswer: later(books.findAnswer),
      findBookOf: later(books.findBookOf),
      findAfterSale: later(books.findAfterSale),
    },
    jobs: {
      enqueue: later(jobs.enqueue),
      claim: later(jobs.claim),
      nextDueAt: later(jobs.nextDueAt),
      renew: later(jobs.renew),
      complete: later(jobs.complete),
      retry: later(jobs.retry),
      bury: later(jobs.bury),
      resume: later(jobs.resume),
    },
    outbox: { read: later(outbox.read), relay: later(outbox.relay) },
    timers: { dueTimers: later(timers.dueTimers), nextDueAt: later(timers.nextDueAt) },
    templates: memoryTemplates(),
    evidence: memoryEvidence(),
    reads: memoryReads(tables),
    forgetAnswers: later((before: Instant) => forgetAnswers(tables, before)),
    close: () => Promise.resolve(),
  } satisfies WorldStore & { readonly tables: Tables };
}

export type MemoryStore = ReturnType<typeof memoryStore>;

function memoryTemplates() {
  const kept = new Map<string, string>();
  const all = (): Template[] => [...kept.values()].map((body) => JSON.parse(body) as Template);
  return {
    published: later((): readonly Template[] => {
      const newest = new Map<string, Template>();
      for (const template of all()) {
        if ((newest.get(template.id)?.version ?? 0) < template.version) newest.set(template.id, template);
      }
      return [...newest.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    }),
    version: later((id: string, version: number) => {
      const body = kept.get(`${id}/${version}`);
      return body === undefined ? undefined : (JSON.parse(body) as Template);
    }),
    publish: later((template: Template, _at: Instant): boolean => {
      const key = `${template.id}/${template.version}`;
      const body = JSON.stringify(template);
      if (!kept.has(key)) kept.set(key, body);
      return kept.get(key) === body;
    }),
  };
}

function memoryEvidence() {
  const kept = new Map<string, { readonly file: EvidenceFile; readonly bytes: Uint8Array }>();
  return {
    find: later((id: string) => kept.get(id)?.file),
    read: later((id: string) => kept.get(id)),
    put: later((file: EvidenceFile, bytes: Uint8Array): void => {
      if (!kept.has(file.id)) kept.set(file.id, { file, bytes });
    }),
    remove: later((id: string): void => {
      kept.delete(id);
    }),
  };
}

function memoryReads(tables: Tables): WorldReads {
  const bookOf = (key: BookKey) => tables.books.get(bookId(key));
  return {
    findPayout: later((key: string) => {
      const book = tables.payouts.get(key);
      const payout = book?.payouts.get(key);
      return book === undefined || payout === undefined ? undefined : { book: book.key, payout };
    }),
    trail: later((key: BookKey, after: number, limit: number) => (bookOf(key)?.trail ?? []).slice(after, after + limit)),
    privatesOf: later((key: BookKey) => bookOf(key)?.privates ?? []),
    caps: later((key: BookKey) => [...(bookOf(key)?.caps.values() ?? [])]),
    ledgerOf: later((id: AfterSaleId) => {
      const book = tables.owners.get(id);
      if (book === undefined) return undefined;
      const own = (row: { readonly afterSaleId: AfterSaleId | null }) => row.afterSaleId === id;
      return { transfers: book.transfers.filter(own), payouts: [...book.payouts.values()].filter(own) };
    }),
    ledgerOfBook: later((key: BookKey) => {
      const book = bookOf(key);
      if (book === undefined) return undefined;
      const own = (row: { readonly afterSaleId: AfterSaleId | null }) => row.afterSaleId === null;
      return { transfers: book.transfers.filter(own), payouts: [...book.payouts.values()].filter(own) };
    }),
    afterSale: later((id: AfterSaleId) => {
      if (!tables.owners.has(id)) return undefined;
      return { timers: [...tables.timers.values()].map(({ row }) => row).filter((row) => row.afterSaleId === id) };
    }),
    newestInstant: later(() => {
      let newest = { position: 0, at: instant(0) };
      for (const { trail } of tables.books.values()) {
        const last = trail.at(-1);
        if (last !== undefined && last.position > newest.position) newest = last;
      }
      return newest.at;
    }),
    counts: later((now: Instant) => countWork(tables, now)),
    deadLetters: later(({ limit }: PageRequest) => {
      const dead = [...tables.jobs.values()].filter(({ state }) => state === 'dead').reverse();
      const items = dead.slice(0, limit).map(
        ({ key, topic, payload, attempts, error, dueAt }): DeadJob => ({
          key,
          topic,
          payload,
          attempts,
          error: error ?? '',
          diedAt: instant(dueAt),
        }),
      );
      return { items, next: null };
    }),
  };
}

function countWork({ outbox, jobs, timers, books }: Tables, now: Instant): WorkCounts {
  const count = <T>(items: Iterable<T>, counts: (item: T) => boolean) => [...items].filter(counts).length;
  return {
    outbox: outbox.size,
    jobsQueued: count(jobs.values(), ({ state }) => state !== 'dead'),
    jobsDead: count(jobs.values(), ({ state }) => state === 'dead'),
    timersOverdue: count(timers.values(), ({ row }) => row.suspendedMs === null && row.dueAt <= now),
    payoutsInDoubt: count(
      [...books.values()].flatMap(({ payouts }) => [...payouts.values()]),
      ({ state }) => state !== 'paid' && state !== 'dropped',
    ),
  };
}

function forgetAnswers(tables: Tables, before: Instant): number {
  if (before <= tables.oldestAnswer) return 0;
  let count = 0;
  tables.oldestAnswer = before;
  for (const [key, { answer, book }] of tables.answers) {
    if (answer.at >= before) continue;
    const open = [...(book?.afterSales.values() ?? [])].some(({ row }) => row.live && endOf(row.chart.value) === undefined);
    if (open) {
      tables.oldestAnswer = Math.min(tables.oldestAnswer, answer.at);
      continue;
    }
    tables.answers.delete(key);
    count += 1;
  }
  return count;
}
