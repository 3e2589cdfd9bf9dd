import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { BookStore } from '../../actors/ports.js';
import type { Instant } from '../../domain/ids.js';
import { sqliteBooks } from './bookStore.js';
import { type Connection, openConnection } from './connection.js';
import { makeDirectory } from './directory.js';
import { sqliteErasing } from './erasing.js';
import { type Failure, onDamage } from './failure.js';
import { commitFeed, type Feed } from './feed.js';
import { sqliteEvidence, sqliteTemplates } from './fileStore.js';
import { type GuardParts, guardedWriter } from './guard.js';
import { inlineBackend } from './inlineWriter.js';
import { takeWriterLock, type WriterLock } from './lock.js';
import { checkSchema, demandNewestSchema, migrate } from './migrate.js';
import { sqliteReads } from './readModels.js';
import { MIGRATIONS, type Migration } from './schema.js';
import { threadBackend } from './threadWriter.js';
import { asUnusable, StoreUnusable } from './unusable.js';
import { sqliteJobs, sqliteOutbox, sqliteTimers } from './workQueue.js';
import { groupingWriter, WRITER_LIMITS, type Writer, type WriterBackend, type WriterLimits } from './writer.js';
import type { ThreadData } from './writerThread.js';
import type { Result } from './writes.js';

export interface SqliteStore {
  readonly books: BookStore;
  readonly templates: ReturnType<typeof sqliteTemplates>;
  readonly reads: ReturnType<typeof sqliteReads>;
  readonly jobs: ReturnType<typeof sqliteJobs>;
  readonly outbox: ReturnType<typeof sqliteOutbox>;
  readonly timers: ReturnType<typeof sqliteTimers>;
  readonly evidence: ReturnType<typeof sqliteEvidence>;
  readonly erasing: ReturnType<typeof sqliteErasing>;
  /** tells of each commit of this process once it is on disk */
  readonly feed: Pick<Feed, 'subscribe'>;
  /** the copy that was kept before an older file was migrated */
  readonly migratedFrom: string | undefined;
  /** Forgets answers from before a time, save those of orders with an open after-sale. Gives how many. */
  forgetAnswers(before: Instant): Promise<number>;
  /** Whether writing works now: it writes. */
  writable(): Promise<boolean>;
  /** why the last write could not be done; nothing where it could */
  trouble(): Failure | undefined;
  /** Writes what is waiting, then lets go of the files. */
  close(): Promise<void>;
}

export interface SqliteOptions {
  /** where the files live; made when it is not there. `:memory:` keeps everything in this process, with the writer inline */
  readonly dataDirectory: string;
  /** `thread` in the service, so that syncing holds up nothing else; `inline` for tools, tests and simulations */
  readonly writer: 'thread' | 'inline';
  /** for tools beside a running service: nothing can be written */
  readonly readOnly?: boolean;
  readonly limits?: WriterLimits;
  readonly migrations?: readonly Migration[];
  readonly guard?: Partial<GuardParts>;
}

const GUARD: GuardParts = { elapsed: () => performance.now(), tell: () => undefined };

/** The database of a data directory. */
export const databaseFile = (dataDirectory: string): string => join(dataDirectory, 'redress.db');
/** The file that the one writing process holds. */
export const lockFile = (dataDirectory: string): string => join(dataDirectory, 'redress.lock.db');

/**
 * Opens the store in a directory, bringing an older file to the newest schema. Throws `StoreUnusable`
 * where another process writes to it, the file is another program's or a newer one's, or it cannot be read or written.
 */
export function openSqliteStore(options: SqliteOptions): SqliteStore {
  if (options.dataDirectory === ':memory:') return openInMemory(options);
  try {
    return options.readOnly === true ? openReadOnly(options) : openForWriting(options);
  } catch (error) {
    throw asUnusable(error, options.dataDirectory) ?? error;
  }
}

