import type { Meter } from '../../load/measure/meter.js';
import type { Watch } from '../../load/run.js';
import type { Service } from '../../load/service/service.js';
import type { Terminal } from '../terminal.js';

/** One line that tells how a load goes, rewritten several times a second. */

const EVERY_MS = 250;
const BARS = '▁▂▃▄▅▆▇█';
const SPARKS = 20;

export interface LiveView extends Omit<Watch, 'started'> {
  end(): void;
}

/** Heights of the newest rates, the highest as a full block. */
export function sparks(rates: readonly number[]): string {
  const most = Math.max(1, ...rates);
  return rates.map((rate) => BARS[Math.min(BARS.length - 1, Math.floor((rate / most) * BARS.length))]).join('');
}

/** How a load goes, as one line; `awayMs` is how long the service has not answered. */
export const lineOf = (meter: Meter, awayMs: number | undefined, what: string): string => {
  const begin = `${(meter.elapsed() / 1_000).toFixed(0)} s  ${what}`;
  if (awayMs !== undefined)
    return `${begin}  the service has been away for ${(awayMs / 1_000).toFixed(1)} s, ${meter.underWay} requests wait`;
  const { done, refused, putOff } = meter.counts();
  const rates = meter.timeline.recentRates(SPARKS, meter.elapsed());
  const latency = `p50 ${meter.percentile(50).toFixed(1)} p99 ${meter.percentile(99).toFixed(0)} ms`;
  const rate = `${Math.round(rates.at(-1) ?? 0)}/s`;
  return `${begin}  ${sparks(rates)} ${rate}  ${done} done, ${refused + putOff} refused  ${latency}  ${meter.underWay} under way`;
};

/** Shows that line anew while the load goes on. */
export function liveView(terminal: Pick<Terminal, 'progress'>): LiveView {
  let what = '';
  let timer: NodeJS.Timeout | undefined;
  return {
    told: (said) => {
      what = said;
    },
    begun: (meter: Meter, service: Service) => {
      timer = setInterval(() => {
        const { awayForMs } = service;
        terminal.progress(lineOf(meter, awayForMs, what));
      }, EVERY_MS);
      timer.unref();
    },
    end: () => {
      clearInterval(timer);
      terminal.progress('');
    },
  };
}
