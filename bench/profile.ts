import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What the profiles of a run say, as lines: where each thread spent its time. */

const profile = z.object({
  nodes: z.array(
    z.object({
      id: z.int(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
    }),
  ),
  samples: z.array(z.int()),
  timeDeltas: z.array(z.number()),
});

const SHOWN = 30;
const IDLE = new Set(['(idle)', '(program)']);

/** The functions in which most time was spent, not counting what they called; a part of the time that was not idle. */
export function profileLines(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .sort()
    .flatMap((name) => ['', join(folder, name), ...hottest(profile.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))))]);
}

function hottest({ nodes, samples, timeDeltas }: z.output<typeof profile>): string[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const spent = new Map<string, number>();
  samples.forEach((id, index) => {
    const name = names.get(id) ?? '';
    // The time until the next sample belongs to this one.
    spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[index + 1] ?? 0));
  });
  for (const name of IDLE) spent.delete(name);
  const total = [...spent.values()].reduce((sum, micros) => sum + micros, 0);
  return [...spent]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([name, micros]) => `${((100 * micros) / total).toFixed(1).padStart(6)} %  ${name}`);
}

function nameOf({
  functionName,
  url,
  lineNumber,
}: {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}): string {
  const file = url.replace(/^.*\/(?=node_modules\/)|^.*\/(?=dist\/)/, '');
  const name = functionName === '' ? '(anonymous)' : functionName;
  return file === '' ? name : `${name}  ${file}:${lineNumber + 1}`;
}
