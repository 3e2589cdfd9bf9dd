import { v5 } from 'uuid';
import type { PartnerEvent, PickupAnswer, PickupRequest } from '../../actors/partners.js';
import type { Between, CallbackSink, Chance, Draw, Pause } from '../ports.js';
import { happens, within } from './gatewayPlans.js';
import { tellUntilTaken } from './telling.js';

/** How parcels move by themselves. */
export interface CarrierBehaviour {
  /** until it is collected */
  readonly collect: Between;
  /** from there to the merchant */
  readonly transit: Between;
  readonly lost: Chance;
}

export interface CarrierParts {
  readonly callbacks: CallbackSink;
  readonly pause: Pause;
  readonly draw: Draw;
  /** undefined: it gives numbers, and whoever plays the carrier moves the parcels */
  readonly behaviour: CarrierBehaviour | undefined;
}

const SHIPMENTS = '0d1c8a3b-5a5b-5d7e-8f3a-9a1f0c6e2b44';

/** A carrier without vans. The number comes from the key alone, so it is the same after a restart too. */
export function simulatedCarrier(parts: CarrierParts) {
  const underway = new Set<string>();
  return {
    requestPickup: async (request: PickupRequest): Promise<PickupAnswer> => {
      const shipmentNo = `SIM-${v5(request.key, SHIPMENTS).slice(0, 18).toUpperCase()}`;
      if (parts.behaviour !== undefined && !underway.has(shipmentNo)) {
        underway.add(shipmentNo);
        void move(parts, parts.behaviour, request, shipmentNo).then(() => underway.delete(shipmentNo));
      }
      return { shipmentNo };
    },
  };
}

/** Events are named after the shipment: told twice, they count once. */
async function move(parts: CarrierParts, behaviour: CarrierBehaviour, { afterSaleId }: PickupRequest, shipmentNo: string): Promise<void> {
  await parts.pause(within(parts.draw, behaviour.collect));
  const collected: PartnerEvent = {
    ...{ eventId: `${shipmentNo}/collected`, type: 'parcel.handedOver', afterSaleId },
    ...{ courier: 'simulated', trackingNo: shipmentNo },
  };
  await tellUntilTaken(parts, collected);
  await parts.pause(within(parts.draw, behaviour.transit));
  const type = happens(parts.draw, behaviour.lost) ? 'parcel.lost' : 'parcel.received';
  await tellUntilTaken(parts, { eventId: `${shipmentNo}/arrived`, type, afterSaleId });
}
