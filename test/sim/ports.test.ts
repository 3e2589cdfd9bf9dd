import { booksOf } from '../../src/sim/hosts/books.js';
import { CommitGroups } from '../../src/sim/hosts/commits.js';
import { LockService } from '../../src/sim/hosts/lock.js';
import { weakOutbox, weakQueue, weakTimers } from '../../src/sim/hosts/queue.js';
import { describeLock } from '../locks/conformance.js';
import { describeBookStore } from '../store/conformance.js';
import { describeWork } from '../store/workConformance.js';
import { quietGround } from './quietGround.js';

/** The ports of a simulated host, while no fault happens, do what every port of their kind must do. */

describeLock('the lock between simulated hosts', () => {
  const { ground, caller, names, driven } = quietGround();
  const service = new LockService(ground, names);
  return {
    acquire: driven(async (book) => {
      const end = await service.acquire(caller, book);
      return driven(end);
    }),
  };
});

async function makePorts() {
  const { store, ground, caller, names, driven } = quietGround();
  const books = booksOf({ ground, names, groups: new CommitGroups(ground, names) }, caller);
  const jobs = weakQueue(caller, names);
  const outbox = weakOutbox(caller, names);
  const timers = weakTimers(caller, names);
  return {
    ...store,
    books: {
      load: driven(books.load),
      newest: driven(books.newest),
      commit: driven(books.commit),
      findAnswer: driven(books.findAnswer),
      findBookOf: driven(books.findBookOf),
      findAfterSale: driven(books.findAfterSale),
    },
    jobs: {
      enqueue: driven(jobs.enqueue),
      claim: driven(jobs.claim),
      nextDueAt: driven(jobs.nextDueAt),
      renew: driven(jobs.renew),
      complete: driven(jobs.complete),
      retry: driven(jobs.retry),
      bury: driven(jobs.bury),
      resume: driven(jobs.resume),
    },
    outbox: { read: driven(outbox.read), relay: driven(outbox.relay) },
    timers: { dueTimers: driven(timers.dueTimers), nextDueAt: driven(timers.nextDueAt) },
  };
}

describeBookStore('the store as a simulated host sees it', makePorts);
describeWork('the queue of a simulated host', makePorts);
