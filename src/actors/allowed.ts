import { type Refusal, refuse } from '../domain/refusals.js';
import { endOf, statePath } from '../machines/step.js';
import { commandsOf } from './authorize.js';
import type { AfterSaleCommandType } from './command.js';
import { type DecisionContext, templateOf } from './context.js';
import type { Principal } from './principal.js';
import type { AfterSale, TimerRow } from './rows.js';

/** Money that moved outside Redress stands as an after-sale that has no chart and takes no commands. */
export const isElsewhere = (a: AfterSale): boolean => a.decisions.some((d) => d.kind === 'elsewhere');

const VERDICTS = ['upheld', 'refund', 'return', 'exchange', 'repair', 'bearer'] as const;

/** What a hand-over is by whose word: that of the buyer puts goods on their way, that of everybody else is the carrier's scan. */
export const handOverBy = ({ role }: Principal) => ({ type: role === 'user' ? 'handOver' : 'scanned' }) as const;

/** The chart events that a command of a caller may become. It is allowed while one of them is. */
function eventsOf(type: AfterSaleCommandType, principal: Principal): readonly { readonly type: string }[] {
  switch (type) {
    case 'handOver':
      return [handOverBy(principal)];
    case 'offer':
      return [{ type: 'offer.money' }, { type: 'offer.price' }];
    case 'inspect':
      return [{ type: 'inspect.all' }, { type: 'inspect.part' }, { type: 'inspect.none' }];
    case 'diagnose':
      return [{ type: 'diagnose.free' }, { type: 'diagnose.priced' }];
    case 'rule':
      return VERDICTS.map((word) => ({ type: `rule.${word}` }) as const);
    case 'override':
      return VERDICTS.map((word) => ({ type: `override.${word}` }) as const);
    default:
      return [{ type }];
  }
}

const REVIEW: readonly AfterSaleCommandType[] = ['approve', 'reject', 'offer', 'askEvidence'];

/**
 * Whose turn it is: a review belongs to the one whose state it is in, and a merchant appeals against what
 * was granted, never against their own rejection. Everything else is the chart's and the role's affair.
 */
export function judgeTurn(principal: Principal, a: AfterSale, type: AfterSaleCommandType): Refusal | undefined {
  const state = statePath(a.chart.value);
  if (REVIEW.includes(type) && state.startsWith('reviewing.')) {
    const reviewer = state === 'reviewing.merchant' ? 'merchant' : state === 'reviewing.operations' ? 'operations' : principal.role;
    if (principal.role !== reviewer) {
      return refuse('command.notYours', `The review is with ${reviewer}.`, { facts: { command: type, reviewer } });
    }
  }
  if (type === 'appeal' && principal.role === 'merchant' && endOf(a.chart.value) === 'rejected') {
    return refuse('command.notYours', 'A rejection is appealed by the buyer.', { facts: { command: type } });
  }
  return undefined;
}

/** The commands that a caller may give to an after-sale now: by role, turn and chart. */
export function allowedCommands(
  context: Pick<DecisionContext, 'charts' | 'templates'>,
  principal: Principal,
  a: AfterSale,
  timers: readonly TimerRow[],
): AfterSaleCommandType[] {
  if (isElsewhere(a)) return [];
  const permitted = context.charts.permits(a.type, templateOf(context, a), a.chart);
  return commandsOf(principal).filter(
    (type) =>
      judgeTurn(principal, a, type) === undefined && (type !== 'extend' || timers.length > 0) && eventsOf(type, principal).some(permitted),
  );
}
