import type { Logger } from 'pino';
import type { AlarmSink, JobLog } from '../ports.js';

/** Alarms in the log, counted by name since the start. */
export interface LoggedAlarms extends AlarmSink {
  readonly raised: ReadonlyMap<string, number>;
}

/** Where a person sees what the service cannot settle by itself: the log, its metrics, and the list of payouts in doubt. */
export function alarmsTo(log: Logger): LoggedAlarms {
  const raised = new Map<string, number>();
  return {
    raised,
    raise: async ({ key, name, book, afterSaleId, detail }) => {
      raised.set(name, (raised.get(name) ?? 0) + 1);
      log.warn({ alarm: name, key, orderNo: book?.orderNo, shopId: book?.shopId, afterSaleId, detail }, 'alarm');
    },
  };
}

/** Tells of jobs in the log: what went as it should at `debug`, everything else at `warn`. */
export function jobLogTo(log: Logger): JobLog {
  return {
    tell(event) {
      if (event.kind === 'done' || event.kind === 'again') log.debug(event, `job ${event.kind}`);
      else log.warn(event, `job ${event.kind}`);
    },
  };
}
