import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { figureOf } from '../../bench/figures.js';
import { pictureOf, tablesOf, writtenBetween } from '../../bench/limits/writtenRows.js';
import { type Answer, answerReader } from '../../bench/load/connection.js';
import { play } from '../../bench/load/plays.js';
import type { Stage } from '../../bench/load/scripts.js';
import { readOptions } from '../../bench/options.js';
import { rateRow } from '../../bench/rows.js';

const figure = (perSecond: number) => ({ perSecond, p50Ms: 1, p99Ms: 2, spread: 0, runs: 3 });

describe('figures', () => {
  it('are the median of the runs, with their spread', () => {
    const runs = [90, 120, 100].map((perSecond) => ({ perSecond, p50Ms: perSecond / 10, p99Ms: 50 }));
    expect(figureOf(runs)).toEqual({ perSecond: 100, p50Ms: 10, p99Ms: 50, spread: 0.3, runs: 3 });
  });

  it.each([
    { perSecond: 25, target: { atLeast: 0.25 }, ratio: 0.25, met: true },
    { perSecond: 24, target: { atLeast: 0.25 }, ratio: 0.24, met: false },
    { perSecond: 121, target: { atMost: 1.2 }, ratio: 1.21, met: false },
    { perSecond: 121, target: undefined, ratio: 1.21, met: null },
  ])('of $perSecond beside 100 are judged $met by $target', ({ perSecond, target, ratio, met }) => {
    expect(rateRow('work', 64, figure(perSecond), { name: 'limit', perSecond: 100 }, target)).toMatchObject({ ratio, met });
  });
});

describe('what a command wrote', () => {
  it('is told row by row: what came, what changed, what went', () => {
    const connection = new Database(':memory:');
    connection.exec('CREATE TABLE book (id INTEGER PRIMARY KEY, version INTEGER, name TEXT)');
    connection.exec("INSERT INTO book VALUES (1, 1, 'stays'), (2, 1, 'changes'), (3, 1, 'goes')");
    const tables = tablesOf(connection);
    const before = pictureOf(connection, tables);
    connection.exec("UPDATE book SET version = 300 WHERE id = 2; DELETE FROM book WHERE id = 3; INSERT INTO book VALUES (4, 1, 'comes')");
    const seen = writtenBetween(tables, before, pictureOf(connection, tables));
    connection.close();
    expect(seen).toEqual([
      { table: 'book', change: 'update', key: { id: 2 }, values: { version: 300 }, bytes: 4 + 1 + 2 + 7 },
      { table: 'book', change: 'insert', key: { id: 4 }, values: { id: 4, version: 1, name: 'comes' }, bytes: 4 + 1 + 0 + 5 },
      { table: 'book', change: 'delete', key: { id: 3 }, values: {}, bytes: 0 },
    ]);
  });
});

describe('the load', () => {
  it('cuts answers out of what arrives, however it is cut on its way', () => {
    const text = ['HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nbody', 'HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n'].join('');
    for (let at = 1; at < text.length; at++) {
      const answers: Answer[] = [];
      const reader = answerReader((answer) => answers.push(answer));
      reader.take(text.slice(0, at));
      reader.take(text.slice(at));
      reader.take('');
      expect(answers.map(({ status, body }) => ({ status, body }))).toEqual([
        { status: 201, body: 'body' },
        { status: 503, body: '' },
      ]);
    }
  });

  const stage: Stage = {
    voices: { buyers: [], merchant: '', platform: '', gatewaySecret: '' },
    applied: { put: () => undefined, take: () => undefined },
    seconds: () => 0,
  };
  const answered = (status: number, head = '') => ({ status, head, body: '{"id":"00000000-0000-8000-8000-000000000001"}' });

  it('counts a refusal and a replay as no work', () => {
    const script = play(stage, { kind: 'apply', from: 0, to: 3, key: 'a' });
    expect(script.judge(0, answered(201))).toBe('done');
    expect(script.judge(0, answered(422))).toBe('wrong');
    expect(script.judge(0, answered(201, 'HTTP/1.1 201 Created\r\nidempotency-replayed: true'))).toBe('wrong');
  });

  it('takes an after-sale through its life before it counts', () => {
    const script = play(stage, { kind: 'lifecycle', from: 0, to: 1, key: 'a' });
    const lines = [201, 200, 200].map((status) => {
      const [line] = (script.next(0) ?? '').split('\r\n');
      return { line, verdict: script.judge(0, answered(status)) };
    });
    expect(lines).toEqual([
      { line: 'POST /v1/user/after-sales HTTP/1.1', verdict: 'step' },
      { line: 'POST /v1/merchant/after-sales/00000000-0000-8000-8000-000000000001/approve HTTP/1.1', verdict: 'step' },
      { line: 'POST /v1/platform/callbacks/gateway HTTP/1.1', verdict: 'done' },
    ]);
    expect(script.next(0)).toBeUndefined();
  });

  it('gives the same random commands whoever else is at work', () => {
    const alone = play(stage, { kind: 'random', from: 0, to: 640, key: 'a' });
    const among = play(stage, { kind: 'random', from: 0, to: 640, key: 'a' });
    for (let turn = 0; turn < 50; turn++) {
      const request = alone.next(7);
      among.next(8);
      expect(among.next(7)).toBe(request);
      for (const [script, lane] of [
        [alone, 7],
        [among, 7],
        [among, 8],
      ] as const) {
        script.judge(
          lane,
          answered(script === among && lane === 8 ? 422 : /^POST \/v1\/user\/after-sales HTTP/.test(request ?? '') ? 201 : 200),
        );
      }
    }
  });
});

describe('the options', () => {
  it.each([
    { words: ['--only', 'nothing'], says: 'There is no suite nothing; there are apply, list.' },
    { words: ['--seconds', '0'], says: '--seconds takes a positive number, not 0.' },
    { words: ['--quicker'], says: '--quicker' },
  ])('refuse $words', ({ words, says }) => {
    const read = () => readOptions(words, ['apply', 'list']);
    expect(read).toThrow(TypeError);
    expect(read).toThrow(says);
  });

  it('of a quick run are those of a full one, but shorter', () => {
    const [full, quick] = [readOptions([], []), readOptions(['--quick'], [])];
    expect(quick.runs).toBe(full.runs);
    expect(quick.windowMs).toBeLessThan(full.windowMs);
    expect(quick.orders).toBeLessThan(full.orders);
  });
});
