import type { Order } from '../../domain/order.js';
import type { BookCommand } from '../command.js';
import type { PackedChanges } from '../compact.js';
import type { Principal } from '../principal.js';
import { wholeCommand } from '../private.js';

/** What an audit event says, as `decide` wrote it down. */
export interface EventBody {
  readonly actor: string;
  /** without what stands in the private row */
  readonly command: object;
  readonly version: number;
  readonly chart: number;
  readonly rules: number;
  readonly private?: { readonly id: string; readonly hash: string };
}

export interface ReadBody {
  readonly body: EventBody;
  /** the changes as text; a decision that comes to the same text need not have them read */
  readonly changes: string;
}

const CHANGES = ',"changes":';

/** Reads the body of an event. Throws `SyntaxError` or `TypeError` for what no decision has written. */
export function readBody(text: string): ReadBody {
  // The changes stand last. Where the words are found elsewhere, what is before them is no JSON.
  const at = text.lastIndexOf(CHANGES);
  const body = JSON.parse(`${text.slice(0, at)}}`) as Partial<EventBody> | null;
  const { actor, command, version, chart, rules } = body ?? {};
  const isWhole = typeof actor === 'string' && typeof command === 'object' && typeof version === 'number';
  if (!isWhole || typeof chart !== 'number' || typeof rules !== 'number') throw new TypeError('the body is that of no event');
  return { body: body as EventBody, changes: text.slice(at + CHANGES.length, -1) };
}

/** Reads the changes of an event. Throws `SyntaxError` or `TypeError` for what no decision has written. */
export function readChanges(text: string): PackedChanges {
  const changes: unknown = JSON.parse(text);
  if (typeof changes !== 'object' || changes === null) throw new TypeError('the changes are those of no event');
  return changes;
}

/** The command as it was given: what the trail keeps and what stood in the private row, put together again. */
export function commandOf({ command: open }: EventBody, hidden: string | undefined): BookCommand {
  const command = (hidden === undefined ? open : wholeCommand(open, hidden)) as BookCommand;
  return command.kind === 'putOrder' ? { ...command, order: inOrder(command.order) } : command;
}

/** The buyer stands apart and comes back last; where an order names it, texts can be compared. */
function inOrder({ shopId, orderNo, platform, buyerUid, ...rest }: Order): Order {
  // Where the buyer is erased there is none.
  return { shopId, orderNo, platform, buyerUid: buyerUid ?? '', ...rest };
}

/**
 * Who acted, as far as the trail tells it. Decisions ask for the role alone; a buyer is that of the order,
 * and the shops of a merchant were looked at before.
 */
export function principalOf(actor: string, buyerUid: string): Principal {
  const [role = '', ...rest] = actor.split('/');
  const id = rest.join('/');
  switch (role) {
    case 'user':
      return { role, platform: id, buyerUid };
    case 'merchant':
      return { role, id, shops: [] };
    case 'operations':
      return { role, id };
    case 'platform':
      return { role, platform: rest[0] ?? '', id: rest.slice(1).join('/') };
    default:
      return { role: 'system', part: id === 'payouts' ? 'payouts' : id === 'carriers' ? 'carriers' : 'timers' };
  }
}
