import type { AskPlan, GatewayPlans, PayPlan } from '../../partners/simulated/gatewayPlans.js';
import type { Faults } from '../faults.js';

const SOON_MS = 40;
const SLOW_MS = 90_000;
const LATE_MS = 6 * 3_600_000;

/** What the simulated gateway does with each request, by the faults of the run. */
export function plansByFaults(faults: Faults): GatewayPlans {
  const asked = new Map<string, number>();
  const occasionOf = (what: string, key: string, attempt: number): string => {
    const name = `${what} ${key} ${attempt}`;
    const count = (asked.get(name) ?? 0) + 1;
    asked.set(name, count);
    return `${name} ${count}`;
  };
  const answerMs = (occasion: string): number =>
    faults.happens('gateway.slow', occasion) ? faults.draw(occasion, SLOW_MS) : faults.draw(occasion, SOON_MS);
  return {
    pay: ({ key, attempt }): PayPlan => {
      const occasion = occasionOf('pay', key, attempt);
      // The outcome belongs to the attempt, whoever asks and however often.
      const outcome = faults.happens('gateway.declined', `outcome ${key} ${attempt}`) ? 'declined' : 'paid';
      const how = faults.happens('gateway.lostBefore', occasion)
        ? 'lostBefore'
        : faults.happens('gateway.lostAfter', occasion)
          ? 'lostAfter'
          : faults.happens('gateway.accepted', occasion)
            ? 'accepted'
            : 'answered';
      const settleMs = how === 'accepted' ? faults.draw(`settle ${occasion}`, LATE_MS) : 0;
      const callbacks = [...told(faults, occasion, outcome, how, settleMs), ...contradicted(faults, occasion, outcome, settleMs)];
      return { outcome, how, answerMs: answerMs(occasion), settleMs, callbacks };
    },
    ask: (key, attempt): AskPlan => {
      const occasion = occasionOf('ask', key, attempt);
      return { answerMs: answerMs(occasion), lost: faults.happens('gateway.askLost', occasion) };
    },
  };
}

function told(faults: Faults, occasion: string, says: 'paid' | 'declined', how: PayPlan['how'], settleMs: number): PayPlan['callbacks'] {
  const calls = how === 'accepted' || how === 'lostAfter' || faults.draw(`told ${occasion}`, 4) === 0;
  if (!calls || faults.happens('gateway.callbackLost', occasion)) return [];
  const lateMs = faults.happens('gateway.callbackLate', occasion) ? faults.draw(`late ${occasion}`, LATE_MS) : faults.draw(occasion, 2_000);
  const times = faults.happens('gateway.callbackRepeated', occasion) ? 2 + faults.draw(`times ${occasion}`, 2) : 1;
  return [{ afterMs: settleMs + lateMs, says, times }];
}

function contradicted(faults: Faults, occasion: string, outcome: 'paid' | 'declined', settleMs: number): PayPlan['callbacks'] {
  const kind = outcome === 'paid' ? 'gateway.contradicted' : 'gateway.paidAfterDecline';
  if (!faults.happens(kind, occasion)) return [];
  const afterMs = settleMs + faults.draw(`contradiction ${occasion}`, LATE_MS);
  return [{ afterMs, says: outcome === 'paid' ? 'declined' : 'paid', times: 1 }];
}
