import { CliFailure, EXIT } from '../cli/failure.js';
import type { SimOptions } from './cli.js';

type Name = keyof SimOptions;

/** What goes with each thing that `redress sim` does besides running seeds; the first that is given is meant. */
const DEEDS: readonly (readonly [deed: Name, goesWith: readonly Name[]])[] = [
  ['replay', ['step']],
  ['saboteurs', []],
  ['saboteur', ['out']],
  ['report', []],
  ['speed', []],
];
const ONE_SEED: readonly Name[] = ['seeds', 'commands'];

/** Refuses options of which one would say nothing beside another. `given` are those of the command line, without defaults. */
export function judgeOptions(given: readonly Name[]): void {
  const wrong = (what: string) => new CliFailure(what, EXIT.usage);
  const [deed, goesWith] = DEEDS.find(([name]) => given.includes(name)) ?? [undefined, []];
  if (given.includes('step') && deed !== 'replay') throw wrong('--step needs --replay.');
  const besideDeed = deed === undefined ? undefined : given.find((name) => name !== deed && !goesWith.includes(name));
  if (besideDeed !== undefined) throw wrong(`--${besideDeed} does not go with --${deed}.`);
  const besideSeed = given.includes('seed') ? ONE_SEED.find((name) => given.includes(name)) : undefined;
  if (besideSeed !== undefined) throw wrong(`--${besideSeed} does not go with --seed, which is one run.`);
}
