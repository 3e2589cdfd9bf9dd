import { renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
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

/** Writes it whole or not at all: it is written again and again, and may be read meanwhile. */
export function writeSummary(file: string, all: Summary): void {
  const text = JSON.stringify({ ...all, unseen: unseen(all), explained: explained(all) }, null, 2);
  writeFileSync(`${file}.part`, `${text}\n`);
  renameSync(`${file}.part`, file);
}

/** Reads what was written before. Throws `CliFailure` for another file. */
export const readSummary = (file: string): Summary => readGiven(file, 'report', summary) as Summary;
