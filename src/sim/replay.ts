import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Template } from '../machines/template.js';
import { readGiven } from './given.js';
import type { Violation } from './judge.js';
import type { Plan } from './plan.js';
import type { Item } from './script.js';

/** A run that can be had again, command by command and fault by fault, without drawing anything of it anew. */
export interface Replay {
  readonly version: 1;
  readonly plan: Plan;
  readonly templates: readonly Template[];
  readonly saboteur: string | null;
  readonly violation: Violation | null;
  readonly items: readonly Item[];
  readonly faults: readonly string[];
  /** microseconds; null: it ends when everything has settled */
  readonly untilUs: number | null;
}

const envelope = z.looseObject({
  version: z.literal(1),
  plan: z.looseObject({ seed: z.string(), store: z.enum(['memory', 'sqlite']), hosts: z.int().min(1), rates: z.looseObject({}) }),
  templates: z.array(z.looseObject({ id: z.string() })),
  saboteur: z.string().nullable(),
  violation: z.looseObject({ promise: z.number(), check: z.string() }).nullable(),
  items: z.array(z.looseObject({ kind: z.enum(['send', 'look', 'publish']), atUs: z.number() })),
  faults: z.array(z.string()),
  untilUs: z.number().nullable(),
});

/** Writes a replay to a file. */
export function writeReplay(file: string, replay: Replay): void {
  writeFileSync(file, `${JSON.stringify(replay, null, 2)}\n`);
}

/** Reads a replay that was written before. Throws `CliFailure` for another file. */
export const readReplay = (file: string): Replay => readGiven(file, 'replay', envelope) as Replay;
