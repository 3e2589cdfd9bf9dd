import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PLAIN, type Terminal } from '../../src/cli/terminal.js';
import { simCommand } from '../../src/sim/cli.js';
import { writeSummaryMeanwhile } from '../../src/sim/files.js';
import { seedsOf } from '../../src/sim/seeds.js';
import { Tally } from '../../src/sim/summary.js';
import { here } from '../cli/here.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'redress-sim-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const sim = (...words: readonly string[]): Promise<string[]> => typing('', ...words);

/** With somebody at the keyboard, whose lines are read as they are asked for. */
async function typing(keys: string, ...words: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  const terminal: Terminal = {
    ...{ environment: {}, watched: false, progressShown: false, style: PLAIN, progress: () => undefined, err: () => undefined },
    out: (line) => lines.push(line),
    stdin: () => new Blob([keys]).stream(),
    stopAsked: () => new Promise(() => undefined),
  };
  await simCommand(terminal).exitOverride().parseAsync(words, { from: 'user' });
  return lines;
}

const reportIn = (file: string): { readonly seeds: number; readonly commands: number } =>
  JSON.parse(readFileSync(file, 'utf8')) as { readonly seeds: number; readonly commands: number };

describe('redress sim', () => {
  it('tells one seed at length, and how to have it again', async () => {
    const lines = await sim('--seed', 'one', '--store', 'memory', '--out', directory);
    expect(lines[0]).toContain('redress sim --seed one');
    expect(lines.some((line) => /trace\s+[0-9a-f]{64}/.test(line))).toBe(true);
    expect(lines.at(-1)).toBe('every promise held');
    // Of one run that is nearly everything.
    expect(lines.join('\n')).not.toContain('never seen');
  });

  it('tells of one seed what was never seen where that is asked for', async () => {
    const lines = await sim('--seed', 'one', '--store', 'memory', '--coverage', '--out', directory);
    expect(lines.some((line) => /^never seen: \d+ transitions$/.test(line))).toBe(true);
    expect(lines.some((line) => line.startsWith('never seen: transitions '))).toBe(true);
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

  it('writes its report through a link, which stays what it is, and says where that fails in the end', async () => {
    const [file, link, full] = [join(directory, 'kept.json'), join(directory, 'link.json'), join(directory, 'full.json')];
    writeFileSync(file, 'of before');
    symlinkSync(file, link);
    await sim('--seeds', 'a', '--json', link, '--out', directory);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(reportIn(file).seeds).toBe(1);

    symlinkSync('/dev/full', full);
    const { status, out, err } = await here(['sim', '--seeds', 'a', '--json', full, '--out', directory]);
    expect({ status, err }).toEqual({
      status: 1,
      err: expect.stringMatching(/^redress: \S+full\.json cannot be written: ENOSPC[^\n]*\n$/),
    });
    expect(out).toContain('every promise held');
    expect(lstatSync(full).isSymbolicLink()).toBe(true);
  });

  it('writes meanwhile only what is replaced in the end, and gives up no run where that fails', () => {
    const [file, gone] = [join(directory, 'so-far.json'), join(directory, 'gone', 'so-far.json')];
    const soFar = new Tally().summary();
    expect(writeSummaryMeanwhile(file, soFar)).toBeUndefined();
    expect(reportIn(file).seeds).toBe(0);
    // One report after the other in a pipe would be none.
    symlinkSync('/dev/full', join(directory, 'pipe'));
    expect(writeSummaryMeanwhile(join(directory, 'pipe'), soFar)).toBeUndefined();
    expect(writeSummaryMeanwhile(gone, soFar)).toMatch(/^\S+so-far\.json cannot be written: ENOENT/);
  });

  it('tells in the story of a broken promise of each payout its amount, its state and its attempt', async () => {
    const lines = await sim('--saboteur', 'fees-taken-twice', '--out', directory);
    const payouts = lines.flatMap((line) => line.match(/\d+:\S+ \d+ (?:held|waiting|begun|paid)\/\S+/g) ?? []);
    expect(payouts.length).toBeGreaterThan(0);
    for (const payout of payouts) expect.soft(payout).toMatch(/\/\d+,?$/);
  });

  it('lets one saboteur loose, shrinks what it breaks, and replays it', async () => {
    const lines = await sim('--saboteur', 'moved-money-ignored', '--out', directory);
    expect(lines.join('\n')).toMatch(/promise 3 \(movedIsTaken\)/);
    const again = await sim('--replay', join(directory, 'redress-saboteur-moved-money-ignored.json'));
    expect(again.join('\n')).toContain('Promise 3 is broken (movedIsTaken)');
    // It shows what it is there for: that is no failure.
    expect(await here(['sim', '--replay', join(directory, 'redress-saboteur-moved-money-ignored.json')])).toMatchObject({ status: 0 });
  });

  it('stops a replay at each command while somebody asks for the next, and runs on once nobody does', async () => {
    await sim('--saboteur', 'moved-money-ignored', '--out', directory);
    const file = join(directory, 'redress-saboteur-moved-money-ignored.json');
    for (const [keys, expected] of [
      ['', [1]],
      ['\n', [1, 2]],
    ] as const) {
      const lines = await typing(keys, '--replay', file, '--step');
      const commands = lines.flatMap((line, index) => (/^command /.test(line) ? [index] : []));
      const stops = lines.flatMap((line, index) => (line === '  enter: next' ? [index] : []));
      expect(commands.length).toBeGreaterThan(1);
      expect(stops.map((stop) => commands.filter((command) => command < stop).length)).toEqual(expected);
      expect(lines.join('\n')).toContain('Promise 3 is broken (movedIsTaken)');
    }
  });

  it('goes on with further seeds until so many commands were given', async () => {
    const file = join(directory, 'report.json');
    await sim('--commands', '3000', '--json', file, '--out', directory);
    const { seeds, commands } = reportIn(file);
    expect(seeds).toBeGreaterThan(1);
    expect(commands).toBeGreaterThanOrEqual(3_000);
    expect(commands).toBeLessThan(20_000);
  });

  it('goes on after a report and counts it in, and prints a report as a page', async () => {
    const [first, both] = [join(directory, 'first.json'), join(directory, 'both.json')];
    await sim('--seeds', '1..2', '--json', first, '--out', directory);
    await sim('--seeds', '3..5', '--continue', first, '--json', both, '--out', directory);
    expect(reportIn(both).seeds).toBe(5);
    expect(reportIn(both).commands).toBeGreaterThan(reportIn(first).commands);
    const page = (await sim('--report', both)).join('\n');
    expect(page).toContain(reportIn(both).commands.toLocaleString('en'));
    expect(page).toContain('**none broken**');
  });

  it('names the saboteurs to who asks for one that is not there', async () => {
    await expect(sim('--saboteur', 'nobody')).rejects.toThrow(/no-version-check/);
  });
});

const SEVERAL = 'expected seeds like 7, 1..1000 or a,b,c';

describe('redress sim says in one sentence, with exit code 2 and before it runs anything,', () => {
  it.each([
    { words: ['--seeds', '1-5'], says: SEVERAL },
    { words: ['--seeds', '1...5'], says: SEVERAL },
    { words: ['--seeds', '1..3,7'], says: SEVERAL },
    { words: ['--seed', '1..5'], says: 'expected one seed; --seeds takes several' },
    { words: ['--step'], says: '--step needs --replay.' },
    { words: ['--seed', '1', '--seeds', '1..3'], says: '--seeds does not go with --seed, which is one run.' },
    { words: ['--seed', '1', '--commands', '9'], says: '--commands does not go with --seed, which is one run.' },
    { words: ['--seed', '1', '--saboteurs'], says: '--seed does not go with --saboteurs.' },
    { words: ['--saboteurs', '--jobs', '1'], says: '--jobs does not go with --saboteurs.' },
    { words: ['--saboteur', 'stale-cap', '--step'], says: '--step needs --replay.' },
    { words: ['--replay', 'r.json', '--json', 'x.json'], says: '--json does not go with --replay.' },
    { words: ['--speed', '--report', 'r.json'], says: '--speed does not go with --report.' },
    { words: ['--jobs', '1000'], says: '--jobs: expected a whole number from 1 to' },
    { words: ['--json', '/nowhere/x.json'], says: '--json: /nowhere/x.json cannot be written: there is no directory /nowhere.' },
    { words: ['--out', '/nowhere'], says: '--out: nothing can be written to /nowhere: there is no directory /nowhere.' },
    { words: ['--saboteur', 'stale-cap', '--out', '/nowhere'], says: '--out: nothing can be written to /nowhere' },
  ])('what is wrong with $words', async ({ words, says }) => {
    const { status, out, err } = await here(['sim', ...words]);
    expect({ status, out, first: err.split('\n')[0] }).toEqual({ status: 2, out: '', first: expect.stringContaining(says) });
  });

  const another = { 'of another kind': '{"a":1}', 'that is no JSON': 'nonsense', 'with a replay of nothing': '{"version":1,"items":[{}]}' };
  it.each(
    Object.entries(another).flatMap(([kind, text]) => [
      { kind, text, words: ['--replay'], what: 'replay' },
      { kind, text, words: ['--seeds', '1..2', '--continue'], what: 'report' },
      { kind, text, words: ['--report'], what: 'report' },
    ]),
  )('that $words is given a file $kind', async ({ text, words, what }) => {
    const file = join(directory, 'other.json');
    writeFileSync(file, text);
    const ended = await here(['sim', ...words, file]);
    expect(ended).toEqual({ status: 2, out: '', err: `redress: ${file} is no ${what} of redress sim.\n` });
    expect(readdirSync(directory)).toEqual(['other.json']);
  });

  it.each([['--replay'], ['--continue'], ['--report']])('that the file of %s is not there', async (option) => {
    const file = join(directory, 'gone.json');
    const { status, out, err } = await here(['sim', option, file]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(/^redress: \S+gone\.json cannot be read: ENOENT[^\n]*\n$/);
    expect(existsSync(file)).toBe(false);
  });
});

describe('seeds', () => {
  it.each([
    ['7', ['7']],
    ['3..5', ['3', '4', '5']],
    ['a,b', ['a', 'b']],
    ['5..3', undefined],
    ['', undefined],
    ['1-5', undefined],
    ['1...5', undefined],
    ['1 .. 5', undefined],
    ['..5', undefined],
    ['1..5,9', undefined],
    ['sale-day-1..b,x-5', ['sale-day-1..b', 'x-5']],
  ])('are named by %j', (text, seeds) => {
    expect(seedsOf(text)).toEqual(seeds);
  });
});
