import { appointmentIn } from '../../actors/appointment.js';
import type { Timeline } from '../../actors/reads.js';
import type { AfterSaleId } from '../../domain/ids.js';
import type { AppointmentSource } from '../ports.js';

/** So many of an after-sale's newest events may hold the newest time of its pickup. */
const RECENT_EVENTS = 1_000;

interface TimelineSource {
  timeline(id: AfterSaleId, before: number | null, limit: number): Promise<Timeline | undefined>;
}

/** Appointments as the timelines of after-sales tell them. */
export const appointmentsFrom = (reads: TimelineSource): AppointmentSource => ({
  appointmentOf: async (id) => appointmentIn((await reads.timeline(id, null, RECENT_EVENTS)) ?? { events: [], privates: [] }),
});
