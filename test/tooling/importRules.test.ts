import { expect, it } from 'vitest';
import { MAY_IMPORT, WIRING } from '../tidy/rooms.js';
import { type Project, project } from './project.js';

const ROOMS = Object.keys(MAY_IMPORT).filter((room) => !WIRING.some((part) => part === room));
const BIOME = 'node_modules/@biomejs/biome/bin/biome';

/** `rule path:line` of everything the linter finds wrong. */
async function lint(given: Project, ...options: string[]): Promise<string[]> {
  const { stdout } = await given.node(BIOME, 'lint', '--reporter=github', '--max-diagnostics=none', ...options);
  const found = [...stdout.matchAll(/title=lint\/\w+\/(\w+),file=([^,]*),line=(\d+)/g)];
  return found.map(([, rule, file = '', line]) => `${rule} ${file.slice(file.indexOf('src/'))}:${line}`);
}

/** The ways into a room: rooms are folders, the wiring is single files, and the command line is both. */
const waysInto = (other: string): string[] => [
  ...(WIRING.some((part) => part === other) ? [`${other}.js`] : []),
  ...(ROOMS.includes(other) || other === 'cli' ? [`${other}/any/thing.js`] : []),
];

/** One import per line of every other room and of the wiring, as seen from a file of `room`. */
function probe(room: string, up: string): { text: string; forbidden: number[] } {
  const others = Object.keys(MAY_IMPORT).filter((other) => other !== room);
  const ways = others.flatMap((other) => waysInto(other).map((way) => ({ other, way })));
  const lines = ways.map(({ way }) => `import '${up}${way}';`);
  const forbidden = ways.flatMap(({ other }, i) => (MAY_IMPORT[room]?.includes(other) ? [] : [i + 1]));
  return { text: `${lines.join('\n')}\n`, forbidden };
}

it('the linter forbids exactly the imports that the tidy test forbids', async () => {
  const given = project(['biome.json']);
  const expected: string[] = [];
  for (const room of ROOMS) {
    for (const [path, up] of [
      [`src/${room}/probe.ts`, '../'],
      [`src/${room}/inner/probe.ts`, '../../'],
    ] as const) {
      const { text, forbidden } = probe(room, up);
      given.write(path, text);
      expected.push(...forbidden.map((line) => `noRestrictedImports ${path}:${line}`));
    }
  }
  const found = await lint(given, '--only=style/noRestrictedImports');
  expect(found.sort()).toEqual(expected.sort());
  expect(expected.length).toBeGreaterThan(ROOMS.length);
});

it('the linter sees every form of an import, and leaves the room itself alone', async () => {
  const given = project(['biome.json'], {
    'src/domain/probe.ts': [
      "import type { A } from '../machines/a.js';",
      "export { b } from '../machines/b.js';",
      "export * from '../machines/c.js';",
      "export const later = import('../machines/d.js');",
      "import { e } from './e.js';",
      "import { f } from './inner/f.js';",
      'export const all: A = [e, f];',
    ].join('\n'),
  });
  const found = await lint(given, '--only=style/noRestrictedImports');
  expect(found.sort()).toEqual([1, 2, 3, 4].map((line) => `noRestrictedImports src/domain/probe.ts:${line}`));
});

it('the linter finds what the project bans beyond the recommended rules', async () => {
  const given = project(['biome.json'], {
    'src/server/probe.ts': [
      "import { later } from './later.js';",
      'export async function go(list: string[]): Promise<void> {',
      '  later();',
      '  if (later()) await later();',
      '  await later(list[0]!);',
      '  const shape: any = {};',
      '  await later(shape);',
      '}',
    ].join('\n'),
    'src/server/later.ts': 'export async function later(text?: string): Promise<void> {\n  await Promise.resolve(text);\n}\n',
  });
  expect((await lint(given)).sort()).toEqual([
    'noExplicitAny src/server/probe.ts:6',
    'noFloatingPromises src/server/probe.ts:3',
    'noMisusedPromises src/server/probe.ts:4',
    'noNonNullAssertion src/server/probe.ts:5',
  ]);
});
