import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What the profiles of a run say, as lines: where each thread spent its time. */

const profile = z.object({
  nodes: z.array(
    z.object({
      id: z.int(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
      children: z.array(z.int()).optional(),
    }),
  ),
  samples: z.array(z.int()),
  timeDeltas: z.array(z.number()),
});

const SHOWN = 30;
const IDLE = new Set(['(idle)', '(program)']);

/** Where most time was spent, a part of the time that was not idle: by rooms and libraries, then by functions without what they called. */
export function profileLines(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .sort()
    .flatMap((name) => {
      const read = profile.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      const functions = new Map(read.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
      return ['', join(folder, name), ...hottest(read, partsOf(read)), '', ...hottest(read, functions)];
    });
}

type Profile = z.output<typeof profile>;

const PART = /\/dist\/(store\/[a-z]+|[a-z]+)\/|\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** The room or library that each node of the tree belongs to; what Node does for one belongs to it. */
function partsOf({ nodes }: Profile): Map<number, string> {
  const parts = new Map<number, string>();
  // A node stands before its children.
  for (const { id, callFrame, children = [] } of nodes) {
    const [, room, library] = PART.exec(callFrame.url) ?? [];
    const part = callFrame.functionName.startsWith('(') && callFrame.url === '' ? callFrame.functionName : (room ?? library);
    parts.set(id, part === undefined || part === '(root)' ? (parts.get(id) ?? 'node') : part);
    for (const child of children) parts.set(child, parts.get(id) ?? 'node');
  }
  return parts;
}

function hottest({ samples, timeDeltas }: Profile, names: ReadonlyMap<number, string>): string[] {
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
