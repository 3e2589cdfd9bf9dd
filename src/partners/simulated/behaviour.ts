import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { CarrierBehaviour } from './carrier.js';
import { type GatewayBehaviour, WELL_BEHAVED } from './gatewayPlans.js';

/** A timer of the machine waits no longer than 2^31 - 1 ms, about 24 days. */
const milliseconds = z.int().min(0).max(2_147_483_647);
const chance = z
  .strictObject({ of: z.int().min(0), outOf: z.int().min(1).max(1_000_000) })
  .refine(({ of, outOf }) => of <= outOf, 'expected of to be at most outOf');
const between = z
  .strictObject({ leastMs: milliseconds, mostMs: milliseconds })
  .refine(({ leastMs, mostMs }) => leastMs <= mostMs, 'expected leastMs to be at most mostMs');

const gateway = z
  .strictObject({
    answer: between,
    declined: chance,
    accepted: chance,
    lostBefore: chance,
    lostAfter: chance,
    askLost: chance,
    settle: between,
    calledBack: chance,
    callbackLost: chance,
    callback: between,
    callbackLate: chance,
    late: between,
    callbackRepeated: chance,
    contradicted: chance,
    paidAfterDecline: chance,
  })
  .partial();
const carrier = z.strictObject({ collect: between, transit: between, lost: chance });
const behaviour = z.strictObject({ gateway: gateway.optional(), carrier: carrier.optional() });

/** How the simulated partners behave. */
export interface PartnersBehaviour {
  readonly gateway: GatewayBehaviour;
  /** undefined: parcels move only when somebody says so */
  readonly carrier: CarrierBehaviour | undefined;
}

/** Reads how the simulated partners behave; without a file the gateway pays everything at once. Throws where the file is not of this form. */
export function readBehaviour(file: string | undefined): PartnersBehaviour {
  if (file === undefined) return { gateway: WELL_BEHAVED, carrier: undefined };
  const read = behaviour.parse(JSON.parse(readFileSync(file, 'utf8')));
  const given = Object.fromEntries(Object.entries(read.gateway ?? {}).filter(([, value]) => value !== undefined));
  return { gateway: { ...WELL_BEHAVED, ...given }, carrier: read.carrier };
}
