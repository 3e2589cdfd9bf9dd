import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { CliFailure, EXIT } from '../cli/failure.js';

/**
 * Reads a file that an earlier simulation wrote. Throws `CliFailure` where it cannot be read or is another file.
 * @param what what it should be, for whoever named another: `replay`, `report`
 */
export function readGiven(file: string, what: string, schema: z.ZodType): unknown {
  const text = textOf(file);
  try {
    const value: unknown = JSON.parse(text);
    schema.parse(value);
    return value;
  } catch {
    throw new CliFailure(`${file} is no ${what} of redress sim.`, EXIT.usage);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliFailure(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, EXIT.usage);
  }
}
