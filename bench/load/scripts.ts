import { buyerOf, HOT_ORDER, orderNoOf } from '../orders.js';
import type { Answer } from './connection.js';
import { applyWire, approveWire, listWire, paidWire, quoteWire, type Voices, withdrawWire, written } from './requests.js';

/** What a connection sends, one request after the other, and how its answers are judged. */
export interface Script {
  /** the next request of this lane; undefined where there is nothing left to ask */
  next(lane: number): string | undefined;
  /** `done` ends one unit of work, `step` leads to the next request of the same unit, `wrong` was not what was asked for */
  judge(lane: number, answer: Answer): 'done' | 'step' | 'wrong';
}

/** Which script, over which orders (`from` included, `to` not). `key` makes idempotency keys unique. */
export type Play =
  | {
      readonly kind: 'apply' | 'lifecycle' | 'applyAndWithdraw' | 'quote';
      readonly from: number;
      readonly to: number;
      readonly key: string;
    }
  | { readonly kind: 'approve' | 'hotOrder'; readonly key: string }
  | { readonly kind: 'list' };

/** What outlasts one script: the after-sales that were applied for and that nobody has decided on. */
export interface Stage {
  readonly voices: Voices;
  readonly applied: Applied;
  /** seconds since 1970 */
  readonly seconds: () => number;
}

export interface Applied {
  put(afterSaleId: string): void;
  take(): string | undefined;
}

/** A script, and how many of its orders it has begun on so far. */
export interface Playing {
  readonly script: Script;
  used(): number;
}

export function play(stage: Stage, plan: Play): Playing {
  switch (plan.kind) {
    case 'apply':
      return applying(stage, plan);
    case 'approve':
      return approving(stage, plan.key);
    case 'lifecycle':
      return living(stage, plan);
    case 'applyAndWithdraw':
      return applyingAndWithdrawing(stage, plan.key, ordersOf(plan));
    case 'hotOrder':
      return applyingAndWithdrawing(stage, plan.key, endless(HOT_ORDER));
    case 'quote':
      return quoting(stage, plan);
    case 'list':
      return listing(stage);
  }
}

const succeeded = ({ status, head }: Answer, wanted: number): boolean => status === wanted && !head.includes('idempotency-replayed');

interface Orders {
  next(): { readonly orderNo: string; readonly buyer: number; readonly serial: number } | undefined;
  used(): number;
}

function ordersOf({ from, to }: { readonly from: number; readonly to: number }): Orders {
  let index = from;
  return {
    next: () => {
      if (index >= to) return undefined;
      const serial = index++;
      return { orderNo: orderNoOf(serial), buyer: buyerOf(serial), serial };
    },
    used: () => index - from,
  };
}

function endless(orderNo: string): Orders {
  let serial = 0;
  return { next: () => ({ orderNo, buyer: 0, serial: serial++ }), used: () => 0 };
}

const ID = '{"id":"';
const ID_LENGTH = 36;

/** A view begins with its id. */
const idIn = ({ body }: Answer): string => body.slice(ID.length, ID.length + ID_LENGTH);

const tokenOf = ({ buyers }: Voices, buyer: number): string => buyers[buyer] ?? '';

function applying({ voices, applied }: Stage, plan: { readonly from: number; readonly to: number; readonly key: string }): Playing {
  const orders = ordersOf(plan);
  return {
    used: orders.used,
    script: {
      next: () => {
        const order = orders.next();
        return order && written(applyWire(tokenOf(voices, order.buyer), `${plan.key}-${order.serial}`, order.orderNo));
      },
      judge: (_lane, answer) => {
        if (!succeeded(answer, 201)) return 'wrong';
        applied.put(idIn(answer));
        return 'done';
      },
    },
  };
}

function approving({ voices, applied }: Stage, key: string): Playing {
  return {
    used: () => 0,
    script: {
      next: () => {
        const id = applied.take();
        return id && written(approveWire(voices.merchant, `${key}-${id}`, id));
      },
      judge: (_lane, answer) => (succeeded(answer, 200) ? 'done' : 'wrong'),
    },
  };
}

/** Apply, approve, and the gateway's word that it has paid. */
function living({ voices, seconds }: Stage, plan: { readonly from: number; readonly to: number; readonly key: string }): Playing {
  const orders = ordersOf(plan);
  const lanes: { step: 'approve' | 'paid' | undefined; id: string }[] = [];
  const laneOf = (lane: number) => {
    lanes[lane] ??= { step: undefined, id: '' };
    return lanes[lane];
  };
  return {
    used: orders.used,
    script: {
      next: (number) => {
        const { step, id } = laneOf(number);
        if (step === 'approve') return written(approveWire(voices.merchant, `${plan.key}-${id}`, id));
        if (step === 'paid') return written(paidWire(voices.gatewaySecret, id, seconds()));
        const order = orders.next();
        return order && written(applyWire(tokenOf(voices, order.buyer), `${plan.key}-${order.serial}`, order.orderNo));
      },
      judge: (number, answer) => {
        const lane = laneOf(number);
        const before = lane.step;
        lane.step = undefined;
        if (!succeeded(answer, before === undefined ? 201 : 200)) return 'wrong';
        if (before === 'paid') return 'done';
        if (before === undefined) lane.id = idIn(answer);
        lane.step = before === undefined ? 'approve' : 'paid';
        return 'step';
      },
    },
  };
}

/** Each lane applies for one piece and withdraws it again; both are units of work. */
function applyingAndWithdrawing({ voices }: Stage, key: string, orders: Orders): Playing {
  const withdrawals = new Map<number, { readonly id: string; readonly buyer: number }>();
  const buyerOfLane = new Map<number, number>();
  return {
    used: orders.used,
    script: {
      next: (lane) => {
        const open = withdrawals.get(lane);
        if (open !== undefined) return written(withdrawWire(tokenOf(voices, open.buyer), `${key}-${open.id}`, open.id));
        const order = orders.next();
        if (order === undefined) return undefined;
        buyerOfLane.set(lane, order.buyer);
        return written(applyWire(tokenOf(voices, order.buyer), `${key}-${order.serial}`, order.orderNo));
      },
      judge: (lane, answer) => {
        const withdrawing = withdrawals.delete(lane);
        if (!succeeded(answer, withdrawing ? 200 : 201)) return 'wrong';
        if (!withdrawing) withdrawals.set(lane, { id: idIn(answer), buyer: buyerOfLane.get(lane) ?? 0 });
        return 'done';
      },
    },
  };
}

function quoting({ voices }: Stage, plan: { readonly from: number; readonly to: number }): Playing {
  let index = plan.from;
  return {
    used: () => 0,
    script: {
      next: () => {
        const serial = index;
        index = index + 1 < plan.to ? index + 1 : plan.from;
        return written(quoteWire(tokenOf(voices, buyerOf(serial)), orderNoOf(serial)));
      },
      judge: (_lane, answer) => (answer.status === 200 ? 'done' : 'wrong'),
    },
  };
}

function listing({ voices }: Stage): Playing {
  const request = written(listWire(voices.merchant));
  return {
    used: () => 0,
    script: {
      next: () => request,
      judge: (_lane, { status, body }) => (status === 200 && body.startsWith('{"items":[{') ? 'done' : 'wrong'),
    },
  };
}
