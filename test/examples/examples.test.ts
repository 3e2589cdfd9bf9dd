import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/ids.js';
import { gross } from '../../src/domain/money.js';
import { type Order, stageOf } from '../../src/domain/order.js';
import { isRefusal } from '../../src/domain/refusals.js';
import { shiftOrder, shiftToYesterday } from '../../src/domain/shiftOrder.js';
import { splitOrder } from '../../src/domain/split.js';
import { parseOrder } from '../../src/server/wire/toOrder.js';
import { scaled } from '../scale.js';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

function read(json: string): Order {
  const order = parseOrder(JSON.parse(json));
  if (isRefusal(order)) throw new Error(`${order.code} ${order.path ?? ''}: ${order.detail}`);
  return order;
}

const readFile = (file: string): Order => read(readFileSync(`${folder}${file}`, 'utf8'));

function expectToAddUp(order: Order): void {
  const records = splitOrder(order);
  if (isRefusal(records)) throw new Error(`${order.orderNo}: ${records.detail}`);
  const paid = order.tenders.reduce((total, { amount }) => total + amount, 0);
  expect(gross(records.total)).toBe(paid);
}

describe('the example orders', () => {
  it('are at least fourteen, each a book of its own', () => {
    expect(files.length).toBeGreaterThanOrEqual(14);
    expect(new Set(files.map(readFile).map(({ shopId, orderNo }) => `${shopId}/${orderNo}`)).size).toBe(files.length);
  });

  it.each(files)('%s adds up', (file) => {
    expectToAddUp(readFile(file));
  });

  it('show every stage, three kinds of currency, both kinds of tax and all tenders', () => {
    const orders = files.map(readFile);
    expect(new Set(orders.flatMap(({ lines }) => lines.map(stageOf)))).toEqual(new Set(['notShipped', 'inTransit', 'delivered']));
    expect(new Set(orders.map(({ currency }) => currency.exponent))).toEqual(new Set([0, 2, 3]));
    expect(new Set(orders.map(({ taxMode }) => taxMode))).toEqual(new Set(['inclusive', 'exclusive']));
    expect(new Set(orders.flatMap(({ tenders }) => tenders.map(({ kind }) => kind)))).toEqual(
      new Set(['card', 'wallet', 'points', 'coupon', 'balance']),
    );
    expect(new Set(orders.flatMap(({ flags }) => flags))).toEqual(new Set(['trial', 'virtual']));
  });

  it('can be moved so that the newest delivery was yesterday', () => {
    const now = instant(Date.UTC(2031, 4, 5));
    const delivered = shiftToYesterday(files.map(readFile), now).flatMap(({ lines }) =>
      lines.flatMap(({ deliveredAt }) => deliveredAt ?? []),
    );
    expect(Math.max(...delivered)).toBe(now - 86_400_000);
  });
});

it('an order that is moved keeps the distances between its times', () => {
  const order = readFile('partly-shipped.json');
  const moved = shiftOrder(order, 1234);
  expect(shiftOrder(moved, -1234)).toEqual(order);
  expect([moved.placedAt - order.placedAt, moved.paidAt - order.paidAt]).toEqual([1234, 1234]);
  expect(moved.lines.map(({ shippedAt }) => shippedAt)).toEqual(order.lines.map(({ shippedAt }) => shippedAt && shippedAt + 1234));
});

describe('the generator', () => {
  const generate = (...options: string[]): string[] =>
    execFileSync(process.execPath, [`${folder}generate.mjs`, ...options], { encoding: 'utf8', maxBuffer: 1 << 28 })
      .split('\n')
      .filter((line) => line !== '');

  it('writes orders that add up', () => {
    const lines = generate('--count', String(scaled(500)), '--seed', '7');
    expect(lines).toHaveLength(scaled(500));
    for (const line of lines) expectToAddUp(read(line));
  });

  it('writes the same orders for the same seed, others for another, each with a number of its own', () => {
    const first = generate('--count', '50', '--seed', '3');
    expect(generate('--count', '50', '--seed', '3')).toEqual(first);
    expect(generate('--count', '50', '--seed', '4')).not.toEqual(first);
    expect(new Set(first.map((line) => read(line).orderNo)).size).toBe(50);
  });

  it('refuses a count that is none', () => {
    expect(() => execFileSync(process.execPath, [`${folder}generate.mjs`, '--count', 'many'], { stdio: 'pipe' })).toThrow(/--count/);
  });
});
