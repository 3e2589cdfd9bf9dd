import type { ShopId } from '../domain/ids.js';
import { type Refusal, type RefusalCode, refuse } from '../domain/refusals.js';
import type { AfterSaleCommand, AfterSaleCommandType, BookCommand } from './command.js';
import type { EntryPoint, Principal } from './principal.js';

/** Whose book it is: the buyer on the platform, and the shop. */
export interface Owner {
  readonly platform: string;
  readonly buyerUid: string;
  readonly shopId: ShopId;
}

/**
 * The commands of an after-sale that each entry point may give. Whether the after-sale takes one now is
 * the chart's to say. The platform's own words are what its systems see: parcels and payments.
 */
export const COMMANDS_OF = {
  user: ['accept', 'decline', 'provide', 'withdraw', 'handOver', 'reschedule', 'refuse', 'consent', 'appeal', 'note'],
  merchant: [
    'approve',
    'reject',
    'escalate',
    'offer',
    'askEvidence',
    'provide',
    'received',
    'lost',
    'inspect',
    'ship',
    'outOfStock',
    'delivered',
    'diagnose',
    'repaired',
    'unrepairable',
    'appeal',
    'note',
  ],
  operations: [
    'approve',
    'reject',
    'escalate',
    'offer',
    'askEvidence',
    'provide',
    'handOver',
    'reschedule',
    'received',
    'lost',
    'inspect',
    'ship',
    'outOfStock',
    'delivered',
    'diagnose',
    'repaired',
    'unrepairable',
    'retry',
    'anotherWay',
    'paidByHand',
    'rule',
    'override',
    'note',
    'extend',
    'hold',
    'release',
    'repayFreight',
  ],
  platform: ['handOver', 'received', 'lost', 'ship', 'delivered', 'paid'],
} as const satisfies Record<EntryPoint, readonly AfterSaleCommandType[]>;

/** What carriers report through the service itself. */
const COMMANDS_OF_CARRIERS: readonly AfterSaleCommandType[] = ['handOver', 'received', 'lost', 'delivered'];

const ROLES_OF_BOOK_COMMANDS: Record<Exclude<BookCommand['kind'], 'afterSale'>, readonly Principal['role'][]> = {
  putOrder: ['platform'],
  report: ['platform'],
  apply: ['user', 'merchant', 'operations', 'platform'],
  goodwill: ['operations'],
  payout: ['operations'],
  payoutResult: ['system'],
  payoutStuck: ['system'],
  erase: ['operations'],
  timer: ['system'],
};

/** Whether the caller may know of a book at all. Operations and the service itself see every one. */
export function sees(principal: Principal, owner: Owner): boolean {
  switch (principal.role) {
    case 'user':
      return principal.platform === owner.platform && principal.buyerUid === owner.buyerUid;
    case 'merchant':
      return principal.shops.includes(owner.shopId);
    case 'platform':
      return principal.platform === owner.platform;
    default:
      return true;
  }
}

/** The commands of an after-sale that this caller may ever give. */
export function commandsOf(principal: Principal): readonly AfterSaleCommandType[] {
  if (principal.role !== 'system') return COMMANDS_OF[principal.role];
  return principal.part === 'carriers' ? COMMANDS_OF_CARRIERS : [];
}

/**
 * Whether the caller may give this command to a book of this owner. What is not the caller's looks as if
 * it were not there (`order.notFound`, `afterSale.notFound`); a command that is not for the role is
 * `command.notYours`. Who may never give a command learns nothing about the book.
 */
export function authorize(principal: Principal, command: BookCommand, owner: Owner): Refusal | undefined {
  if (!mayEverGive(principal, command)) {
    const word = command.kind === 'afterSale' ? command.command.type : command.kind;
    return refuse('command.notYours', `${word} is not a command of ${principal.role}.`, { facts: { command: word } });
  }
  if (sees(principal, owner)) return undefined;
  return command.kind === 'afterSale' ? notThere('afterSale.notFound') : notThere('order.notFound');
}

/** What a caller is told of an object that is not there, or not theirs. */
export function notThere(code: Extract<RefusalCode, 'order.notFound' | 'afterSale.notFound'>): Refusal {
  return refuse(code, code === 'order.notFound' ? 'There is no order of this shop and number.' : 'There is no after-sale of this id.');
}

function mayEverGive(principal: Principal, command: BookCommand): boolean {
  if (command.kind !== 'afterSale') return ROLES_OF_BOOK_COMMANDS[command.kind].includes(principal.role);
  return commandsOf(principal).includes(command.command.type) && !hidesFromItself(principal, command.command);
}

/** Internal notes are for the house and the merchant; a buyer would not see their own. */
function hidesFromItself(principal: Principal, command: AfterSaleCommand): boolean {
  return principal.role === 'user' && command.type === 'note' && command.visibility === 'internal';
}
