import { existsSync } from 'node:fs';
import { ZodError } from 'zod';
import { type Config, partnersFileOf, secretFileOf } from '../../config.js';
import { readBehaviour } from '../../partners/simulated/behaviour.js';
import { readOrMakePartners } from '../../server/partners.js';
import { readOrMakeSecret } from '../../server/tokens.js';
import { CliFailure, EXIT } from '../failure.js';

/** Reads the files that settings name, so that one with a fault is named with it before anything is opened. */
export function judgeFiles(config: Config): void {
  const { simulationFile } = config;
  const partnersFile = partnersFileOf(config);
  const secretFile = secretFileOf(config);
  if (simulationFile !== undefined) judge(simulationFile, () => readBehaviour(simulationFile));
  // Those that are not there are made when the service has the data to itself.
  if (existsSync(partnersFile)) judge(partnersFile, () => readOrMakePartners(partnersFile));
  if (config.jwksUrl === undefined && existsSync(secretFile)) judge(secretFile, () => readOrMakeSecret(secretFile));
}

function judge(file: string, read: () => unknown): void {
  try {
    read();
  } catch (error) {
    throw new CliFailure(`${file} cannot be used: ${faultOf(error)}`, EXIT.usage);
  }
}

function faultOf(error: unknown): string {
  if (!(error instanceof ZodError)) return error instanceof Error ? error.message : String(error);
  return error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ');
}
