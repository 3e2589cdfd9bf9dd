import type { BookStore } from '../../actors/ports.js';
import { bookName } from '../../domain/ids.js';
import type { Ground } from '../ground.js';
import { type Call, type Caller, type CallNames, callPort } from './calls.js';
import type { CommitGroups } from './commits.js';

/** A read of the store. */
export const reading = (port: string, of: string): Call => ({ port, of, fails: 'store.readFails', reads: true });

/** What a host's calls to the store go through. */
export interface BookPath {
  readonly ground: Ground;
  readonly names: CallNames;
  readonly groups: CommitGroups;
}

/** The store as a host sees it: slow, failing, and silent once the host is gone. */
export function booksOf({ ground, names, groups }: BookPath, caller: Caller): BookStore {
  const { books } = ground.store;
  return {
    load: (key) => callPort(caller, names, reading('load', bookName(key)), () => books.load(key)),
    newest: (key) => callPort(caller, names, reading('newest', bookName(key)), () => books.newest(key)),
    commit: (commit) => groups.commit(caller, commit),
    findAnswer: (who, key) => callPort(caller, names, reading('answer', `answers ${who}`), () => books.findAnswer(who, key)),
    findBookOf: (id) => callPort(caller, names, reading('book of', 'owners'), () => books.findBookOf(id)),
    findAfterSale: (id) => callPort(caller, names, reading('after-sale', 'owners'), () => books.findAfterSale(id)),
  };
}
