import type { Logger } from 'pino';
import type { AlarmSink, JobLog } from '../ports.js';

/** Where a person sees what the service cannot settle by itself: the log, and the list of payouts in doubt. */
export function alarmsTo(log: Logger): AlarmSink {
  return {
    raise: async ({ key, name, book, afterSaleId, detail }) => {
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
