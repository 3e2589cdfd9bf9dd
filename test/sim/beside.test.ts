import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { runMany } from '../../src/sim/many.js';

/** The processes that run seeds beside the one that gives them. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it.each([
  { ends: 'process.exit(3)', told: 'a process ended with 3 while it ran seed a' },
  { ends: "process.kill(process.pid, 'SIGKILL')", told: 'a process ended with SIGKILL while it ran seed a' },
])('that end in the middle are told of: $ends', async ({ ends, told }) => {
  const directory = mkdtempSync(join(tmpdir(), 'redress-beside-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const program = join(directory, 'worker.mjs');
  writeFileSync(program, `process.on('message', () => ${ends});`);
  const options = { overrides: {}, directory: null, jobs: 2, worker: pathToFileURL(program), enough: () => false, ended: () => undefined };
  await expect(runMany(['a', 'b'], options)).rejects.toThrow(told);
});

it.each(['SIGINT', 'SIGTERM'] as const)('are not ended by %s, which whoever gives the seeds obeys', async (signal) => {
  execFileSync(process.execPath, ['scripts/buildIfStale.mjs'], { cwd: ROOT, stdio: 'ignore' });
  const child = fork(join(ROOT, 'dist/sim/worker.js'));
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const order = { seed: 'a', options: { overrides: { store: 'memory' }, directory: null } };
  for (const round of ['before', 'after']) {
    child.send(order);
    const [answer] = await once(child, 'message');
    expect(answer).toMatchObject({ seed: 'a', judged: { summary: { seeds: 1 } } });
    if (round === 'before') child.kill(signal);
  }
});
