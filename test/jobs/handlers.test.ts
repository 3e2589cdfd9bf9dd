import { describe, expect, it } from 'vitest';
import type { Appointment } from '../../src/actors/appointment.js';
import type { PickupRequest } from '../../src/actors/partners.js';
import { instant } from '../../src/domain/ids.js';
import { alarmHandler } from '../../src/jobs/handlers/alarms.js';
import { forgettingSweep } from '../../src/jobs/handlers/forgetting.js';
import { pickupHandler } from '../../src/jobs/handlers/pickups.js';
import { afterSaleOf, at, idOf, keyOf, NOON } from '../store/commits.js';
import { Alarms, jobOf } from './scripted.js';
import { VirtualTime } from './virtualTime.js';

const book = { ...keyOf(1) };
const job = jobOf('pickup', { book, afterSaleId: idOf(1) }, { key: `pickup:${idOf(1)}:4` });

const APPOINTMENT: Appointment = {
  address: { name: 'Ann', country: 'DE', city: 'Bonn', street: 'Am Hof 1' },
  time: { from: at(60), to: at(120) },
};

describe('a pickup', () => {
  const world = (state: string) => {
    const asked: PickupRequest[] = [];
    const requestPickup = async (request: PickupRequest) => {
      asked.push(request);
      return { shipmentNo: 'S-1' };
    };
    const afterSales = {
      findAfterSale: async () => ({ book: keyOf(1), afterSale: afterSaleOf(1, 2, { state: { returning: state } }) }),
    };
    const appointments = { appointmentOf: async () => APPOINTMENT };
    return { asked, handler: pickupHandler({ carrier: { requestPickup }, afterSales, appointments }) };
  };

  it('is asked for under the same key however often it is run', async () => {
    const { asked, handler } = world('pickupScheduled');
    expect(await handler.run(job)).toEqual({ kind: 'done', note: 'shipment S-1' });
    await handler.run({ ...job, attempt: 2 });
    expect(asked).toEqual(Array(2).fill({ key: job.key, book: keyOf(1), afterSaleId: idOf(1), ...APPOINTMENT }));
  });

  it.each(['awaitingHandover', 'inTransit', 'inspecting'])('is not asked for any more in %s', async (state) => {
    const { asked, handler } = world(state);
    expect(await handler.run(job)).toMatchObject({ kind: 'done' });
    expect(asked).toEqual([]);
  });
});

it('an alarm becomes visible with everything that it was committed with', async () => {
  const alarms = new Alarms();
  const said = { name: 'payout.stuck', book, afterSaleId: null, detail: 'asked 3 times', at: NOON };
  expect(await alarmHandler(alarms).run(jobOf('alarm', said, { key: 'alarm:1' }))).toEqual({ kind: 'done' });
  expect(alarms.raised).toEqual([{ key: 'alarm:1', ...said }]);
});

it('old answers are forgotten every hour, not before 30 days, and not while the service starts', async () => {
  const time = new VirtualTime({ now: at(0) });
  const asked: number[] = [];
  const forgetAnswers = async (before: number) => asked.push(before);
  const sweep = forgettingSweep({ forgetAnswers, clock: time.clock });
  expect(await sweep.step()).toBe(at(60));
  await time.pass(59 * 60_000);
  expect(await sweep.step()).toBe(at(60));
  expect(asked).toEqual([]);
  await time.pass(60_000);
  expect(await sweep.step()).toBe(at(120));
  expect(asked).toHaveLength(1);
  expect(at(60) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(30 * 86_400_000);
  expect(instant(asked[0] ?? 0)).toBeGreaterThan(0);
});
