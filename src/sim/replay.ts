import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Template } from '../machines/template.js';
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
  plan: z.looseObject({ seed: z.string() }),
  templates: z.array(z.unknown()),
  items: z.array(z.unknown()),
});

/** Writes a replay to a file. */
export function writeReplay(file: string, replay: Replay): void {
  writeFileSync(file, `${JSON.stringify(replay, null, 2)}\n`);
}

/** Reads a replay that was written before. Throws for another file. */
export function readReplay(file: string): Replay {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  envelope.parse(value);
  return value as Replay;
}
