import type { OrderLock } from '../actors/hostPorts.js';
import type { BookStore } from '../actors/ports.js';
import { RULES, type Rules } from '../actors/rules.js';
import type { PaymentGateway } from '../jobs/ports.js';
import type { Caller } from './hosts/calls.js';
import { ALL_GUARDS, type Guards } from './store/books.js';

/** What is taken away from a simulation, to see what it was good for: members of the rules, guards of the store, or a port's honesty. */
export interface Sabotage {
  readonly guards: Guards;
  readonly rules: Rules;
  readonly wrapBooks: (books: BookStore, caller: Caller) => BookStore;
  readonly wrapLock: (lock: OrderLock) => OrderLock;
  readonly wrapGateway: (gateway: PaymentGateway) => PaymentGateway;
}

export const NO_SABOTAGE: Sabotage = {
  guards: ALL_GUARDS,
  rules: RULES,
  wrapBooks: (books) => books,
  wrapLock: (lock) => lock,
  wrapGateway: (gateway) => gateway,
};
