import { describe, expect, it } from 'vitest';
import { summaryOf } from '../../src/cli/load/summary.js';
import { PLAIN } from '../../src/cli/terminal.js';
import { PROMISES } from '../../src/load/promises/finding.js';
import type { Report } from '../../src/load/report/report.js';
import { promisesSection, wordsSection } from '../../src/load/report/sections.js';

const spread = { count: 1, mean: 1, p50: 1, p75: 1, p90: 1, p99: 1, p999: 1, max: 1 };

/** A report in which everything was counted once, and nothing refused. */
const once: Report = {
  ...{ format: 1, scenario: { name: 'steady', title: 'An ordinary day' }, target: 'http://127.0.0.1:1', seed: 1, run: 'L1' },
  ...{ startedAt: '2026-03-01T00:00:00Z', seconds: 1, pace: { kind: 'closed', connections: 1 }, commands: 1 },
  requests: { done: 1, refused: 0, putOff: 0, lost: 1, dropped: 0, perSecond: 1 },
  ...{ latency: spread, curve: [], sliceMs: 500, slices: [], phases: [], words: [], refusals: [], absences: [], notes: [] },
  aftermath: { orders: 1, afterSales: 1, open: {}, payouts: 1, payoutsInDoubt: 0 },
  promises: PROMISES.map((promise) => ({ ...promise, checked: 1, broken: 0 })),
  ...{ findings: [], verdict: 'held', failure: null },
};

describe('the summary of a load', () => {
  it('speaks of one thing as of one', () => {
    const text = summaryOf(once, PLAIN).join('\n');
    for (const said of [
      ...['1 client,', '1 command acknowledged', '1 answer was lost', '1 order, 1 after-sale (0 open), 1 payout (0 in doubt)'],
      ...['1 unit', '1 claim on units', '1 balance', '1 payout', '1 decision', '1 command', '1 event', '1 key', '1 after-sale'],
    ])
      expect(text).toMatch(new RegExp(`(?<!\\d)${said.replaceAll(/[()]/g, '\\$&')}(?!s)`));
    expect(text).not.toMatch(/(?<![\d.,])1 (?:\w|-)+s(?: |,|$)/m);
  });

  it('is as exact on the page', () => {
    expect(promisesSection(once)).toContain('1 <span class="faint wide">key</span>');
    expect(promisesSection({ ...once, promises: once.promises.map((promise) => ({ ...promise, checked: 2 })) })).toContain(
      '2 <span class="faint wide">claims on units</span>',
    );
  });

  it('tells of each command apart what was refused and what was put off, as it does of all', () => {
    const word = { entry: 'user', word: 'apply', done: 7, refused: 5, putOff: 3, latency: spread, curve: [] } as const;
    const [head, row] = summaryOf({ ...once, words: [word] }, PLAIN).filter((line) => /entry point|user +apply/.test(line));
    expect(head).toMatch(/done +refused +put off +p50/);
    expect(row).toMatch(/apply +7 +5 +3 +1\.00/);
    const page = wordsSection({ ...once, words: [word] });
    expect(page).toContain('<td class="number">7</td><td class="number">5</td><td class="number wide">3</td>');
    expect(page).toContain('<th class="number">refused</th><th class="number wide">put off</th>');
  });

  it('has no table of refusals where nothing was refused', () => {
    expect(summaryOf(once, PLAIN)).not.toContain('Refusals');
    const refused = summaryOf({ ...once, refusals: [{ code: 'selection.claimed', count: 2, words: {} }] }, PLAIN);
    expect(refused).toContain('Refusals');
    expect(refused.some((line) => /selection\.claimed +2$/.test(line))).toBe(true);
  });
});
