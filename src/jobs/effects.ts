import type { Effect } from '../actors/ports.js';
import type { NewJob, OutboxEntry } from '../actors/work.js';
import { instant } from '../domain/ids.js';
import type { AlarmJob, PayoutJob, PickupJob } from './catalog.js';

/** The jobs that a commit asks for. The same entry gives the same keys, so that relaying it again queues nothing new. */
export function jobsOf(entry: OutboxEntry): NewJob[] {
  return entry.effects.flatMap((effect) => jobOf(entry, effect));
}

function jobOf({ book, at }: OutboxEntry, effect: Effect): NewJob[] {
  switch (effect.topic) {
    case 'payout': {
      const { payoutKey, attempt, ask, askEveryMs, asks } = effect;
      const payload: PayoutJob = { payoutKey, attempt, ask, askEveryMs, asks };
      return [{ key: `payout:${effect.key}`, topic: 'payout', payload: { ...payload }, runAfter: instant(at + effect.delayMs) }];
    }
    case 'pickup': {
      const payload: PickupJob = { book, afterSaleId: effect.afterSaleId };
      return [{ key: effect.key, topic: 'pickup', payload: { ...payload, book: { ...book } }, runAfter: at }];
    }
    case 'alarm': {
      const payload: AlarmJob = { name: effect.alarm, book, afterSaleId: effect.afterSaleId, detail: effect.detail, at };
      return [{ key: effect.key, topic: 'alarm', payload: { ...payload, book: { ...book } }, runAfter: at }];
    }
  }
}
