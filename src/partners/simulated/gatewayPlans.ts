import type { PayRequest } from '../../actors/partners.js';
import type { Between, Chance, Draw } from '../ports.js';

/** How a gateway takes one request. */
export interface PayPlan {
  /** what becomes of the attempt, if it is new */
  readonly outcome: 'paid' | 'declined';
  /**
   * `answered`, once it is settled · `accepted`, to be settled later · `lostBefore`: the request never
   * arrives · `lostAfter`: it takes effect, and the answer is lost
   */
  readonly how: 'answered' | 'accepted' | 'lostBefore' | 'lostAfter';
  /** until the answer */
  readonly answerMs: number;
  /** until an accepted one is settled */
  readonly settleMs: number;
  /** what it tells by itself of a new attempt; `paid` after a decline moves the money, `declined` after a payment does not */
  readonly callbacks: readonly { readonly afterMs: number; readonly says: 'paid' | 'declined'; readonly times: number }[];
}

export interface AskPlan {
  readonly answerMs: number;
  readonly lost: boolean;
}

/** What a gateway is going to do; by a script, or by chance. */
export interface GatewayPlans {
  pay(request: PayRequest): PayPlan;
  ask(key: string, attempt: number): AskPlan;
}

/** How often a gateway does what. */
export interface GatewayBehaviour {
  readonly answer: Between;
  readonly declined: Chance;
  readonly accepted: Chance;
  readonly lostBefore: Chance;
  readonly lostAfter: Chance;
  readonly askLost: Chance;
  readonly settle: Between;
  /** how often it calls back where it need not, and does not where it should */
  readonly calledBack: Chance;
  readonly callbackLost: Chance;
  readonly callback: Between;
  readonly callbackLate: Chance;
  readonly late: Between;
  readonly callbackRepeated: Chance;
  /** a callback that says `declined` of what was paid */
  readonly contradicted: Chance;
  /** money that moves after a decline was answered */
  readonly paidAfterDecline: Chance;
}

export const NEVER: Chance = { of: 0, outOf: 1 };
const AT_ONCE: Between = { leastMs: 0, mostMs: 0 };

/** Pays everything at once. */
export const WELL_BEHAVED: GatewayBehaviour = {
  answer: AT_ONCE,
  declined: NEVER,
  accepted: NEVER,
  lostBefore: NEVER,
  lostAfter: NEVER,
  askLost: NEVER,
  settle: { leastMs: 1_000, mostMs: 5_000 },
  calledBack: NEVER,
  callbackLost: NEVER,
  callback: AT_ONCE,
  callbackLate: NEVER,
  late: { leastMs: 60_000, mostMs: 3_600_000 },
  callbackRepeated: NEVER,
  contradicted: NEVER,
  paidAfterDecline: NEVER,
};

/** Whether something of this chance happens, by the next draw. */
export const happens = (draw: Draw, { of, outOf }: Chance): boolean => of > 0 && draw.below(outOf) < of;

/** A delay between both bounds, which are included, by the next draw; milliseconds. */
export const within = (draw: Draw, { leastMs, mostMs }: Between): number =>
  leastMs === mostMs ? leastMs : leastMs + draw.below(mostMs - leastMs + 1);

/** Plans by chance. Each request draws anew, a repeated one too. */
export function plansByChance(behaviour: GatewayBehaviour, draw: Draw): GatewayPlans {
  return {
    pay: () => {
      const outcome = happens(draw, behaviour.declined) ? 'declined' : 'paid';
      const how = drawHow(behaviour, draw);
      const settleMs = how === 'accepted' ? within(draw, behaviour.settle) : 0;
      const callbacks = [
        ...drawCallback(behaviour, draw, outcome, how, settleMs),
        ...drawContradiction(behaviour, draw, outcome, settleMs),
      ];
      return { outcome, how, answerMs: within(draw, behaviour.answer), settleMs, callbacks };
    },
    ask: () => ({ answerMs: within(draw, behaviour.answer), lost: happens(draw, behaviour.askLost) }),
  };
}

function drawHow({ lostBefore, lostAfter, accepted }: GatewayBehaviour, draw: Draw): PayPlan['how'] {
  if (happens(draw, lostBefore)) return 'lostBefore';
  if (happens(draw, lostAfter)) return 'lostAfter';
  return happens(draw, accepted) ? 'accepted' : 'answered';
}

function drawCallback(
  behaviour: GatewayBehaviour,
  draw: Draw,
  says: PayPlan['outcome'],
  how: PayPlan['how'],
  settleMs: number,
): PayPlan['callbacks'] {
  const told = how === 'accepted' ? !happens(draw, behaviour.callbackLost) : happens(draw, behaviour.calledBack);
  if (!told) return [];
  const afterMs = settleMs + within(draw, happens(draw, behaviour.callbackLate) ? behaviour.late : behaviour.callback);
  return [{ afterMs, says, times: happens(draw, behaviour.callbackRepeated) ? 2 + draw.below(2) : 1 }];
}

function drawContradiction(behaviour: GatewayBehaviour, draw: Draw, outcome: PayPlan['outcome'], settleMs: number): PayPlan['callbacks'] {
  const contradicts = happens(draw, outcome === 'paid' ? behaviour.contradicted : behaviour.paidAfterDecline);
  if (!contradicts) return [];
  return [{ afterMs: settleMs + within(draw, behaviour.late), says: outcome === 'paid' ? 'declined' : 'paid', times: 1 }];
}
