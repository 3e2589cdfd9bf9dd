import { v5 } from 'uuid';
import type { AskAnswer, PartnerEvent, PayAnswer, PayRequest, Settled } from '../../actors/partners.js';
import type { Clock } from '../../actors/ports.js';
import { instant } from '../../domain/ids.js';
import type { CallbackSink, Pause } from '../ports.js';
import type { GatewayLedger, Payment } from './gatewayLedger.js';
import type { GatewayPlans, PayPlan } from './gatewayPlans.js';
import { tellUntilTaken } from './telling.js';

export interface GatewayParts {
  readonly ledger: GatewayLedger;
  readonly plans: GatewayPlans;
  readonly callbacks: CallbackSink;
  readonly clock: Clock;
  readonly pause: Pause;
}

/** How often, and how much in all, was paid under a payout's key, whatever the attempts. */
export interface PaidOut {
  readonly payments: number;
  readonly amount: number;
}

/** No answer came in time: it may have been paid or not. */
export class GatewayTimeout extends Error {
  override readonly name = 'GatewayTimeout';
}

const REFERENCES = '3f1f9d2e-8a4f-5b0e-9d53-4cf3c0a1e7b2';
const DECLINE_CODE = 'simulated.decline';

/**
 * A payment gateway that moves no money. It takes every attempt once, however often it is sent, and pays
 * each new attempt as a real one would: should the service ever make one too many, `paidOut` shows it.
 */
export function simulatedGateway(parts: GatewayParts) {
  const { ledger, plans, clock, pause } = parts;
  const settled = (payment: Payment): Settled | undefined => (payment.settlesAt <= clock.now() ? saying(payment) : undefined);
  return {
    pay: async (request: PayRequest): Promise<PayAnswer> => {
      const plan = plans.pay(request);
      if (plan.how !== 'lostBefore') enter(parts, request, plan);
      if (plan.answerMs > 0) await pause(plan.answerMs);
      if (plan.how === 'lostBefore' || plan.how === 'lostAfter') throw new GatewayTimeout(`no answer to ${request.key}`);
      const payment = ledger.find(request.key, request.attempt);
      return (payment && settled(payment)) ?? { outcome: 'accepted' };
    },
    ask: async (key: string, attempt: number): Promise<AskAnswer> => {
      const plan = plans.ask(key, attempt);
      if (plan.answerMs > 0) await pause(plan.answerMs);
      if (plan.lost) throw new GatewayTimeout(`no answer to a question about ${key}`);
      const payment = ledger.find(key, attempt);
      return payment === undefined ? { outcome: 'notFound' } : (settled(payment) ?? { outcome: 'pending' });
    },
    paidOut: (key: string): PaidOut => {
      const paid = ledger.of(key).filter(({ outcome }) => outcome === 'paid');
      return { payments: paid.length, amount: paid.reduce((sum, { amount }) => sum + amount, 0) };
    },
  };
}

export type SimulatedGateway = ReturnType<typeof simulatedGateway>;

const saying = ({ outcome, word }: Payment): Settled => (outcome === 'paid' ? { outcome, reference: word } : { outcome, code: word });

const referenceOf = ({ key, attempt }: { readonly key: string; readonly attempt: number }): string =>
  `sim-${v5(JSON.stringify([key, attempt]), REFERENCES)}`;

/** A new attempt takes effect at once, long before its answer; a known one has no further effect. */
function enter(parts: GatewayParts, request: PayRequest, plan: PayPlan): void {
  const { key, attempt, amount, currency } = request;
  const known = parts.ledger.find(key, attempt);
  if (known !== undefined) {
    if (known.amount === amount && known.currency === currency) return;
    throw new Error(`attempt ${attempt} of ${key} was ${known.amount} ${known.currency} before, now it is ${amount} ${currency}`);
  }
  const word = plan.outcome === 'paid' ? referenceOf(request) : DECLINE_CODE;
  const payment: Payment = {
    key,
    attempt,
    amount,
    currency,
    outcome: plan.outcome,
    word,
    settlesAt: instant(parts.clock.now() + plan.settleMs),
  };
  parts.ledger.put(payment);
  plan.callbacks.forEach((callback, index) => {
    void callBack(parts, payment, callback, index);
  });
}

async function callBack(parts: GatewayParts, payment: Payment, callback: PayPlan['callbacks'][number], index: number): Promise<void> {
  const { key: payoutKey, attempt } = payment;
  await parts.pause(callback.afterMs);
  if (callback.says === 'paid' && payment.outcome === 'declined') {
    parts.ledger.put({ ...payment, outcome: 'paid', word: referenceOf(payment) });
  }
  const event: PartnerEvent = {
    eventId: `${payoutKey}/${attempt}/${index}`,
    payoutKey,
    attempt,
    ...(callback.says === 'paid'
      ? { type: 'payout.paid', reference: referenceOf(payment) }
      : { type: 'payout.declined', code: DECLINE_CODE }),
  };
  for (let time = 0; time < callback.times; time += 1) await tellUntilTaken(parts, event);
}
