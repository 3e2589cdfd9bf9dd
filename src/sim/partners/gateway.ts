import type { AskAnswer, PayAnswer, PayRequest } from '../../actors/partners.js';
import { instant } from '../../domain/ids.js';
import type { PaymentGateway } from '../../jobs/ports.js';
import { callbacksOf } from '../../partners/callbacks.js';
import { simulatedGateway } from '../../partners/simulated/gateway.js';
import { type GatewayLedger, memoryLedger, type Payment } from '../../partners/simulated/gatewayLedger.js';
import { type Ground, OUTSIDE, trueNow } from '../ground.js';
import type { Caller } from '../hosts/calls.js';
import type { Receiver } from '../hosts/receiver.js';
import { plansByFaults } from './plans.js';

/** What is heard of a gateway by who judges: the truth about money. */
export interface GatewayListener {
  asked(request: PayRequest): void;
  moved(payment: Payment, before: Payment | undefined): void;
}

function heardLedger(listener: GatewayListener): GatewayLedger {
  const ledger = memoryLedger();
  return {
    ...ledger,
    put: (payment) => {
      const before = ledger.find(payment.key, payment.attempt);
      ledger.put(payment);
      listener.moved(payment, before);
    },
  };
}

/** The one gateway of a simulation: the shipped one, with the faults of the run. It lives outside of all hosts. */
export function worldGateway(ground: Ground, receiver: Receiver, listener: GatewayListener) {
  const { scheduler, faults, latency, store } = ground;
  const pause = (milliseconds: number) => scheduler.pause(milliseconds, OUTSIDE, 'gateway');
  const outside = <T>(label: string, run: () => Promise<T>) => scheduler.call(latency.next('gateway'), OUTSIDE, label, run);
  const callbacks = callbacksOf('gateway', {
    host: { send: (envelope, principal) => receiver.deliver(envelope, principal) },
    payouts: { findPayout: (key) => outside('callback finds payout', () => store.reads.findPayout(key)) },
    books: { findBookOf: (id) => outside('callback finds book', () => store.books.findBookOf(id)) },
  });
  const clock = { now: () => instant(trueNow(ground)) };
  const gateway = simulatedGateway({ ledger: heardLedger(listener), plans: plansByFaults(faults), callbacks, clock, pause });

  const counts = new Map<string, number>();
  const occasionOf = (label: string): string => {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    return `${label} ${count}`;
  };

  /** Answers reach only hosts that still live; one may crash with the answer in its hands. */
  const toHost = <T>(caller: Caller, label: string, answer: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const told = (tell: () => void) => {
        const occasion = occasionOf(label);
        scheduler.after(latency.next('gateway'), caller.owner, label, () =>
          faults.happens('host.crashAfter', occasion) ? caller.crash() : tell(),
        );
      };
      answer.then(
        (value) => told(() => resolve(value)),
        (error: unknown) => told(() => reject(error)),
      );
    });

  return {
    paidOut: gateway.paidOut,
    portOf: (caller: Caller): PaymentGateway => ({
      pay: (request): Promise<PayAnswer> =>
        toHost(
          caller,
          `paid? ${request.key}`,
          outside(`pay ${request.key}/${request.attempt}`, () => Promise.resolve()).then(() => {
            listener.asked(request);
            return gateway.pay(request);
          }),
        ),
      ask: (key, attempt): Promise<AskAnswer> => toHost(caller, `asked ${key}`, gateway.ask(key, attempt)),
    }),
  };
}
export type WorldGateway = ReturnType<typeof worldGateway>;
