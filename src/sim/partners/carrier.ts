import type { PickupRequest } from '../../actors/partners.js';
import type { Carrier } from '../../jobs/ports.js';
import { callbacksOf } from '../../partners/callbacks.js';
import { tellUntilTaken } from '../../partners/simulated/telling.js';
import { type Ground, OUTSIDE } from '../ground.js';
import type { Caller } from '../hosts/calls.js';
import type { Receiver } from '../hosts/receiver.js';
import { hashOf } from '../random.js';

const COLLECT_MS = 20 * 3_600_000;
const TRANSIT_MS = 40 * 3_600_000;

/** Carriers collect what they are asked to, and tell of it: now and then twice, in the wrong order, or that it is lost. */
export function worldCarrier(ground: Ground, receiver: Receiver) {
  const { scheduler, faults, latency, store } = ground;
  const underway = new Set<string>();
  const outside = <T>(label: string, run: () => Promise<T>) => scheduler.call(latency.next('carrier'), OUTSIDE, label, run);
  const pause = (milliseconds: number) => scheduler.pause(milliseconds, OUTSIDE, 'carrier');
  const callbacks = callbacksOf('carrier', {
    host: { send: (envelope, principal) => receiver.deliver(envelope, principal) },
    payouts: { findPayout: (key) => outside('event finds payout', () => store.reads.findPayout(key)) },
    books: { findBookOf: (id) => outside('event finds book', () => store.books.findBookOf(id)) },
  });
  const telling = { callbacks, pause };

  async function move({ key, afterSaleId }: PickupRequest, shipmentNo: string): Promise<void> {
    const lost = faults.happens('carrier.lost', key);
    const times = faults.happens('carrier.repeated', key) ? 2 : 1;
    const collected = { eventId: `${shipmentNo}/collected`, type: 'parcel.handedOver', afterSaleId, trackingNo: shipmentNo } as const;
    const arrived = { eventId: `${shipmentNo}/arrived`, type: lost ? 'parcel.lost' : 'parcel.received', afterSaleId } as const;
    const events = faults.happens('carrier.disorder', key) ? [arrived, collected] : [collected, arrived];
    for (const [index, event] of events.entries()) {
      await pause(faults.draw(`${key} ${index}`, index === 0 ? COLLECT_MS : TRANSIT_MS));
      for (let time = 0; time < times; time += 1) await tellUntilTaken(telling, event);
    }
  }

  return {
    portOf: (caller: Caller): Carrier => ({
      requestPickup: (request) =>
        scheduler.call(latency.next('carrier'), caller.owner, `pickup ${request.key}`, () => {
          if (faults.happens('host.crashAfter', `pickup ${request.key}`)) caller.crash();
          const shipmentNo = `SIM-${hashOf(request.key).toString(36)}`;
          if (!underway.has(request.key)) {
            underway.add(request.key);
            void move(request, shipmentNo);
          }
          return { shipmentNo };
        }),
    }),
  };
}
export type WorldCarrier = ReturnType<typeof worldCarrier>;
