import type { PayRequest, Settled } from '../../actors/partners.js';
import { dueAt } from '../../actors/payoutDue.js';
import type { Payout } from '../../actors/rows.js';
import type { PaymentGateway } from '../ports.js';

/** What a gateway says, and of which attempt; `why` explains what is not settled. */
export type Heard =
  | { readonly settled: Settled; readonly attempt: number }
  | { readonly settled: null; readonly outcome: 'accepted' | 'pending' | 'unknown'; readonly why: string };

/**
 * Hears what becomes of a payout's attempt: asked for first where it may have been sent before, and paid
 * where the gateway never saw it. Before any attempt but the first is paid, those before it are asked
 * about: a decline that came as a callback may be false, and one that was confirmed may be taken back. Should one
 * of them have been paid, nothing more is.
 */
export async function hearGateway(gateway: PaymentGateway, payout: Payout, askFirst: boolean): Promise<Heard> {
  const request = requestOf(payout);
  try {
    const known = askFirst ? await askFor(gateway, request, request.attempt) : undefined;
    return known ?? (await paidBefore(gateway, request)) ?? (await pay(gateway, request));
  } catch (error) {
    return silence(error);
  }
}

/** Hears what became of an attempt, and sends nothing. Undefined where the gateway never saw it. */
export async function hearAgain(gateway: PaymentGateway, key: string, attempt: number): Promise<Heard | undefined> {
  try {
    return await askFor(gateway, { key }, attempt);
  } catch (error) {
    return silence(error);
  }
}

/** Whatever went wrong, money may have moved: not even a bug of an adapter proves that it has not. */
const silence = (error: unknown): Heard => ({
  settled: null,
  outcome: 'unknown',
  why: `no answer: ${error instanceof Error ? error.message : String(error)}`,
});

function requestOf(payout: Payout): PayRequest {
  const { key, attempt, currency, way, tenderId, account } = payout;
  if (way === 'hand') throw new Error(`payout ${key} was paid by hand`);
  return { key, attempt, ...dueAt(payout, attempt), currency, way, tenderId, account };
}

/** Undefined for an attempt that the gateway never saw. */
async function askFor(gateway: PaymentGateway, { key }: Pick<PayRequest, 'key'>, attempt: number): Promise<Heard | undefined> {
  const answer = await gateway.ask(key, attempt);
  if (answer.outcome === 'paid' || answer.outcome === 'declined') return { settled: answer, attempt };
  if (answer.outcome === 'notFound') return undefined;
  return { settled: null, outcome: 'pending', why: `the gateway has not settled attempt ${attempt} yet` };
}

/** An earlier attempt that keeps this one from being paid: it was paid, or may still be. */
async function paidBefore(gateway: PaymentGateway, request: PayRequest): Promise<Heard | undefined> {
  for (let attempt = request.attempt - 1; attempt >= 1; attempt -= 1) {
    const earlier = await askFor(gateway, request, attempt);
    if (earlier !== undefined && earlier.settled?.outcome !== 'declined') return earlier;
  }
  return undefined;
}

async function pay(gateway: PaymentGateway, request: PayRequest): Promise<Heard> {
  const answer = await gateway.pay(request);
  if (answer.outcome !== 'accepted') return { settled: answer, attempt: request.attempt };
  return { settled: null, outcome: 'accepted', why: 'the gateway will settle it later' };
}
