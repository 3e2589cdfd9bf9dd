import { expect, it } from 'vitest';
import type { PartnerEvent } from '../../src/actors/partners.js';
import type { Carrier } from '../../src/jobs/ports.js';
import { type CarrierBehaviour, simulatedCarrier } from '../../src/partners/simulated/carrier.js';
import { NEVER } from '../../src/partners/simulated/gatewayPlans.js';
import { seededDraw } from '../jobs/payingWorld.js';
import { VirtualTime } from '../jobs/virtualTime.js';
import { idOf, keyOf } from '../store/commits.js';

function world(behaviour?: Partial<CarrierBehaviour>) {
  const time = new VirtualTime();
  const told: [number, PartnerEvent][] = [];
  const begun = time.clock.now();
  const callbacks = {
    tell: async (event: PartnerEvent) => {
      told.push([time.clock.now() - begun, event]);
      return undefined;
    },
  };
  const moves = { collect: { leastMs: 100, mostMs: 100 }, transit: { leastMs: 2_000, mostMs: 2_000 }, lost: NEVER };
  const parts = { callbacks, pause: time.pause, draw: seededDraw(1) };
  const carrier: Carrier = simulatedCarrier({ ...parts, behaviour: behaviour === undefined ? undefined : { ...moves, ...behaviour } });
  return { time, told, carrier };
}
const pickup = (key: string) => ({ key, book: keyOf(1), afterSaleId: idOf(1), address: null, time: null });

it('gives the same key the same shipment, after a restart too, and another key another', async () => {
  const { shipmentNo } = await world().carrier.requestPickup(pickup('pickup:1'));
  expect((await world().carrier.requestPickup(pickup('pickup:1'))).shipmentNo).toBe(shipmentNo);
  expect((await world().carrier.requestPickup(pickup('pickup:2'))).shipmentNo).not.toBe(shipmentNo);
  expect(shipmentNo).toMatch(/^SIM-[0-9A-F-]{18}$/);
});

it('only gives numbers unless it is told to move parcels', async () => {
  const { carrier, time, told } = world();
  await carrier.requestPickup(pickup('pickup:1'));
  await time.pass(86_400_000);
  expect(told).toEqual([]);
});

it('collects and delivers by itself, once for each key', async () => {
  const { carrier, time, told } = world({});
  const { shipmentNo } = await carrier.requestPickup(pickup('pickup:1'));
  await carrier.requestPickup(pickup('pickup:1'));
  await time.pass(10_000);
  const courier = { courier: 'simulated', trackingNo: shipmentNo };
  expect(told).toEqual([
    [100, { eventId: `${shipmentNo}/collected`, type: 'parcel.handedOver', afterSaleId: idOf(1), ...courier }],
    [2_100, { eventId: `${shipmentNo}/arrived`, type: 'parcel.received', afterSaleId: idOf(1) }],
  ]);
});

it('loses parcels where it is told to', async () => {
  const { carrier, time, told } = world({ lost: { of: 1, outOf: 1 } });
  await carrier.requestPickup(pickup('pickup:1'));
  await time.pass(10_000);
  expect(told.map(([, { type }]) => type)).toEqual(['parcel.handedOver', 'parcel.lost']);
});