function openForWriting({ dataDirectory, writer, limits, guard, migrations = MIGRATIONS }: SqliteOptions): SqliteStore {
  makeDirectory(dataDirectory);
  const file = databaseFile(dataDirectory);
  const lock = takeWriterLock(lockFile(dataDirectory));
  try {
    const migratedFrom = prepareFile(file, migrations);
    const reader = openConnection(file, { readOnly: true });
    const backend =
      writer === 'thread' ? threadBackend(() => startThread(file)) : inlineBackend(() => openConnection(file, { readOnly: false }));
    return assemble({ reader, backend, limits, guard, lock, migratedFrom });
  } catch (error) {
    lock.release();
    throw error;
  }
}

function prepareFile(file: string, migrations: readonly Migration[]): string | undefined {
  const connection = openConnection(file, { readOnly: false, check: (opened) => checkSchema(opened, file, migrations) });
  try {
    return migrate(connection, file, migrations);
  } finally {
    connection.close();
  }
}

function startThread(file: string): Worker {
  const workerData: ThreadData = { file };
  return new Worker(new URL('./writerThread.js', import.meta.url), { workerData, name: 'redress-writer' });
}

function openReadOnly({ dataDirectory, limits, guard, migrations = MIGRATIONS }: SqliteOptions): SqliteStore {
  const file = databaseFile(dataDirectory);
  if (!existsSync(file)) throw new StoreUnusable('missing', `There is no data in ${dataDirectory}.`);
  const reader = openConnection(file, { readOnly: true, check: (opened) => demandNewestSchema(opened, file, migrations) });
  // SQLite itself refuses to write on such a connection; each attempt is answered as `readOnly`.
  const backend = inlineBackend(() => openConnection(file, { readOnly: true }));
  return assemble({ reader, backend, limits, guard });
}

function openInMemory({ limits, guard, migrations = MIGRATIONS }: SqliteOptions): SqliteStore {
  const connection = openConnection(':memory:', { readOnly: false });
  migrate(connection, ':memory:', migrations);
  return assemble({ reader: connection, backend: inlineBackend(() => connection), limits, guard });
}

function assemble(parts: {
  readonly reader: Connection;
  readonly backend: WriterBackend;
  readonly limits: WriterLimits | undefined;
  readonly guard: Partial<GuardParts> | undefined;
  readonly lock?: WriterLock;
  readonly migratedFrom?: string | undefined;
}): SqliteStore {
  const { reader, backend, limits, guard, lock, migratedFrom } = parts;
  const writer = guardedWriter(groupingWriter(backend, limits ?? WRITER_LIMITS), { ...GUARD, ...guard });
  onDamage(reader, writer.suspect);
  const feed = commitFeed(reader);
  return {
    books: sqliteBooks(reader, writer, feed),
    feed: { subscribe: feed.subscribe },
    templates: sqliteTemplates(reader, writer),
    reads: sqliteReads(reader),
    jobs: sqliteJobs(reader, writer),
    outbox: sqliteOutbox(reader, writer),
    timers: sqliteTimers(reader),
    evidence: sqliteEvidence(reader, writer),
    erasing: sqliteErasing(reader, writer),
    migratedFrom,
    forgetAnswers: (before) => forgetAnswers(writer, before),
    writable: async () => (await writer.write('probe', null)).kind === 'done',
    trouble: writer.trouble,
    close: async () => {
      await writer.drain();
      // The writer goes last: who closes last carries the log into the file, and a reader cannot.
      reader.close();
      await writer.close();
      lock?.release();
    },
  };
}

/** Answers looked at in one write, so that none of them holds up the others. */
const FORGOTTEN_AT_ONCE = 500;

async function forgetAnswers(writer: Writer, before: Instant): Promise<number> {
  let count = 0;
  for (let from: number | null = 0; from !== null; ) {
    const part: Result<'forgetAnswers'> = await writer.demand('forgetAnswers', { before, from, limit: FORGOTTEN_AT_ONCE });
    count += part.forgotten;
    from = part.next;
  }
  return count;
}
