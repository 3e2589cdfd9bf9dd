import { CATALOG } from '../catalog.js';
import type { AlarmSink } from '../ports.js';
import { DONE, type Handler } from '../work.js';

/** Makes alarms that were committed with their cause visible. */
export function alarmHandler(alarms: AlarmSink): Handler {
  return {
    topic: 'alarm',
    run: async (job) => {
      await alarms.raise({ key: job.key, ...CATALOG.alarm.payload.parse(job.payload) });
      return DONE;
    },
  };
}
