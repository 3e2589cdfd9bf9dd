import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, redress } from './redress.js';

const COMMANDS = ['serve', 'import', 'token', 'show', 'backup', 'restore', 'verify', 'erase', 'demo', 'chart', 'sim', 'load'];

it('names every command, and what the exit codes mean', async () => {
  const { status, out, err } = await redress(['--help']);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  expect(out).toContain('Exit codes: 0 done');
});

it.each(['--version', '-v'])('%s prints that of the package', async (option) => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(await redress([option])).toMatchObject({ status: 0, out: `${version}\n`, err: '' });
});

it.each(COMMANDS)('%s --help explains its options and gives an example', async (command) => {
  const { status, out, err } = await redress([command, '--help']);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain(`Usage: redress ${command}`);
  expect(out).toMatch(/Examples?:\n/);
});

it.each([
  { words: ['shwo'], says: /unknown command 'shwo'\n\(Did you mean show\?\)/ },
  { words: ['serve', '--prot', '1'], says: /unknown option '--prot'\n\(Did you mean --port\?\)/ },
  { words: ['show'], says: /missing required argument/ },
  { words: ['show', 'a', 'b', 'c'], says: /too many arguments/ },
  { words: ['chart', '--format', 'png'], says: /Allowed choices are mermaid, svg, json/ },
  { words: ['token'], says: /required option '--role <role>' not specified/ },
])('refuses $words with exit code 2 and a hint', async ({ words, says }) => {
  const { status, out, err } = await redress(words);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(says);
  expect(err).toContain('--help tells more');
});

it('without a command it shows what there is, as a failure', async () => {
  const { status, out, err } = await redress([]);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain('Usage: redress');
});
