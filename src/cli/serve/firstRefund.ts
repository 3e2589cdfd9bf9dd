import { idsOf } from '../../actors/bookContext.js';
import type { Application } from '../../actors/command.js';
import { callerOf } from '../../actors/principal.js';
import type { AfterSaleId } from '../../domain/ids.js';
import type { Order, OrderLine } from '../../domain/order.js';
import { isRefusal } from '../../domain/refusals.js';
import type { Core } from '../../redress.js';
import { canonicalJson, parseJson } from '../../server/edge/canonical.js';
import { commandIdOf, requestHash } from '../../server/edge/keys.js';
import type { TokenHolder } from '../../server/tokens.js';

/** A refund that can be taken through now, in three requests. */
export interface FirstRefund {
  readonly order: Order;
  readonly line: OrderLine;
  /** what it will give back, minor units */
  readonly amount: number;
  readonly buyer: TokenHolder;
  readonly requests: readonly [apply: Shown, approve: Shown, look: Shown];
}

export interface Shown {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly role: 'user' | 'merchant';
  readonly idempotencyKey?: string;
  readonly body?: string;
}

const APPLY_PATH = '/v1/user/after-sales';
/** Where a stranger begins: three towels of 35.00 with 20.00 off, whose cents do not come out even. */
const FAVOURITE = 'E-1005';

/** Something to prove with; an application links evidence by the SHA-256 of its content. */
const EVIDENCE = [
  {
    kind: 'photo',
    url: 'https://example.com/parcel.jpg',
    sha256: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
  },
] as const;

/** The first example order of which a piece can be refunded now; undefined where all are used up or too old. */
export async function findFirstRefund(core: Pick<Core, 'host'>, orders: readonly Order[]): Promise<FirstRefund | undefined> {
  const candidates = orders.toSorted((a, b) => Number(b.orderNo === FAVOURITE) - Number(a.orderNo === FAVOURITE));
  for (const order of candidates) {
    for (const line of order.lines) {
      const found = await refundOf(core, order, line);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

async function refundOf({ host }: Pick<Core, 'host'>, order: Order, line: OrderLine): Promise<FirstRefund | undefined> {
  const { shopId, orderNo, platform, buyerUid } = order;
  const buyer = { role: 'user', platform, buyerUid } as const;
  const asked = {
    type: 'refund',
    reason: 'missing',
    claim: { kind: 'unit' },
    selection: [{ lineNo: line.lineNo, quantity: 1 }],
    evidence: EVIDENCE,
  } as const satisfies Omit<Application, 'origin'>;
  const quote = await host.quote({ shopId, orderNo }, { ...asked, origin: 'own' }, buyer);
  if (isRefusal(quote) || quote.refund.amount === 0) return undefined;
  const name = `${orderNo}-${quote.version}`;
  const body = JSON.stringify({ shopId, orderNo, ...asked });
  const apply: Shown = { method: 'POST', path: APPLY_PATH, role: 'user', idempotencyKey: `apply-${name}`, body };
  const id = idOfApplication(buyer, `apply-${name}`, body, quote.version + 1);
  const approve: Shown = {
    method: 'POST',
    path: `/v1/merchant/after-sales/${id}/approve`,
    role: 'merchant',
    idempotencyKey: `approve-${name}`,
    body: '{}',
  };
  const look: Shown = { method: 'GET', path: `${APPLY_PATH}/${id}`, role: 'user' };
  return { order, line, amount: quote.refund.amount, buyer, requests: [apply, approve, look] };
}

/** The id that an application will have: ids derive from caller, key, body and the version that the order will have. */
function idOfApplication(buyer: TokenHolder, key: string, body: string, version: number): AfterSaleId {
  const parsed = parseJson(body);
  if (isRefusal(parsed)) throw new Error(`the first application is ${parsed.code}`);
  const hash = requestHash('POST', APPLY_PATH, canonicalJson(parsed.value));
  return idsOf(commandIdOf(callerOf(buyer), { key, hash })).afterSale(version);
}
