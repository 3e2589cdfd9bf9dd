import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { Row } from '../../bench/rows.js';

const START = fileURLToPath(new URL('../../bench/start.mjs', import.meta.url));

function bench(words: readonly string[]): Promise<{ readonly status: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [START, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...said }));
  });
}

it('measures a few applications and approvals beside their limits, and tells rates, ratios and targets', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'redress-bench-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const tiny = ['--seconds', '0.04', '--runs', '1', '--orders', '1000', '--out', folder];
  const { status, out, err } = await bench(['--only', 'apply', '--only', 'split', '--only', 'written', ...tiny]);
  expect(status, err).toBe(0);

  const rows = JSON.parse(readFileSync(join(folder, 'latest.json'), 'utf8')) as Row[];
  const beside = (name: string, connections: number | null) =>
    rows.filter((row) => row.name === name && row.connections === connections).map(({ limitName, target }) => ({ limitName, target }));
  expect(beside('apply', 64)).toEqual([
    { limitName: 'bare Hono echo that parses and serializes', target: null },
    { limitName: 'bare Hono echo', target: { atLeast: 0.25 } },
    { limitName: 'bare commits, groups of 64', target: { atLeast: 0.35 } },
  ]);
  expect(beside('apply', 1)).toEqual([{ limitName: 'bare Hono echo, then bare single commits', target: { atLeast: 0.4 } }]);
  expect(beside('split of 10 lines', null)).toEqual([{ limitName: 'bare transition()', target: { atLeast: 0.25 } }]);
  for (const { name, perSecond, value, limitPerSecond, ratio, met, target } of rows) {
    expect.soft({ name, measured: (perSecond ?? value ?? 0) > 0 }).toEqual({ name, measured: true });
    if (limitPerSecond !== null) expect.soft(ratio).toBeCloseTo((perSecond ?? 0) / limitPerSecond, 2);
    expect.soft({ name, judged: met !== null }).toEqual({ name, judged: target !== null });
  }
  const table = out.split('\n').filter((line) => line.startsWith('| apply '));
  expect(table.length).toBeGreaterThan(rows.filter(({ name }) => name === 'apply').length);
}, 180_000);
