import { readFileSync } from 'node:fs';

/** What the shim has written down, in its order. */

export type Happening =
  /** `file`: a number for this opening of it */
  | { readonly kind: 'opened'; readonly file: number; readonly path: string; readonly isNew: boolean }
  | { readonly kind: 'written'; readonly file: number; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'cut'; readonly file: number; readonly size: number }
  /** a sync holds what was done before it began, once it has ended well */
  | { readonly kind: 'syncBegun'; readonly file: number; readonly sync: number }
  | { readonly kind: 'syncEnded'; readonly file: number; readonly sync: number; readonly worked: boolean }
  | { readonly kind: 'unlinked'; readonly path: string }
  | { readonly kind: 'renamed' | 'linked'; readonly from: string; readonly to: string }
  /** an answer is about to be sent: from here on somebody may rely on it */
  | { readonly kind: 'answered'; readonly text: string };

/** The struct `record` of `shim.c`. */
const HEAD = 24;

/** Reads a log; a record that its process could not finish is left out. */
export function readRecording(log: string): Happening[] {
  const bytes = readFileSync(log);
  const happenings: Happening[] = [];
  for (let at = 0; at + HEAD <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 16);
    const end = at + HEAD + length;
    if (end > bytes.length) break;
    happenings.push(happeningOf(bytes.subarray(at, at + HEAD), bytes.subarray(at + HEAD, end)));
    at = end;
  }
  return happenings;
}

function happeningOf(head: Buffer, rest: Buffer): Happening {
  const file = head.readUInt32LE(4);
  const number = Number(head.readBigInt64LE(8));
  const flag = head.readUInt8(1) === 1;
  const [from = '', to = ''] = rest.toString('latin1').split('\0');
  switch (head.readUInt8(0)) {
    case 1:
      return { kind: 'opened', file, path: rest.toString('utf8'), isNew: flag };
    case 2:
      return { kind: 'written', file, offset: number, bytes: rest };
    case 3:
      return { kind: 'cut', file, size: number };
    case 4:
      return { kind: 'syncBegun', file, sync: number };
    case 5:
      return { kind: 'syncEnded', file, sync: number, worked: flag };
    case 6:
      return { kind: 'unlinked', path: rest.toString('utf8') };
    case 7:
      return { kind: 'renamed', from, to };
    case 8:
      return { kind: 'answered', text: rest.toString('latin1') };
    case 9:
      return { kind: 'linked', from, to };
    default:
      throw new RangeError(`the log holds a record of kind ${head.readUInt8(0)}`);
  }
}
