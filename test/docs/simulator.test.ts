import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSummary } from '../../src/sim/files.js';
import { SABOTEURS } from '../../src/sim/saboteurs/all.js';
import { soakSection } from '../../src/sim/soakSection.js';
import { withSection } from '../machines/model/spec.js';

const pathOf = (page: string): string => fileURLToPath(new URL(`../../${page}`, import.meta.url));
const README = pathOf('README.md');
const SIMULATOR = pathOf('docs/simulator.md');
const FOUND = pathOf('docs/decisions/violations-found.md');

describe('the pages about the simulator', () => {
  it('say what the soak covered, as its report says', async () => {
    const text = readFileSync(README, 'utf8');
    await expect(withSection(text, 'soak', soakSection(readSummary(pathOf('docs/soak.json'))).trimEnd())).toMatchFileSnapshot(README);
  });

  it('list every saboteur, with the guard that would make up for it', async () => {
    const rows = SABOTEURS.map(({ name, takes, withIt }) => `| \`${name}\` | ${takes} | ${withIt ?? ''} |`);
    const table = ['| saboteur | takes away | with its backup |', '|---|---|---|', ...rows].join('\n');
    const text = readFileSync(SIMULATOR, 'utf8');
    await expect(withSection(text, 'saboteurs', table)).toMatchFileSnapshot(SIMULATOR);
  });

  it('name for each violation that was found a test that is there', () => {
    const named = [...readFileSync(FOUND, 'utf8').matchAll(/"([^"|]+)" in `(test\/[\w/.]+)`/g)];
    expect(named.length).toBeGreaterThanOrEqual(4);
    for (const [, name = '', file = ''] of named) expect(readFileSync(pathOf(file), 'utf8')).toContain(name);
  });
});
