import type { Answer } from './connection.js';
import type { Voices } from './requests.js';

/** What a connection sends, one request after the other, and how its answers are judged. */
export interface Script {
  /** the next request of this lane; undefined where there is nothing left to ask */
  next(lane: number): string | undefined;
  /** `done` ends one unit of work, `step` leads to the next request of the same unit, `wrong` was not what was asked for */
  judge(lane: number, answer: Answer): 'done' | 'step' | 'wrong';
  /** orders that were begun on, counted from the first */
  used(): number;
}

/** What outlasts one script: the after-sales that were applied for and that nobody has decided on. */
export interface Stage {
  readonly voices: Voices;
  readonly applied: Applied;
  /** seconds since 1970 */
  readonly seconds: () => number;
}

export interface Applied {
  put(afterSaleId: string): void;
  take(): string | undefined;
}

/** A range of orders by index, `from` included and `to` not. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Whether it was done now: what is answered once more from what was kept is no work. */
export const succeeded = ({ status, head }: Answer, wanted: number): boolean => status === wanted && !head.includes('idempotency-replayed');

const ID = '{"id":"';
const ID_LENGTH = 36;

/** A view begins with its id; reading it off the text spares the load a parser. */
export const idIn = ({ body }: Answer): string => body.slice(ID.length, ID.length + ID_LENGTH);

export const tokenOf = ({ buyers }: Voices, buyer: number): string => buyers[buyer] ?? '';
