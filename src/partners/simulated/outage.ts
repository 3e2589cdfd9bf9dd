import type { Draw } from '../ports.js';
import type { GatewayPlans } from './gatewayPlans.js';

/** A switch that cuts the simulated gateway off, as an outage does. */
export interface Outage {
  /** whether nothing is answered now */
  readonly isOn: () => boolean;
  /** Cuts the gateway off, or lets it answer again. */
  readonly set: (isOn: boolean) => void;
}

/** No outage yet. */
export function outageSwitch(): Outage {
  let on = false;
  return {
    isOn: () => on,
    set: (isOn) => {
      on = isOn;
    },
  };
}

/**
 * The plans of a gateway, save that nothing is answered during an outage: half of what is sent arrives all the
 * same and takes effect, so that nobody can tell from the silence what has become of a payment.
 */
export function withOutages(plans: GatewayPlans, outage: Outage, draw: Draw): GatewayPlans {
  return {
    pay: (request) => {
      const plan = plans.pay(request);
      return outage.isOn() ? { ...plan, how: draw.below(2) === 0 ? 'lostBefore' : 'lostAfter' } : plan;
    },
    ask: (key, attempt) => {
      const plan = plans.ask(key, attempt);
      return outage.isOn() ? { ...plan, lost: true } : plan;
    },
  };
}
