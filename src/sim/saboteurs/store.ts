import type { BookStore, Commit, CommitOutcome } from '../../actors/ports.js';
import type { Caller } from '../hosts/calls.js';
import { ALL_GUARDS } from '../store/books.js';
import { alone, type Saboteur, together } from './saboteur.js';

/** Saboteurs of the store, its lock and what is written together. */

const RIVALRY = { hosts: 3, orders: 2, crowded: 90, gapMs: 20_000 } as const;
const LOOSE_LOCK = { 'lock.lost': 3_000, 'lock.early': 2_000 } as const;
const BUSY = { 'store.groupFails': 400, 'store.commitFails': 300 } as const;

const noLock = { wrapLock: () => ({ acquire: () => Promise.resolve(() => Promise.resolve()) }) };
const noVersions = { guards: { ...ALL_GUARDS, versions: false } };

const commitAs =
  (change: (books: BookStore, commit: Commit, caller: Caller) => Promise<CommitOutcome>) =>
  (books: BookStore, caller: Caller): BookStore => ({ ...books, commit: (commit) => change(books, commit, caller) });

/** The hash of an event without the event before it. */
const unchained = commitAs((books, commit) => {
  if (commit.write === null || commit.expectedVersion === 0) return books.commit(commit);
  const { write } = commit;
  return books.commit({
    ...commit,
    write: { ...write, audit: { ...write.audit, hash: `${write.audit.hash.slice(0, 32)}${'0'.repeat(32)}` } },
  });
});

const answerLater = commitAs(async (books, commit) => {
  const outcome = await books.commit({ ...commit, answer: commit.write === null ? commit.answer : null });
  if (outcome.outcome !== 'committed' || commit.write === null || commit.answer === null) return outcome;
  await books.commit({ ...commit, write: null });
  return outcome;
});

const outboxLater = commitAs(async (books, commit, caller) => {
  if (commit.write === null) return books.commit(commit);
  const outcome = await books.commit({ ...commit, write: { ...commit.write, outbox: [] } });
  const jobs = commit.write.outbox.filter(({ topic }) => topic === 'payout');
  // What would be written now is lost with the host; here it is never written, as after a crash.
  caller.ground.trace.add(`outbox of ${jobs.length} is written later`);
  return outcome;
});

const saysDone = commitAs(async (books, commit) => {
  const outcome = await books.commit(commit);
  return outcome.outcome === 'failed' ? { outcome: 'committed', position: 1 } : outcome;
});

const forgetsRefusals = commitAs((books, commit) =>
  commit.write === null ? Promise.resolve({ outcome: 'committed', position: 0 }) : books.commit(commit),
);

const dropsTimers = commitAs((books, commit) => {
  if (commit.write === null) return books.commit(commit);
  const { changes } = commit.write;
  return books.commit({ ...commit, write: { ...commit.write, changes: { ...changes, timers: { ...changes.timers, set: [] } } } });
});

const dropsTransfers = commitAs((books, commit) => {
  if (commit.write === null) return books.commit(commit);
  const { changes } = commit.write;
  const transfers = changes.transfers.filter(({ phase }) => phase !== 'void');
  return books.commit({ ...commit, write: { ...commit.write, changes: { ...changes, transfers } } });
});

export const STORE_SABOTEURS: readonly Saboteur[] = [
  alone('no-version-check', [7], 'the store takes a commit whatever was decided upon', noVersions, { ...RIVALRY, rates: LOOSE_LOCK }),
  together('no-lock-no-version-check', [1, 3], ['hosts do not wait for each other', noLock], ['the version check', noVersions], {
    ...RIVALRY,
    rates: {},
  }),
  together(
    'stale-cap',
    [1, 3],
    ['caps are checked only by the rule, against the book in memory', { guards: { ...ALL_GUARDS, caps: false } }],
    ['the version check, which keeps that book new', { guards: { versions: false, caps: false } }],
    { ...RIVALRY, rates: LOOSE_LOCK },
  ),
  alone('answer-after-commit', [6], 'the answer to a key is written after the commit', { wrapBooks: answerLater }),
  alone('outbox-after-commit', [6], 'the outbox is written after the commit', { wrapBooks: outboxLater }),
  alone('hash-chain-skipped', [7], 'the hash of an event does not follow from it', { wrapBooks: unchained }),
  alone(
    'rolled-back-is-done',
    [6],
    'a member that was rolled back with its group is reported as done',
    { wrapBooks: saysDone },
    { rates: BUSY },
  ),
  alone(
    'refusals-forgotten',
    [6],
    'the answers of refusals are not kept',
    { wrapBooks: forgetsRefusals },
    { repeats: 60, altered: 0, rates: {} },
  ),
  alone('no-deadlines', [10], 'deadlines are not written', { wrapBooks: dropsTimers }),
  alone('voids-unwritten', [10], 'reservations are given back without a transfer', { wrapBooks: dropsTransfers }),
];
