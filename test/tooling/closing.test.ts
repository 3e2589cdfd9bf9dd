import { expect, it } from 'vitest';
import { project } from './project.js';

const VITEST = 'node_modules/vitest/vitest.mjs';
const TAKEN = ['scripts', 'package.json', 'vitest.config.ts', 'test/scale.ts'];
const HEAD = "import { expect, it } from 'vitest';\n";
const PASSES = "it('passes', () => expect(1).toBe(1));\n";

it.each([
  { case: 'all pass', files: { a: HEAD + PASSES, b: HEAD + PASSES }, status: 0, line: '2 passed, 0 failed, 0 skipped' },
  {
    case: 'one fails and one is skipped',
    files: { a: `${HEAD}${PASSES}it('fails', () => expect(1).toBe(2));\nit.skip('is skipped', () => {});\n` },
    status: 1,
    line: '1 passed, 1 failed, 1 skipped',
  },
  {
    case: 'a file cannot be loaded',
    files: { a: HEAD + PASSES, b: "import './nowhere.js';\n" },
    status: 1,
    line: '1 passed, 1 failed, 0 skipped',
  },
  {
    case: 'a promise is rejected outside of every test',
    files: { a: `${HEAD}${PASSES}void Promise.reject(new Error('lost'));\n` },
    status: 1,
    line: '1 passed, 1 failed, 0 skipped',
  },
  {
    case: 'a preparation fails',
    files: { a: `import { beforeAll, it } from 'vitest';\nbeforeAll(() => { throw new Error('no'); });\nit('waits', () => {});\n` },
    status: 1,
    line: '0 passed, 1 failed, 1 skipped',
  },
  {
    case: 'every test is skipped',
    files: { a: `${HEAD}it.skip('is skipped', () => {});\n` },
    status: 1,
    line: '0 passed, 0 failed, 1 skipped',
  },
  { case: 'there is no test', files: {}, status: 1, line: '0 passed, 0 failed, 0 skipped' },
])('the last line counts the tests and the exit code agrees: $case', async ({ files, status, line }) => {
  const given = project(TAKEN, Object.fromEntries(Object.entries(files).map(([name, text]) => [`test/${name}.test.ts`, text])));
  const ended = await given.node(VITEST, 'run');
  expect(ended.stdout.split('\n').slice(-2)).toEqual([line, '']);
  expect(ended.status).toBe(status);
});

it('the ten slowest tests are listed, slowest first', async () => {
  const work = 'const work = (n: number) => { let sum = 0; for (let i = 0; i < n * 2e6; i += 1) sum += i % 7; return sum; };\n';
  const given = project(TAKEN, {
    'test/a.test.ts': `${HEAD}${work}it.each([...Array(12).keys()])('number %d', (n) => { expect(work(n)).toBeGreaterThan(-1); });\n`,
  });
  const ended = await given.node(VITEST, 'run');
  const listed = [...ended.stdout.matchAll(/ (\d+) ms {2}test\/a\.test\.ts > number \d+/g)].map(([, ms]) => Number(ms));
  expect(listed).toHaveLength(10);
  expect(listed).toEqual([...listed].sort((a, b) => b - a));
});
