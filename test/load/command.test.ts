import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/actors/rules.js';
import { runCli } from '../../src/cli/run.js';
import { PLAIN, type Terminal } from '../../src/cli/terminal.js';
import { money } from '../../src/domain/money.js';
import { isRefusal } from '../../src/domain/refusals.js';
import type { Report } from '../../src/load/report/report.js';
import { SCENARIOS } from '../../src/load/scenarios/all.js';
import { directory, redress } from '../cli/redress.js';
import { serviceWithout } from './serviceWithout.js';

/** `redress load` as people run it, in a process of its own. */

const SMALL = ['--connections', '4', '--duration', '1s', '--orders', '4', '--keys', '20'];

it('starts a service of its own, kills it in the middle, and reports that nothing was lost', async () => {
  const files = directory();
  const [json, html] = [join(files, 'load.json'), join(files, 'load.html')];
  const { status, out, err } = await redress([
    'load',
    '--start',
    '--crash-at',
    '1s',
    ...SMALL,
    '--duration',
    '2s',
    '--json',
    json,
    '--html',
    html,
  ]);
  expect({ status, err }).toEqual({ status: 0, err: `redress: wrote ${json}\nredress: wrote ${html}\n` });
  expect(out).toContain('Every promise held.');
  expect(out).toMatch(/away +\d+\.\d s from \d+\.\d s on/);
  const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
  expect(report).toMatchObject({ format: 1, verdict: 'held', pace: { kind: 'closed', connections: 4 } });
  expect(report.absences).toHaveLength(1);
  // A second of load, not of the service: putting orders does not count. A timer may come a millisecond early.
  expect(report.absences[0]?.from).toBeGreaterThanOrEqual(990);

  const page = readFileSync(html, 'utf8');
  expect(page).toContain('Every promise held');
  expect(JSON.parse(/<script type="application\/json" id="report">(.*?)<\/script>/.exec(page)?.[1] ?? '')).toEqual(report);
  // It needs nothing from anywhere: no address but that of the service it tells of.
  expect([...page.matchAll(/(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?\/\//g)]).toEqual([]);
});

it('with a token of each role loads a service that is there', async () => {
  const { url, cast } = await serviceWithout();
  const people = [
    { role: 'user', platform: 'load', buyerUid: 'ann' },
    { role: 'merchant', id: 'desk', shops: ['shop-1'] },
    { role: 'operations', id: 'operator' },
    { role: 'platform', id: 'machine', platform: 'load' },
  ] as const;
  const tokens = await Promise.all(people.map((person) => cast.token(person)));
  const { status, out, err } = await redress(['load', '--url', url, ...tokens.flatMap((token) => ['--token', token]), ...SMALL]);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain('Every promise held.');
});

it('ends with exit code 1 where a promise is broken, and says which and where', async () => {
  const centMore: typeof RULES.splitOrder = (order) => {
    const split = RULES.splitOrder(order);
    const [first, ...rest] = isRefusal(split) ? [] : split.runs;
    if (isRefusal(split) || first === undefined || first.to > first.from) return split;
    return {
      ...split,
      runs: [{ ...first, cost: money(first.cost.net + 1, first.cost.tax) }, ...rest],
      total: money(split.total.net + 1, split.total.tax),
    };
  };
  const { url, dataDirectory } = await serviceWithout({ rules: { splitOrder: centMore } });
  const { status, out, err } = await redress(['load', '--url', url, '--data', dataDirectory, ...SMALL, '--orders', '20']);
  expect({ status, err }).toEqual({ status: 1, err: 'redress: A promise was broken.\n' });
  expect(out).toMatch(/✗ Every unit costs what its order says, to the cent: \d+ broken of \d+ units/);
  expect(out).toMatch(/split: order L\w+-\d+: unit 1 of line 1 cost \d+ \+ \d+ tax, and the service says \d+ \+ \d+ tax/);
});

/** Runs a command line that starts nothing, in this process. */
async function here(words: readonly string[]) {
  const said = { out: '', err: '' };
  const terminal: Terminal = {
    environment: { REDRESS_DATA: '/nowhere' },
    out: (line) => {
      said.out += `${line}\n`;
    },
    err: (line) => {
      said.err += `${line}\n`;
    },
    progress: () => undefined,
    watched: false,
    progressShown: false,
    style: PLAIN,
    stdin: () => new ReadableStream(),
    stopAsked: () => new Promise(() => undefined),
  };
  const status = await runCli(words, terminal);
  return { status, ...said };
}

describe('redress load', () => {
  it('tells of every scenario', async () => {
    const { status, out } = await here(['load', '--scenarios']);
    expect(status).toBe(0);
    for (const { name, title, help } of SCENARIOS) {
      expect(out).toContain(`${name}: ${title}`);
      expect(out).toContain(help.split('\n')[0]);
    }
  });

  it('prints what a load came to although its report cannot be written in the end', async () => {
    const { url, dataDirectory } = await serviceWithout();
    // A device that is always full: it can be opened, and takes nothing.
    const { status, out, err } = await here(['load', '--url', url, '--data', dataDirectory, '--json', '/dev/full', ...SMALL]);
    expect(out).toContain('Every promise held.');
    expect(err).toMatch(/^redress: \/dev\/full cannot be written: .*\nredress: Every promise held, and a report is missing\.\n$/);
    expect(status).toBe(1);
  });

  it('names the default of --patience as it is given', async () => {
    expect((await here(['load', '--help'])).out).toMatch(/--patience <duration>[^-]*\(default:\s+60s\)/);
  });

  it('fails where nobody answers', async () => {
    const { url, dataDirectory, stop, start } = await serviceWithout();
    await stop();
    const { status, out, err } = await here(['load', '--url', url, '--data', dataDirectory, '--patience', '1s', ...SMALL]);
    await start();
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(/does not answer: the service has not answered for 1 s/);
  });

  it('fails where a scenario needs a sandbox and there is none', async () => {
    const { url, dataDirectory } = await serviceWithout({}, { REDRESS_SANDBOX: 'no' });
    const { status, err } = await here(['load', '--url', url, '--data', dataDirectory, '--scenario', 'gateway-outage', ...SMALL]);
    expect({ status, err }).toEqual({
      status: 1,
      err: 'redress: The scenario gateway-outage needs a sandbox: start the service with --sandbox.\n',
    });
  });

  it.each([
    { words: ['--scenario', 'picnic'], says: /Allowed choices are steady, sale-day/ },
    { words: ['--start', '--url', 'http://127.0.0.1:1'], says: /it takes no --url/ },
    { words: ['--crash-at', '1s'], says: /--crash-at needs --start/ },
    { words: ['--start', '--rate', '1', '--connections', '1'], says: /not both/ },
    { words: ['--url', 'ftp://somewhere'], says: /is no address/ },
    { words: ['--rate', 'many'], says: /expected a number above 0/ },
    { words: ['--mix', 'user=1,clerk=2'], says: /expected shares of user, merchant/ },
    { words: ['--duration', 'long'], says: /expected a duration/ },
    { words: ['--token', 'nonsense'], says: /is none that Redress takes/ },
    { words: ['--timers', '5'], says: /--timers needs a scenario that sets deadlines: steady sets none/ },
    {
      words: ['--start', '--json', '/nowhere/x.json'],
      says: /^redress: --json: \/nowhere\/x\.json cannot be written: there is no directory \/nowhere\.\n$/,
    },
    { words: ['--start', '--html', '/nowhere/x.html'], says: /^redress: --html: \/nowhere\/x\.html cannot be written/ },
    { words: ['--start', '--html', tmpdir()], says: /cannot be written: it is a directory/ },
    { words: ['--data', '/nowhere'], says: /no secret to sign tokens with/ },
  ])('refuses $words with exit code 2', async ({ words, says }) => {
    const { status, out, err } = await here(['load', ...words]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(says);
  });
});
