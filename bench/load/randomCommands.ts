import { buyerOf, orderNoOf } from '../orders.js';
import { applyWire, approveWire, noteWire, orderWire, paidWire, quoteWire, type Wire, withdrawWire, written } from './requests.js';
import { idIn, type Range, type Script, type Stage, succeeded, tokenOf } from './scripts.js';

/**
 * The same random commands whenever they are played: each lane has orders and a generator of its own, so that
 * what it does depends on nothing that the others do.
 */

export const RANDOM_COMMANDS = 50_000;
const LANES = 64;
/** Pieces of the first line, which applications ask for one by one. */
const PIECES = 3;

/** What a lane knows of one of its orders. */
interface Known {
  readonly serial: number;
  /** the open after-sale, and how far it is */
  open: { readonly id: string; readonly state: 'reviewing' | 'paying' } | undefined;
  /** pieces that were paid back or are about to be */
  spent: number;
}

type Act = 'apply' | 'withdraw' | 'approve' | 'paid' | 'note' | 'quote' | 'look';

interface Lane {
  readonly draw: () => number;
  readonly orders: Map<number, Known>;
  given: number;
  doing: { readonly act: Act; readonly known: Known } | undefined;
}

export function randomCommands(stage: Stage, { from, to, key }: Range & { readonly key: string }): Script {
  const lanes = new Map<number, Lane>();
  const laneOf = (number: number): Lane => {
    const lane = lanes.get(number) ?? { draw: drawFrom(number + 1), orders: new Map(), given: 0, doing: undefined };
    lanes.set(number, lane);
    return lane;
  };
  return {
    used: () => to - from,
    next: (number) => {
      const lane = laneOf(number);
      if (lane.given >= RANDOM_COMMANDS / LANES) return undefined;
      lane.given += 1;
      const known = orderIn(lane, number, { from, to });
      const act = actOn(known, lane.draw());
      lane.doing = { act, known };
      return written(wireOf(stage, `${key}-${number}-${lane.given}`, act, known));
    },
    judge: (number, answer) => {
      const doing = laneOf(number).doing;
      if (doing === undefined || !succeeded(answer, doing.act === 'apply' ? 201 : 200)) return 'wrong';
      took(doing.act, doing.known, doing.act === 'apply' ? idIn(answer) : '');
      return 'done';
    },
  };
}

/** One of the lane's own orders: those whose index leaves its number when divided by the lanes. */
function orderIn(lane: Lane, number: number, { from, to }: Range): Known {
  const count = Math.floor((to - from) / LANES);
  const serial = from + number + LANES * Math.floor(lane.draw() * count);
  const known = lane.orders.get(serial) ?? { serial, open: undefined, spent: 0 };
  lane.orders.set(serial, known);
  return known;
}

function actOn({ open, spent }: Known, drawn: number): Act {
  if (open === undefined && spent === PIECES) return 'look';
  if (open === undefined) return drawn < 0.75 ? 'apply' : 'quote';
  if (open.state === 'paying') return drawn < 0.7 ? 'paid' : 'note';
  if (drawn < 0.4) return 'approve';
  if (drawn < 0.75) return 'withdraw';
  return 'note';
}

function wireOf({ voices, seconds }: Stage, key: string, act: Act, { serial, open }: Known): Wire {
  const [token, id] = [tokenOf(voices, buyerOf(serial)), open?.id ?? ''];
  switch (act) {
    case 'apply':
      return applyWire(token, key, orderNoOf(serial));
    case 'withdraw':
      return withdrawWire(token, key, id);
    case 'approve':
      return approveWire(voices.merchant, key, id);
    case 'paid':
      return paidWire(voices.gatewaySecret, id, seconds());
    case 'note':
      return noteWire(token, key, id, '{"text":"Is there any news?"}');
    case 'quote':
      return quoteWire(token, orderNoOf(serial));
    case 'look':
      return orderWire(token, orderNoOf(serial));
  }
}

function took(act: Act, known: Known, id: string): void {
  if (act === 'apply') known.open = { id, state: 'reviewing' };
  if (act === 'withdraw' || act === 'paid') known.open = undefined;
  if (act === 'approve' && known.open !== undefined) {
    known.open = { ...known.open, state: 'paying' };
    known.spent += 1;
  }
}

/** A small generator of random numbers from 0 to below 1 (mulberry32). */
function drawFrom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
