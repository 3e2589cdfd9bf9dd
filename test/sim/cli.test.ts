import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PLAIN, type Terminal } from '../../src/cli/terminal.js';
import { simCommand } from '../../src/sim/cli.js';
import { seedsOf } from '../../src/sim/seeds.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'redress-sim-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function sim(...words: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  const terminal: Terminal = {
    ...{ environment: {}, watched: false, progressShown: false, style: PLAIN, progress: () => undefined, err: () => undefined },
    out: (line) => lines.push(line),
    stdin: () => new ReadableStream(),
    stopAsked: () => new Promise(() => undefined),
  };
  await simCommand(terminal).exitOverride().parseAsync(words, { from: 'user' });
  return lines;
}

describe('redress sim', () => {
  it('tells one seed at length, and how to have it again', async () => {
    const lines = await sim('--seed', 'one', '--store', 'memory', '--out', directory);
    expect(lines[0]).toContain('redress sim --seed one');
    expect(lines.some((line) => /trace\s+[0-9a-f]{64}/.test(line))).toBe(true);
    expect(lines.at(-1)).toBe('every promise held');
  });

  it('writes what it did and saw as JSON', async () => {
    const file = join(directory, 'report.json');
    await sim('--seeds', 'a,b', '--json', file, '--out', directory);
    const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(report).toMatchObject({
      seeds: 2,
      violations: [],
      promises: { 'promise 6': expect.any(Number) },
      unseen: { faults: expect.any(Array) },
    });
  });

  it('lets one saboteur loose, shrinks what it breaks, and replays it', async () => {
    const lines = await sim('--saboteur', 'moved-money-ignored', '--out', directory);
    expect(lines.join('\n')).toMatch(/promise 3 \(movedIsTaken\)/);
    const again = await sim('--replay', join(directory, 'redress-saboteur-moved-money-ignored.json'));
    expect(again.join('\n')).toContain('Promise 3 is broken (movedIsTaken)');
  });

  it('names the saboteurs to who asks for one that is not there', async () => {
    await expect(sim('--saboteur', 'nobody')).rejects.toThrow(/no-version-check/);
  });
});

describe('seeds', () => {
  it.each([
    ['7', ['7']],
    ['3..5', ['3', '4', '5']],
    ['a,b', ['a', 'b']],
    ['5..3', undefined],
    ['', undefined],
  ])('are named by %j', (text, seeds) => {
    expect(seedsOf(text)).toEqual(seeds);
  });
});
