import type { Instant } from '../domain/ids.js';
import type { Address } from './command.js';
import { textsOf } from './private.js';
import type { Timeline } from './reads.js';

/** Where and when goods are to be collected. */
export interface Appointment {
  /** null where the application named none, or once it is erased */
  readonly address: Address | null;
  /** null where none was agreed on */
  readonly time: { readonly from: Instant; readonly to: Instant } | null;
}

interface Applied {
  readonly application?: { readonly wayBack?: { readonly address?: Address; readonly from?: Instant; readonly to?: Instant } };
}

interface Rescheduled {
  readonly command?: { readonly command?: { readonly from?: Instant; readonly to?: Instant } };
}

/** What the application says of its pickup, at the time of the newest `reschedule` where there was one. */
export function appointmentIn({ events, privates }: Pick<Timeline, 'events' | 'privates'>): Appointment {
  const applied = privates.find(({ kind }) => kind === 'apply')?.content ?? null;
  const texts: Applied = applied === null ? {} : (textsOf(applied) ?? {});
  const wayBack = texts.application?.wayBack;
  const newest = events.findLast(({ type }) => type === 'reschedule');
  const rescheduled = newest === undefined ? undefined : (JSON.parse(newest.body) as Rescheduled).command?.command;
  const { from, to } = rescheduled ?? wayBack ?? {};
  return { address: wayBack?.address ?? null, time: from === undefined || to === undefined ? null : { from, to } };
}
