import { lstatSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { CliFailure } from '../cli/failure.js';
import { readGiven } from './given.js';
import { explained, unseen } from './report.js';
import type { Summary } from './summary.js';

/** The report of many runs as a file. */

const counts = z.record(z.string(), z.number());
const names = z.array(z.string());
const summary = z.looseObject({
  ...{ seeds: z.number(), commands: z.number(), done: z.number(), steps: z.number(), virtualMs: z.number() },
  ...{ settledWithinMs: z.number(), wallMs: z.number(), memoryBytes: z.number() },
  ...{ given: counts, refusals: counts, faults: counts, deeds: counts, alarms: counts, promises: counts, states: counts },
  ...{ transitions: counts, pairs: counts, stores: counts, knownStates: names, knownTransitions: names },
  ...{ traces: z.record(z.string(), z.string()), violations: z.array(z.unknown()) },
});

/** Writes what came of all runs; a device, a pipe or a link is written to, and never replaced. Throws `CliFailure` where it cannot. */
export function writeSummary(file: string, all: Summary): void {
  const fault = written(file, all);
  if (fault !== undefined) throw new CliFailure(fault);
}

/**
 * Writes what came of the runs so far, where what is written in the end takes its place. Gives what is wrong where it cannot:
 * hours of runs are not given up for it, as there may be room again in the end.
 */
export const writeSummaryMeanwhile = (file: string, soFar: Summary): string | undefined =>
  isOrdinary(file) ? written(file, soFar) : undefined;

function written(file: string, all: Summary): string | undefined {
  const text = `${JSON.stringify({ ...all, unseen: unseen(all), explained: explained(all) }, null, 2)}\n`;
  try {
    if (isOrdinary(file)) {
      // Whole or not at all: it may be read at any time.
      writeFileSync(`${file}.part`, text);
      renameSync(`${file}.part`, file);
    } else writeFileSync(file, text);
    return undefined;
  } catch (error) {
    return `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const isOrdinary = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? true;

/** Reads what was written before. Throws `CliFailure` for another file. */
export const readSummary = (file: string): Summary => readGiven(file, 'report', summary) as Summary;
