import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Project, project } from './project.js';

const TOOLING = ['bin', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json'];
const CLI = "import { text } from './text.js';\nprocess.stdout.write(`${text} ${process.argv.slice(2).join(' ')}`);\n";
const text = (value: string) => `export const text: string = '${value}';\n`;

const shop = () => project(TOOLING, { 'src/cli.ts': CLI, 'src/text.ts': text('one'), 'src/store/schema.sql': 'SELECT 1;\n' });
const redress = (of: Project) => of.node('bin/redress', 'show', 'X');
const builtAt = (of: Project) => statSync(join(of.folder, 'dist/.built')).mtimeMs;

it('builds what is missing, tells so on stderr only, and runs the command', async () => {
  const given = shop();
  expect(await redress(given)).toEqual({ status: 0, stdout: 'one show X', stderr: 'redress: building dist/ from src/ ...\n' });
  expect(readFileSync(join(given.folder, 'dist/store/schema.sql'), 'utf8')).toBe('SELECT 1;\n');
  expect(existsSync(join(given.folder, 'dist/cli.js.map'))).toBe(true);
});

it('does not build again what has not changed', async () => {
  const given = shop();
  await redress(given);
  const first = builtAt(given);
  expect(await redress(given)).toEqual({ status: 0, stdout: 'one show X', stderr: '' });
  expect(builtAt(given)).toBe(first);
});

it.each([
  { change: 'a source file', path: 'src/text.ts', to: text('two'), says: 'two show X' },
  { change: 'a file that is only copied', path: 'src/store/schema.sql', to: 'SELECT 2;\n', says: 'one show X' },
  { change: 'the lock file', path: 'package-lock.json', to: '{}\n', says: 'one show X' },
])('builds again after a change of $change', async ({ path, to, says }) => {
  const given = shop();
  await redress(given);
  given.write(path, to);
  expect(await redress(given)).toMatchObject({ status: 0, stdout: says, stderr: expect.stringContaining('building') });
});

it('leaves nothing of a removed source file', async () => {
  const given = shop();
  given.write('src/gone.ts', text('gone'));
  await redress(given);
  expect(existsSync(join(given.folder, 'dist/gone.js'))).toBe(true);
  given.remove('src/gone.ts');
  await redress(given);
  expect(existsSync(join(given.folder, 'dist/gone.js'))).toBe(false);
});

it('builds once when several start at the same time', async () => {
  const given = shop();
  const all = await Promise.all([redress(given), redress(given), redress(given), redress(given)]);
  expect(all.map(({ status, stdout }) => ({ status, stdout }))).toEqual(all.map(() => ({ status: 0, stdout: 'one show X' })));
  expect(all.filter(({ stderr }) => stderr.includes('building'))).toHaveLength(1);
  expect(readdirSync(given.folder)).not.toContain('.dist');
});

it('says what does not compile and keeps the build from before', async () => {
  const given = shop();
  await redress(given);
  given.write('src/text.ts', 'export const text: number = "two";\n');
  const failed = await redress(given);
  expect(failed).toMatchObject({ status: 1, stdout: '' });
  expect(failed.stderr).toContain('src/text.ts');
  expect(failed.stderr).toContain('does not compile');
  expect(readFileSync(join(given.folder, 'dist/text.js'), 'utf8')).toContain("'one'");
});

it('says that TypeScript is missing, and what to do', async () => {
  const given = shop();
  given.remove('node_modules');
  const failed = await redress(given);
  expect(failed).toMatchObject({ status: 1, stdout: '' });
  expect(failed.stderr).toContain('TypeScript is not installed');
  expect(failed.stderr).toContain('npm ci');
  expect(failed.stderr).not.toContain('    at ');
});

it('runs a build that was brought along, without TypeScript and without sources', async () => {
  const given = shop();
  await redress(given);
  given.remove('node_modules');
  expect(await redress(given)).toEqual({ status: 0, stdout: 'one show X', stderr: '' });
  given.remove('src');
  expect(await redress(given)).toEqual({ status: 0, stdout: 'one show X', stderr: '' });
});
