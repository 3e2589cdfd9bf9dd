import type { PaymentGateway } from '../../jobs/ports.js';
import { alone, type Saboteur } from './saboteur.js';

/** Saboteurs of what is said to the gateway, and heard of it. */

/** A key made anew whenever a request is sent. */
function freshKeys(gateway: PaymentGateway): PaymentGateway {
  let count = 0;
  return { ...gateway, pay: (request) => gateway.pay({ ...request, key: `${request.key}#${++count}` }) };
}

const silenceIsDecline = (gateway: PaymentGateway): PaymentGateway => ({
  pay: (request) => gateway.pay(request).catch(() => ({ outcome: 'declined', code: 'timeout' }) as const),
  ask: (key, attempt) => gateway.ask(key, attempt).catch(() => ({ outcome: 'declined', code: 'timeout' }) as const),
});

const acceptedIsPaid = (gateway: PaymentGateway): PaymentGateway => ({
  ...gateway,
  pay: async (request) => {
    const answer = await gateway.pay(request);
    return answer.outcome === 'declined' ? { outcome: 'paid', reference: 'assumed' } : answer;
  },
});

const twice = (gateway: PaymentGateway): PaymentGateway => ({
  ...gateway,
  pay: async (request) => {
    await gateway.pay(request);
    return gateway.pay({ ...request, attempt: request.attempt + 1 });
  },
});

const TIMEOUTS = { 'gateway.lostAfter': 3_000, 'gateway.lostBefore': 1_500 } as const;

export const PARTNER_SABOTEURS: readonly Saboteur[] = [
  alone('payout-key-anew', [4], 'a payout that is sent again has another key', { wrapGateway: freshKeys }, { rates: TIMEOUTS }),
  alone('unknown-is-failed', [4], 'a payout of unknown outcome counts as declined', { wrapGateway: silenceIsDecline }, { rates: TIMEOUTS }),
  alone(
    'declined-is-paid',
    [4],
    'a decline counts as a payment',
    { wrapGateway: acceptedIsPaid },
    { rates: { 'gateway.declined': 4_000 } },
  ),
  alone('two-attempts-at-once', [4], 'the next attempt does not wait for the one before', { wrapGateway: twice }),
];
