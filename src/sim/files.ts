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
  const text = `${JSON.stringify({ ...all, unseen: unseen(all), explained: explained(all) }, null, 2)}\n`;
  try {
    if (isOrdinary(file)) {
      // Whole or not at all: it may be read at any time.
      writeFileSync(`${file}.part`, text);
      renameSync(`${file}.part`, file);
    } else writeFileSync(file, text);
  } catch (error) {
    throw new CliFailure(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Writes what came of the runs so far, where what is written in the end takes its place. */
export function writeSummaryMeanwhile(file: string, soFar: Summary): void {
  if (isOrdinary(file)) writeSummary(file, soFar);
}

const isOrdinary = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? true;

/** Reads what was written before. Throws `CliFailure` for another file. */
export const readSummary = (file: string): Summary => readGiven(file, 'report', summary) as Summary;
