import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lineNo, tenderId } from '../../src/domain/ids.js';
import { minor, money } from '../../src/domain/money.js';
import type { Order } from '../../src/domain/order.js';
import { AuditedBook } from '../../src/sim/auditor/book.js';
import { weightAsTold } from '../../src/sim/auditor/grants.js';
import { halfUp, largestRemainder } from '../../src/sim/auditor/numbers.js';
import { pricesOf } from '../../src/sim/auditor/price.js';
import { afterSaleOf, commitOf, keyOf, orderOf } from '../store/commits.js';

const FOLDER = fileURLToPath(new URL('../../src/sim/auditor/', import.meta.url));

describe('the auditor', () => {
  it.each(readdirSync(FOLDER))('shares no code with the rules that it judges: %s', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const imports = [...text.matchAll(/^(?:import|export) (type )?[^;]*?from '([^']+)';/gms)];
    const values = imports.filter(([, type]) => type === undefined).map(([, , from]) => from ?? '');
    expect(values.filter((from) => !/^(?:\.\/[\w]+\.js|node:[\w/]+)$/.test(from))).toEqual([]);
    expect(text).not.toMatch(/\bimport\(|\brequire\(/);
  });

  const line = (number: number, unitPrice: number, quantity: number, more: object = {}) => ({
    ...{ lineNo: lineNo(number), sku: `s-${number}`, productId: 'p', name: 'n', category: 'c', promotionType: 'none' },
    ...{ unitPrice: minor(unitPrice), quantity, taxRate: 0, commissionRate: 0, unitCost: minor(0) },
    ...more,
  });
  const promotion = (id: string, amount: number, lines: readonly number[], platform = 0) => ({
    ...{ id, type: 'discount', lines: lines.map(lineNo), amount: minor(amount) },
    bearers: { merchant: 10_000 - platform, platform },
  });
  const order = (more: Partial<Order>): Order =>
    orderOf(keyOf(1), { tenders: [{ id: tenderId('card'), kind: 'card', amount: minor(1) }], ...more });

  it('finds more for missing weight than a piece lacks, though all pieces together give no more', () => {
    const of = order({ lines: [line(1, 1990, 1, { weightGrams: 500 }), line(2, 990, 1, { weightGrams: 500 })] });
    const book = new AuditedBook(keyOf(1), of);
    const piece = (number: number) => ({ lineNo: lineNo(number), from: 1, to: 1 });
    const said = ([first, second]: readonly [number, number], version: number): string[] => {
      const reserved = [
        { ...piece(1), ...money(first, 0) },
        { ...piece(2), ...money(second, 0) },
      ];
      const claim = { claim: 'weight', units: [piece(1), piece(2)], reserved, reservedShares: [] } as const;
      const commit = commitOf(keyOf(1), version, 'note', { changes: { afterSales: [afterSaleOf(1, version, claim)] } });
      book.take(commit);
      return commit.write === null ? [] : [...weightAsTold({ book, write: commit.write })].map(({ check }) => check);
    };
    expect([said([279, 10], 2), said([193, 10], 3), said([193, 96], 4), said([279, 10], 5)]).toEqual([[], [], ['weight'], []]);
  });

  const gross = (of: Order, number: number) =>
    pricesOf(of)
      .get(number)
      ?.map(({ net, tax }) => net + tax);

  it('shares a promotion over lines and units as the first example says', () => {
    const of = order({ lines: [line(1, 4300, 1), line(2, 1400, 3)], promotions: [promotion('p', 299, [1, 2])] });
    expect(gross(of, 1)).toEqual([4300 - 151]);
    expect(gross(of, 2)).toEqual([1350, 1351, 1351]);
  });

  it('gives odd cents to the lower numbers', () => {
    expect(gross(order({ lines: [line(1, 3500, 3)], promotions: [promotion('p', 2000, [1])] }), 1)).toEqual([2833, 2833, 2834]);
  });

  it('reckons tax once for a line, on top or contained', () => {
    const exclusive = order({
      taxMode: 'exclusive',
      lines: [line(1, 1999, 3, { taxRate: 82_500 })],
      promotions: [promotion('p', 500, [1])],
    });
    expect(
      pricesOf(exclusive)
        .get(1)
        ?.map(({ net, tax }) => [net, tax]),
    ).toEqual([
      [1832, 151],
      [1832, 151],
      [1833, 152],
    ]);
    const inclusive = order({ lines: [line(1, 9900, 2, { taxRate: 130_000 })], promotions: [promotion('p', 1100, [1])] });
    expect(
      pricesOf(inclusive)
        .get(1)
        ?.map(({ net, tax }) => [net + tax, tax]),
    ).toEqual([
      [9350, 1076],
      [9350, 1075],
    ]);
  });

  it('shares the platform’s part by the discounts, and rounds half up', () => {
    const of = order({ lines: [line(1, 1000, 3)], promotions: [promotion('p', 100, [1], 5_000)] });
    expect(
      pricesOf(of)
        .get(1)
        ?.map(({ platformPart }) => platformPart),
    ).toEqual([17, 17, 16]);
    expect(halfUp(1990, 70, 500)).toBe(279);
    expect(largestRemainder(3333, [7000, 2000, 1000])).toEqual([2333, 667, 333]);
    expect(largestRemainder(1000, [1, 1, 1])).toEqual([334, 333, 333]);
  });
});
