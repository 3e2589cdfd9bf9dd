import { REFUSALS, type RefusalCode } from '../domain/refusals.js';

/** What a full run need not reach, and why. */

/** Codes that neither a decision nor the host gives: the edge of the service does, what publishes templates, or nobody yet. */
const OF_THE_EDGE: readonly RefusalCode[] = [
  ...(['request.tooLarge', 'request.headersTooLarge', 'request.unsupportedType', 'request.timeout', 'request.notFound'] as const),
  ...(['request.methodNotAllowed', 'request.rateLimited', 'service.failed', 'auth.missing', 'auth.invalid', 'auth.forbidden'] as const),
  ...([
    'idempotency.missing',
    'buyer.notFound',
    'template.tie',
    'template.invalid',
    'evidence.notThere',
    'callback.invalid',
    'job.notFound',
  ] as const),
  ...(['sandbox.disabled', 'import.lineInvalid', 'order.currencyUnknown', 'amount.unexpected', 'command.onHold'] as const),
];

/** Codes that the simulation's people do not bring about, and why. */
export const NAMED_CODES: { readonly [C in RefusalCode]?: string } = {
  'template.notFound': 'every simulation publishes a template without any scope, and versions are never taken back',
  'cap.exceeded': 'every rule asks first what is left; this one answers where another is gone, as saboteurs show',
  'command.superseded': 'a new application closes the appeal window in its own commit, so that the chart says no before',
};

/** Transitions that no step ever takes, and why. */
const NAMED_TRANSITIONS: readonly (readonly [RegExp, string])[] = [
  [/^(?:return|exchange|repair): applied choice\[automatic\]/, 'only a refund is approved without a person'],
  [/ repayFreight(?:\[notHeld\])? -> stays$/, 'the chart is asked whether freight may be repaid; it is paid by the book, without a step'],
];

/** Why a transition is never taken; undefined where it could be. */
export const whyNever = (transition: string): string | undefined => NAMED_TRANSITIONS.find(([name]) => name.test(transition))?.[1];

/** Every code that a decision or the host can give. */
export const REACHABLE_CODES: readonly RefusalCode[] = (Object.keys(REFUSALS) as RefusalCode[]).filter(
  (code) => !OF_THE_EDGE.includes(code),
);
