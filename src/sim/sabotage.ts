import type { OrderLock } from '../actors/hostPorts.js';
import type { BookStore } from '../actors/ports.js';
import { RULES, type Rules } from '../actors/rules.js';
import type { Caller } from './hosts/calls.js';
import { ALL_GUARDS, type Guards } from './store/books.js';

/** What is taken away from a simulation, to see what it was good for. */
export interface Sabotage {
  readonly guards: Guards;
  readonly rules: Rules;
  readonly wrapBooks: (books: BookStore, caller: Caller) => BookStore;
  readonly wrapLock: (lock: OrderLock) => OrderLock;
}

export const NO_SABOTAGE: Sabotage = {
  guards: ALL_GUARDS,
  rules: RULES,
  wrapBooks: (books) => books,
  wrapLock: (lock) => lock,
};
