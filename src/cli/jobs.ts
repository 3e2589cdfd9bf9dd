import { availableParallelism } from 'node:os';
import { CliFailure, EXIT } from './failure.js';

/** How much is done beside each other: at most as much as there are cores, since more would only wait. */
export function jobsOf(text: string): number {
  const jobs = Number(text);
  const most = availableParallelism();
  if (!Number.isSafeInteger(jobs) || jobs < 1 || jobs > most)
    throw new CliFailure(`--jobs: expected a whole number from 1 to ${most}, the cores of this machine.`, EXIT.usage);
  return jobs;
}
