import type { Clock } from '../../actors/ports.js';
import { type CallbackParts, callbacksOf } from '../callbacks.js';
import type { PartnersBehaviour } from './behaviour.js';
import { simulatedCarrier } from './carrier.js';
import { type SimulatedGateway, simulatedGateway } from './gateway.js';
import { fileLedger } from './gatewayLedger.js';
import { plansByChance } from './gatewayPlans.js';
import { machineDraw, machinePause } from './machine.js';
import { type Outage, withOutages } from './outage.js';

/** The simulated partners as they live in the service's own process. */

export interface EmbeddedParts {
  readonly callbacks: CallbackParts;
  readonly clock: Clock;
  readonly behaviour: PartnersBehaviour;
}

/** @param ledgerFile where it remembers what it has paid */
export const embeddedGateway = ({ callbacks, clock, behaviour }: EmbeddedParts, ledgerFile: string, outage: Outage): SimulatedGateway =>
  simulatedGateway({
    ledger: fileLedger(ledgerFile),
    plans: withOutages(plansByChance(behaviour.gateway, machineDraw), outage, machineDraw),
    callbacks: callbacksOf('gateway', callbacks),
    clock,
    pause: machinePause,
  });

/** The simulated carrier, which draws and waits by the machine. */
export const embeddedCarrier = ({ callbacks, behaviour }: EmbeddedParts) =>
  simulatedCarrier({
    callbacks: callbacksOf('carrier', callbacks),
    pause: machinePause,
    draw: machineDraw,
    behaviour: behaviour.carrier,
  });
