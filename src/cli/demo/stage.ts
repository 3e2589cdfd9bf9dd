import { v5 } from 'uuid';
import type { BookCommand, Envelope } from '../../actors/command.js';
import type { Reply } from '../../actors/ports.js';
import type { Principal } from '../../actors/principal.js';
import type { AfterSaleView } from '../../actors/views.js';
import { type BookKey, commandId } from '../../domain/ids.js';
import type { Order } from '../../domain/order.js';
import { isRefusal } from '../../domain/refusals.js';
import { shiftToYesterday } from '../../domain/shiftOrder.js';
import { type Core, openCore } from '../../redress.js';
import type { MachineTime } from '../../server/clock.js';
import { refusalText } from '../failure.js';
import { readExample } from '../serve/examples.js';
import { readWhole, type WholeBook } from '../show/read.js';

/** Every id of the story derives from this one and a number, so that each telling is the same. */
const STORY = '5c2f2a3e-66f6-5c0b-9d0e-1a6b1c1f7f01';
/** A Monday morning. The story's clock stands still but where the story says that time passes. */
const BEGIN = Date.UTC(2026, 2, 2, 9, 0);

/** The stage of a story: the shipped core on data in memory, and those who act on it. */
export interface Stage {
  readonly order: Order;
  readonly buyer: Principal;
  readonly merchant: Principal;
  readonly operations: Principal;
  /** Gives a command that must be taken; the after-sale as the giver sees it then. */
  give(principal: Principal, command: BookCommand): Promise<AfterSaleView>;
  /** Gives a command and takes what comes. */
  tryTo(principal: Principal, command: BookCommand): Promise<Reply>;
  quote: Core['host']['quote'];
  /** Answers every payout that waits for its gateway as paid; gives their keys. */
  gatewayPays(): Promise<readonly string[]>;
  /** Tells again what was told before. */
  gatewayRepeats(payoutKey: string): Promise<Reply>;
  pass(milliseconds: number): void;
  read(): Promise<WholeBook>;
  close(): Promise<void>;
}

/** Opens a service in memory with one example order, and gives those who act in the story. Throws `CliFailure` where there is no such example. */
export async function openStage(example: string): Promise<Stage> {
  let elapsed = 0;
  const time: MachineTime = { wall: () => BEGIN, elapsed: () => elapsed };
  const core = await openCore({ dataDirectory: ':memory:', writer: 'inline' }, time);
  const [order] = shiftToYesterday([readExample(example)], core.clock.now());
  if (order === undefined) throw new Error('there is no order to tell of');
  const book: BookKey = { shopId: order.shopId, orderNo: order.orderNo };
  const gateway: Principal = { role: 'system', part: 'payouts' };
  let told = 0;

  const tryTo = (principal: Principal, command: BookCommand): Promise<Reply> => {
    told += 1;
    const envelope: Envelope = { id: commandId(v5(String(told), STORY)), book, command };
    return core.host.send(envelope, principal);
  };
  const demand = async (principal: Principal, command: BookCommand) => {
    const reply = await tryTo(principal, command);
    if (reply.kind === 'refused') throw new Error(`the story breaks off: ${refusalText(reply.refusal)}`);
    return reply;
  };
  const paid = (payoutKey: string): BookCommand => ({
    kind: 'payoutResult',
    payoutKey,
    attempt: 1,
    result: { outcome: 'paid', reference: `gateway-${payoutKey.split(':').slice(1).join('-')}` },
  });

  await demand({ role: 'platform', id: 'oms-1', platform: order.platform }, { kind: 'putOrder', order });
  return {
    order,
    buyer: { role: 'user', platform: order.platform, buyerUid: order.buyerUid },
    merchant: { role: 'merchant', id: 'desk-1', shops: [order.shopId] },
    operations: { role: 'operations', id: 'operator-1' },
    give: async (principal, command) => JSON.parse((await demand(principal, command)).body) as AfterSaleView,
    tryTo,
    quote: (key, application, principal) => core.host.quote(key, application, principal),
    async gatewayPays() {
      const page = await core.store.reads.payoutsInDoubt(['begun'], { limit: 100 });
      if (isRefusal(page)) throw new Error(refusalText(page));
      const keys = page.items.map(({ payout }) => payout.key);
      for (const key of keys) await demand(gateway, paid(key));
      return keys;
    },
    gatewayRepeats: (payoutKey) => tryTo(gateway, paid(payoutKey)),
    pass: (milliseconds) => {
      elapsed += milliseconds;
    },
    read: () => readWhole(core.store, book),
    close: () => core.store.close(),
  };
}
