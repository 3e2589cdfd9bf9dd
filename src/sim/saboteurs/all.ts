import { Auditor } from '../auditor/auditor.js';
import type { Finding } from '../auditor/finding.js';
import { drawPlan, type Overrides } from '../plan.js';
import { type Outcome, run } from '../run.js';
import type { Sabotage } from '../sabotage.js';
import { PARTNER_SABOTEURS } from './partners.js';
import { RULE_SABOTEURS } from './rules.js';
import type { Saboteur } from './saboteur.js';
import { STORE_SABOTEURS } from './store.js';

export const SABOTEURS: readonly Saboteur[] = [...STORE_SABOTEURS, ...RULE_SABOTEURS, ...PARTNER_SABOTEURS];

/** How a saboteur was caught, or not. */
export interface Caught {
  readonly saboteur: Saboteur;
  /** the run that found the damage; undefined where none did */
  readonly outcome: Outcome | undefined;
  /** runs, steps and commands until then */
  readonly seeds: number;
  readonly steps: number;
  readonly commands: number;
  /** runs without any damage while the backup was in place; null where there is none */
  readonly held: { readonly seeds: number; readonly broken: Outcome | undefined } | null;
}

const planOf = (name: string, seed: number, overrides: Overrides) => drawPlan(`${name}/${seed}`, { ...overrides, store: 'memory' });

type Counts = (finding: Finding) => boolean;

/** Some hundred times what a run takes: a saboteur may leave something that is refused again and again for months of virtual time. */
const AT_MOST_STEPS = 1_000_000;

async function search(name: string, sabotage: Sabotage, plan: Overrides, seeds: number, counts: Counts) {
  let steps = 0;
  let commands = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const outcome = await run(planOf(name, seed, plan), { judge: new Auditor({ counts }), sabotage, atMostSteps: AT_MOST_STEPS });
    steps += outcome.steps;
    commands += outcome.simulation.seenings.sent;
    if (outcome.violation !== undefined) return { outcome, seeds: seed, steps, commands };
  }
  return { outcome: undefined, seeds, steps, commands };
}

/** Lets a saboteur loose until the auditor finds the damage that it should do; with the backup in place the same promise must hold. */
export async function catchSaboteur(saboteur: Saboteur, limits: { readonly seeds: number; readonly heldSeeds: number }): Promise<Caught> {
  const { name, breaks, sabotage, backedUp, plan } = saboteur;
  const caught = await search(name, sabotage, plan, limits.seeds, (finding) => breaks.includes(finding.promise));
  const broken = caught.outcome?.violation?.promise;
  const backed =
    backedUp === null ? undefined : await search(name, backedUp, plan, limits.heldSeeds, (finding) => finding.promise === broken);
  return { saboteur, ...caught, held: backed === undefined ? null : { seeds: backed.seeds, broken: backed.outcome } };
}
