import fc from 'fast-check';
import { expect } from 'vitest';
import { isRefusal } from '../../../src/domain/refusals.js';
import type { SelectionEntry } from '../../../src/domain/selection.js';
import { units } from './orders.js';
import type { Asked, Scenario } from './scenario.js';

/** Refunds of parts, and of the rest. */

export interface Part {
  readonly line: number;
  readonly unit: number;
  readonly kind: number;
  readonly amount: number;
  readonly voided: boolean;
}

/** Parts of any kind, in any order. */
export const anyParts: fc.Arbitrary<Part[]> = fc.array(
  fc.record({ line: fc.nat(9), unit: fc.nat(9), kind: fc.nat(5), amount: fc.nat(99_999), voided: fc.boolean() }),
  { maxLength: 12, size: 'max' },
);

/** Refunds every unit that is still free, one after-sale for each line. */
export function refundTheRest(s: Scenario): void {
  for (const line of s.book.order.lines) {
    const ended = s.history.endedUnits();
    const free = Array.from({ length: line.quantity }, (_, i) => i + 1).filter((unit) => !ended.has(`${line.lineNo}.${unit}`));
    if (free.length === 0) continue;
    // Goods back, because a unit may have nothing left to refund and still has to end.
    s.apply({ type: 'return', selection: units(line.lineNo, ...free) }, 'operations')
      .approve()
      .by('operations', { type: 'handOver' });
    s.by('merchant', { type: 'received' }).by('merchant', { type: 'inspect', result: 'all', sellable: true }).paid().expect('completed');
  }
}

/** Caps that do not hold exactly what was paid: everything went back, and nothing is reserved. */
export function everythingIsBack(s: Scenario): void {
  for (const cap of s.history.caps.values()) {
    if (cap.key === 'goodwill' || cap.key.startsWith('advanced:')) continue;
    expect(cap, cap.key).toMatchObject({ posted: cap.limit, reserved: { net: 0, tax: 0, units: 0 } });
  }
}

/** Refunds one part, or reserves it and lets it go again. */
export function takePart(s: Scenario, { line: index, unit, kind, amount, voided }: Part): void {
  const line = s.book.order.lines[index % s.book.order.lines.length];
  if (line === undefined) return;
  const selection = units(line.lineNo, 1 + (unit % line.quantity));
  const claim = kind === 0 ? 'unit' : kind === 1 ? 'weight' : 1 + (amount % 700);
  const entries: SelectionEntry[] = claim === 'weight' ? selection.map((entry) => ({ ...entry, actualGrams: amount % 500 })) : selection;
  const asked: Asked = { selection: entries, claim };
  const outcome = s.give(s.buyer(), { kind: 'apply', application: s.application(asked) });
  if (isRefusal(outcome)) return;
  s.on(s.book.state.lastRefundId);
  if (voided) s.by('merchant', { type: 'reject', remark: 'no' });
  else if (kind === 2)
    s.by('merchant', { type: 'offer', amount: s.price(Math.max(1, Math.floor(((amount % 700) + 1) / 2))) })
      .by('user', { type: 'accept' })
      .paid();
  else s.approve().paid();
}
