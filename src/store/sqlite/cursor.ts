import { type Refusal, refuse } from '../../domain/refusals.js';

/** Cursors are numbers of our own in an opaque text: the list they belong to, and where it goes on. */

const WHOLE = /^\d{1,16}$/;

/** The cursor text for a list and its numbers. */
export function writeCursor(list: string, ...numbers: readonly number[]): string {
  return Buffer.from([list, ...numbers].join(':')).toString('base64url');
}

/** The numbers of a cursor of this list; undefined for none given; a refusal for one that is not ours. */
export function readCursor(list: string, count: number, cursor: string | undefined): readonly number[] | undefined | Refusal {
  if (cursor === undefined) return undefined;
  const [name, ...texts] = Buffer.from(cursor, 'base64url').toString('utf8').split(':');
  if (name !== list || texts.length !== count || !texts.every((text) => WHOLE.test(text))) {
    return refuse('request.invalid', 'The cursor is not one that this list has given.', { path: 'cursor' });
  }
  return texts.map(Number);
}
