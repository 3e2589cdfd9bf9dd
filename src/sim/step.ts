import { createInterface } from 'node:readline/promises';
import type { Simulation } from './simulation.js';

const SHOWN = 200;

/** Tells every step of a replay; asks before each command where `stops`. */
export function narrate(out: (line: string) => void, stops: boolean) {
  const asking = stops ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
  let waits = false;
  let listens = false;
  return {
    beforeStep: async (simulation: Simulation): Promise<void> => {
      if (!listens) {
        listens = true;
        simulation.trace.listener = (line) => {
          if (/ (?:sleeps|as before)$/.test(line)) return;
          if (/^command /.test(line)) waits = true;
          out(line.slice(0, SHOWN));
        };
      }
      if (!waits || asking === undefined) return;
      waits = false;
      await asking.question('  enter: next ');
    },
    close: () => asking?.close(),
  };
}
