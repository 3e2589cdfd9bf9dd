import { appointmentIn } from '../../actors/appointment.js';
import type { AppointmentSource } from '../../jobs/ports.js';
import { reading } from './books.js';
import { type Caller, type CallNames, callPort } from './calls.js';

/** Appointments read off the trail of a simulated store, with its faults. */
export const weakAppointments = (caller: Caller, names: CallNames): AppointmentSource => ({
  appointmentOf: (id) =>
    callPort(caller, names, reading('appointment', 'appointments'), async () => {
      const { books, reads } = caller.ground.store;
      const book = (await books.findAfterSale(id))?.book;
      if (book === undefined) throw new Error(`after-sale ${id} is not there`);
      const own = (row: { readonly afterSaleId: string | null }): boolean => row.afterSaleId === id;
      const events = await reads.trail(book, 0, Number.MAX_SAFE_INTEGER);
      return appointmentIn({ events: events.filter(own), privates: (await reads.privatesOf(book)).filter(own) });
    }),
});
