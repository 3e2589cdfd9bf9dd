import { z } from '@hono/zod-openapi';
import { NEEDS } from '../../actors/assess.js';
import type { BookCommand, OrderReport } from '../../actors/command.js';
import type { Principal } from '../../actors/principal.js';
import type { AfterSale, DecisionKind, Payout, Transfer } from '../../actors/rows.js';
import { AFTER_SALE_FLAGS } from '../../actors/view.js';
import { ORDER_FLAGS, type TaxMode, TENDER_KINDS } from '../../domain/order.js';
import { ENDS } from '../../machines/step.js';
import type { Template } from '../../machines/template.js';
import { RESTING_STATES } from '../../machines/truthTable.js';
import { AFTER_SALE_TYPES, BEARERS, CLAIM_KINDS, FAULTS, STAGES } from '../../machines/words.js';
import { COMMAND_BODIES } from './commands.js';

/**
 * The words that answers choose from, so that a client knows all that can come. A list is the one that the
 * rules use, or one that holds exactly the words of the type it stands for: one less does not compile.
 */

type Complete<Word extends string, List extends readonly Word[]> = [Word] extends [List[number]] ? List : never;
const every =
  <Word extends string>() =>
  <const List extends readonly Word[]>(list: Complete<Word, List>) =>
    z.enum<readonly string[]>(list);

export const needWord = z.enum(NEEDS);
export const typeWord = z.enum(AFTER_SALE_TYPES);
export const claimWord = z.enum(CLAIM_KINDS);
export const stageWord = z.enum(STAGES);
export const faultWord = z.enum(FAULTS);
export const bearerWord = z.enum(BEARERS);
export const orderFlagWord = z.enum(ORDER_FLAGS);
export const taxModeWord = every<TaxMode>()(['inclusive', 'exclusive']);
export const flagWord = z.enum(AFTER_SALE_FLAGS);
export const tenderWord = z.enum([...TENDER_KINDS, 'later']).openapi({ description: '`later`: the difference paid for an exchange' });

export const stateWord = z.enum(Object.keys(RESTING_STATES)).openapi({ example: 'reviewing.merchant' });
export const statusWord = z.enum(['open', ...ENDS]);
export const stepWord = z
  .enum(['', ...Object.keys(RESTING_STATES).flatMap((state) => state.split('.').slice(1))])
  .openapi({ description: 'The step within the state; empty where the state has none', example: 'merchant' });
export const commandWord = z.enum(Object.keys(COMMAND_BODIES));

export const goodsWord = every<AfterSale['goods']>()(['none', 'buyer', 'underway', 'merchant', 'lost', 'back']).openapi({
  description: 'Where the goods are; `back`: with the buyer again',
});
export const legWord = every<AfterSale['shipments'][number]['leg']>()(['return', 'replacement', 'repair', 'back']);
export const freightRuleWord = every<Template['freight']['refund']>()(['never', 'merchantFault', 'lastUnit']);

export const decisionWord = every<DecisionKind>()([
  'approval',
  'offer',
  'inspection',
  'difference',
  'fallback',
  'override',
  'ruling',
  'freight',
  'latePayment',
  'coupon',
  'goodwill',
  'advancedFreight',
  'elsewhere',
]);
export const decisionStateWord = z.enum(['paying', 'paid']);
export const phaseWord = every<Transfer['phase']>()(['pending', 'post', 'void', 'direct']);
export const wayWord = every<Payout['way']>()(['tender', 'wallet', 'points', 'account', 'hand']);
export const payoutStateWord = every<Payout['state']>()(['waiting', 'begun', 'unknown', 'declined', 'held', 'paid', 'dropped']);

export const roleWord = every<Principal['role']>()(['user', 'merchant', 'operations', 'platform', 'system']);
type BookWord = Exclude<BookCommand['kind'], 'afterSale' | 'report'> | OrderReport['type'];
const bookWord = every<BookWord>()([
  'putOrder',
  'apply',
  'goodwill',
  'payout',
  'payoutResult',
  'payoutStuck',
  'erase',
  'timer',
  'shipped',
  'delivered',
  'stopped',
  'movedElsewhere',
]);
/** What a trail's entries are called: commands of after-sales, and what happens to a book. */
export const happeningWord = z.enum([...commandWord.options, ...bookWord.options]);
