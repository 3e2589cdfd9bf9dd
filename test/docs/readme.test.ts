import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CONFIG_KEYS } from '../../src/config.js';
import { directory, redress, serving } from '../cli/redress.js';
import { withSection } from '../machines/model/spec.js';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const text = readFileSync(README, 'utf8');

/** The code of the one block within a section. */
function blockOf(name: string): string {
  const found = new RegExp(`<!-- ${name} -->\\n\`\`\`\\w+\\n([^]*?)\`\`\`\\n<!-- end of ${name} -->`).exec(text)?.[1];
  if (found === undefined) throw new RangeError(`README.md has no block ${name}`);
  return found;
}

function configurationTable(): string {
  const rows = CONFIG_KEYS.map(
    ({ env, byDefault, unit, meaning }) => `| \`${env}\` | ${byDefault === '' ? '' : `\`${byDefault}\``} | ${unit} | ${meaning} |`,
  );
  return ['| setting | default | unit | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

describe('README.md', () => {
  it('lists every setting with its default, unit and meaning', async () => {
    await expect(withSection(text, 'configuration', configurationTable())).toMatchFileSnapshot(README);
  });

  it('shows a first request that gets the answer it shows', async () => {
    const data = directory();
    const service = await serving(['--examples', '--data', data]);
    const shell = blockOf('first request');
    const words = /redress (token .+)\)/.exec(shell)?.[1]?.split(' ') ?? [];
    const token = (await redress([...words, '--data', data])).out.trim();
    const path = /http:\/\/127\.0\.0\.1:7337(\S+)/.exec(shell)?.[1] ?? '';
    const headers = [...shell.matchAll(/-H ['"]([\w-]+): (.+)['"]/g)].map(([, name = '', value = '']) => [
      name,
      value.replace('$USER_TOKEN', token),
    ]);
    const body = /-d '([^']+)'/.exec(shell)?.[1] ?? '';

    const response = await fetch(`${service.url}${path}`, { method: 'POST', headers: Object.fromEntries(headers), body });
    expect(response.status).toBe(201);
    const shown: { deadlines: { at: string }[] } = JSON.parse(blockOf('first answer'));
    const anyTime = shown.deadlines.map((deadline) => ({ ...deadline, at: expect.any(String) }));
    expect(await response.json()).toMatchObject({ ...shown, deadlines: anyTime });
  });

  it('names every command of the command line', async () => {
    const { out } = await redress(['--help']);
    const commands = [...out.matchAll(/^ {2}(\w+) \S.* {2,}\S/gm)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'help' && name !== 'redress');
    expect(commands).toContain('serve');
    expect(commands.filter((name) => !text.includes(`\`redress ${name}`))).toEqual([]);
  });
});
