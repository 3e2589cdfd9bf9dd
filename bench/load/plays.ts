import { buyerOf, HOT_ORDER, orderNoOf } from '../orders.js';
import type { Answer } from './connection.js';
import { randomCommands } from './randomCommands.js';
import { applyWire, approveWire, listWire, paidWire, quoteWire, withdrawWire, written } from './requests.js';
import { idIn, type Range, type Script, type Stage, succeeded, tokenOf } from './scripts.js';

/** Which script, over which orders. `key` makes idempotency keys unique among all plays of a run. */
export interface Play extends Range {
  readonly kind: keyof typeof SCRIPTS;
  readonly key: string;
}

const SCRIPTS = { apply, applyAgain, approve, lifecycle, applyAndWithdraw, hotOrder, quote, list, random: randomCommands };

export const play = (stage: Stage, plan: Play): Script => SCRIPTS[plan.kind](stage, plan);

interface Order {
  readonly orderNo: string;
  readonly buyer: number;
  readonly serial: number;
}

interface Orders {
  next(): Order | undefined;
  used(): number;
}

const orderOf = (serial: number): Order => ({ orderNo: orderNoOf(serial), buyer: buyerOf(serial), serial });

function ordersOf({ from, to }: Range): Orders {
  let index = from;
  return { next: () => (index < to ? orderOf(index++) : undefined), used: () => index - from };
}

function hotOrders(): Orders {
  let serial = 0;
  return { next: () => ({ orderNo: HOT_ORDER, buyer: 0, serial: serial++ }), used: () => 0 };
}

const applyText = ({ voices }: Stage, key: string, { orderNo, buyer, serial }: Order): string =>
  written(applyWire(tokenOf(voices, buyer), `${key}-${serial}`, orderNo));

function apply(stage: Stage, plan: Play): Script {
  const orders = ordersOf(plan);
  return {
    used: orders.used,
    next: () => {
      const order = orders.next();
      return order && applyText(stage, plan.key, order);
    },
    judge: (_lane, answer) => {
      if (!succeeded(answer, 201)) return 'wrong';
      stage.applied.put(idIn(answer));
      return 'done';
    },
  };
}

/** Applications that may be turned away for lack of room: their orders are tried again later. */
function applyAgain(stage: Stage, plan: Play): Script {
  const orders = ordersOf(plan);
  const again: Order[] = [];
  const asked = new Map<number, Order>();
  return {
    used: orders.used,
    next: (lane) => {
      const order = again.pop() ?? orders.next();
      if (order === undefined) return undefined;
      asked.set(lane, order);
      return applyText(stage, plan.key, order);
    },
    judge: (lane, answer) => {
      const order = asked.get(lane);
      if (answer.status === 503 && order !== undefined) again.push(order);
      return succeeded(answer, 201) ? 'done' : 'wrong';
    },
  };
}

function approve({ voices, applied }: Stage, { key }: Play): Script {
  return {
    used: () => 0,
    next: () => {
      const id = applied.take();
      return id && written(approveWire(voices.merchant, `${key}-${id}`, id));
    },
    judge: (_lane, answer) => (succeeded(answer, 200) ? 'done' : 'wrong'),
  };
}

/** Apply, approve, and the gateway's word that it has paid: three requests are one unit of work. */
function lifecycle(stage: Stage, plan: Play): Script {
  const { voices, seconds } = stage;
  const orders = ordersOf(plan);
  const lanes = new Map<number, { readonly step: 'approve' | 'paid'; readonly id: string }>();
  return {
    used: orders.used,
    next: (lane) => {
      const { step, id } = lanes.get(lane) ?? { step: 'apply', id: '' };
      if (step === 'approve') return written(approveWire(voices.merchant, `${plan.key}-${id}`, id));
      if (step === 'paid') return written(paidWire(voices.gatewaySecret, id, seconds()));
      const order = orders.next();
      return order && applyText(stage, plan.key, order);
    },
    judge: (lane, answer) => {
      const before = lanes.get(lane);
      lanes.delete(lane);
      if (!succeeded(answer, before === undefined ? 201 : 200)) return 'wrong';
      if (before?.step === 'paid') return 'done';
      lanes.set(lane, before === undefined ? { step: 'approve', id: idIn(answer) } : { step: 'paid', id: before.id });
      return 'step';
    },
  };
}

function applyAndWithdraw(stage: Stage, plan: Play): Script {
  return applyingAndWithdrawing(stage, plan.key, ordersOf(plan));
}

function hotOrder(stage: Stage, plan: Play): Script {
  return applyingAndWithdrawing(stage, plan.key, hotOrders());
}

/** Each lane applies for one piece and withdraws it again; either is a unit of work. */
function applyingAndWithdrawing(stage: Stage, key: string, orders: Orders): Script {
  const { voices } = stage;
  const lanes = new Map<number, { readonly buyer: number; readonly id: string | undefined }>();
  return {
    used: orders.used,
    next: (lane) => {
      const open = lanes.get(lane);
      if (open?.id !== undefined) return written(withdrawWire(tokenOf(voices, open.buyer), `${key}-${open.id}`, open.id));
      const order = orders.next();
      if (order === undefined) return undefined;
      lanes.set(lane, { buyer: order.buyer, id: undefined });
      return applyText(stage, key, order);
    },
    judge: (lane, answer) => {
      const { buyer, id } = lanes.get(lane) ?? { buyer: 0, id: undefined };
      lanes.delete(lane);
      if (!succeeded(answer, id === undefined ? 201 : 200)) return 'wrong';
      if (id === undefined) lanes.set(lane, { buyer, id: idIn(answer) });
      return 'done';
    },
  };
}

/** Round and round over its orders, which it leaves as they are. */
function quote({ voices }: Stage, { from, to }: Play): Script {
  let index = from;
  return {
    used: () => 0,
    next: () => {
      const { buyer, orderNo } = orderOf(index);
      index = index + 1 < to ? index + 1 : from;
      return written(quoteWire(tokenOf(voices, buyer), orderNo));
    },
    judge: (_lane, answer) => (answer.status === 200 ? 'done' : 'wrong'),
  };
}

/** The newest after-sales of a merchant's shop; an empty list would be too easy. */
function list({ voices }: Stage): Script {
  const request = written(listWire(voices.merchant));
  return {
    used: () => 0,
    next: () => request,
    judge: (_lane, { status, body }: Answer) => (status === 200 && body.startsWith('{"items":[{') ? 'done' : 'wrong'),
  };
}
