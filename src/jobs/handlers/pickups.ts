import { statePath } from '../../machines/step.js';
import { CATALOG } from '../catalog.js';
import type { AfterSaleSource, AppointmentSource, Carrier } from '../ports.js';
import { doneWith, type Handler } from '../work.js';

/**
 * Asks a carrier to collect goods. The carrier gives one shipment for one key; a pickup at another time
 * comes as a job of its own. That it was collected, the carrier tells itself.
 */
export function pickupHandler(parts: {
  readonly carrier: Carrier;
  readonly afterSales: AfterSaleSource;
  readonly appointments: AppointmentSource;
}): Handler {
  return {
    topic: 'pickup',
    run: async (job) => {
      const { afterSaleId } = CATALOG.pickup.payload.parse(job.payload);
      const found = await parts.afterSales.findAfterSale(afterSaleId);
      if (found === undefined) throw new Error(`after-sale ${afterSaleId} is not there`);
      const state = statePath(found.afterSale.chart.value);
      if (state !== 'returning.pickupScheduled') return doneWith(`nothing to collect in ${state}`);
      const appointment = await parts.appointments.appointmentOf(afterSaleId);
      const { shipmentNo } = await parts.carrier.requestPickup({ key: job.key, book: found.book, afterSaleId, ...appointment });
      return doneWith(`shipment ${shipmentNo}`);
    },
  };
}
