import type { Application, BookCommand, ClaimAsked, Evidence, WayBack } from '../../actors/command.js';
import { type Instant, instant, type LineNo, lineNo } from '../../domain/ids.js';
import { minor } from '../../domain/money.js';
import { type OrderLine, stageOf } from '../../domain/order.js';
import type { SelectionEntry } from '../../domain/selection.js';
import { AFTER_SALE_TYPES, type AfterSaleType } from '../../machines/words.js';
import type { Random } from '../random.js';
import type { SeenBook } from '../world/seen.js';
import { REASONS } from '../world/templates.js';

export const SHA = 'ab'.repeat(32);

/** Stands for what the caller uploaded, until it is known who calls. */
const OWN_UPLOAD = 'own upload';
/** The id of the one piece of evidence that a caller has uploaded. */
export const uploadOf = (caller: string): string => `upload of ${caller}`;

/** The command with the caller's own uploads. */
export function withUploads(command: BookCommand, caller: string): BookCommand {
  const brings = command.kind === 'apply' || (command.kind === 'afterSale' && 'evidence' in command.command);
  const text = brings ? JSON.stringify(command) : '';
  if (!text.includes(OWN_UPLOAD)) return command;
  return JSON.parse(text.replaceAll(OWN_UPLOAD, uploadOf(caller))) as BookCommand;
}

/** Links, uploads, and now and then an upload that is not there or has other content. */
export function drawEvidence(random: Random, count: number): Evidence[] {
  return Array.from({ length: count }, (): Evidence => {
    if (random.chance(2, 3)) return { kind: 'photo', url: 'https://example.org/photo', sha256: SHA };
    const evidenceId = random.weighted([[OWN_UPLOAD, 8] as const, ['somebody', 1] as const]);
    return { kind: 'photo', evidenceId, sha256: random.chance(1, 12) ? 'cd'.repeat(32) : SHA };
  });
}

/** Names some units of a line, by its number, by single units or by split key. */
function drawEntry(random: Random, line: OrderLine, quantity: number): SelectionEntry {
  const { sku, promotionType, unitPrice: price, weightGrams } = line;
  switch (random.below(6)) {
    case 0:
      return { sku, promotionType, quantity };
    case 1:
      return { sku, promotionType, price, quantity };
    case 2:
      return weightGrams === undefined ? { sku, promotionType, price, quantity } : { sku, promotionType, price, weightGrams, quantity };
    case 3: {
      const from = random.between(1, line.quantity);
      return { lineNo: line.lineNo, units: Array.from({ length: Math.min(quantity, line.quantity - from + 1) }, (_, i) => from + i) };
    }
    default:
      return { lineNo: line.lineNo, quantity };
  }
}

/** Units of an order as callers name them: one entry or several, now and then the same SKU twice, too many, or a line that is not there. */
export function drawSelection(random: Random, lines: readonly OrderLine[]): SelectionEntry[] {
  if (random.chance(1, 50)) return [];
  if (random.chance(1, 50)) return [{ lineNo: lineNo(99), quantity: 1 }];
  if (random.chance(1, 50)) return [{ sku: 'no-such-thing', promotionType: 'none', quantity: 1 }];
  if (random.chance(1, 80)) return [{ lineNo: lineNo(1), quantity: 0 }];
  const stage = stageOf(random.pick(lines));
  const alike = random.chance(19, 20) ? lines.filter((line) => stageOf(line) === stage) : lines;
  const chosen = random.shuffled(alike).slice(0, random.weighted([[1, 4] as const, [2, 2] as const, [5, 1] as const]));
  const entries = chosen.flatMap((line) => {
    const most = random.chance(1, 25) ? line.quantity + 1 : line.quantity;
    const quantity = random.chance(1, 3) ? most : random.between(1, most);
    const [first] = [drawEntry(random, line, quantity)];
    // The same units in two entries of one request.
    if (!random.chance(1, 6) || quantity < 2) return [first];
    const part = random.between(1, quantity - 1);
    return [drawEntry(random, line, part), drawEntry(random, line, random.chance(1, 4) ? quantity : quantity - part)];
  });
  return entries;
}

function drawClaim(random: Random, book: SeenBook, type: AfterSaleType): ClaimAsked {
  const { code } = book.order.currency;
  if (type !== 'refund') return random.chance(1, 40) ? { kind: 'weight' } : { kind: 'unit' };
  return random.weighted([
    [{ kind: 'unit' } as const, 6],
    [
      {
        kind: 'money',
        amount: { amount: minor(random.chance(1, 30) ? 0 : random.spread(1, 6_000)), currency: random.chance(1, 40) ? 'EUR' : code },
      } as const,
      4,
    ],
    [{ kind: 'weight' } as const, 2],
  ]);
}

function withWeights(random: Random, entries: readonly SelectionEntry[], book: SeenBook): SelectionEntry[] {
  return entries.map((entry) => {
    const line = book.order.lines.find((candidate) =>
      'lineNo' in entry ? candidate.lineNo === entry.lineNo : candidate.sku === entry.sku,
    );
    const grams = line?.weightGrams ?? 0;
    return grams === 0 ? entry : { ...entry, actualGrams: random.between(0, random.chance(1, 15) ? grams : grams - 1) };
  });
}

function drawWayBack(random: Random, now: Instant): WayBack {
  const address = { name: 'Buyer', country: 'CN', city: 'Shanghai', street: 'Road 1' };
  const from = instant(random.chance(1, 15) ? now - 14_400_000 : now);
  return random.weighted([
    [{ kind: 'courier', trackingNo: 'T-1' } as const, 3],
    [{ kind: 'pickup', address, from, to: instant(from + 7_200_000) } as const, 3],
    [{ kind: 'counter' } as const, 1],
  ]);
}

export interface ApplicationBias {
  readonly types: readonly (readonly [AfterSaleType, number])[];
}

/** What somebody applies for. Most of it makes sense. */
export function drawApplication(random: Random, book: SeenBook, now: Instant, bias: ApplicationBias): Application {
  const delivered = book.order.lines.some((line) => line.deliveredAt !== undefined);
  const type = delivered ? random.weighted(bias.types) : random.chance(9, 10) ? 'refund' : random.pick(AFTER_SALE_TYPES);
  const candidates = delivered && random.chance(9, 10) ? book.order.lines.filter((l) => l.deliveredAt !== undefined) : book.order.lines;
  const claim = drawClaim(random, book, type);
  const selection = drawSelection(random, candidates);
  const goods = random.chance(1, 60) ? type === 'refund' : type !== 'refund';
  const wants = random.chance(1, 60) ? type !== 'exchange' : type === 'exchange';
  return {
    type,
    reason: random.chance(1, 50) ? 'nothing' : random.pick(REASONS),
    claim,
    selection: claim.kind === 'weight' ? withWeights(random, selection, book) : selection,
    evidence: drawEvidence(random, random.weighted([[0, 5] as const, [1, 4] as const, [2, 1] as const, [4, 1] as const])),
    origin: random.chance(1, 8) ? 'bazaar' : 'own',
    ...(random.chance(1, 4) ? { remark: 'please' } : {}),
    ...(goods ? { wayBack: drawWayBack(random, now) } : {}),
    ...(wants ? { wanted: { sku: random.chance(1, 3) ? (candidates[0]?.sku ?? 'x') : random.pick(['another', 'third']) } } : {}),
    ...(random.chance(1, 30) ? { quoted: { amount: minor(random.spread(1, 6_000)), currency: book.order.currency.code } } : {}),
  };
}

/** Some of an after-sale's own units, as an inspection names them. */
export function drawPassed(
  random: Random,
  units: readonly { readonly lineNo: LineNo; readonly from: number; readonly to: number }[],
): SelectionEntry[] {
  const all = units.flatMap(({ lineNo: line, from, to }) => Array.from({ length: to - from + 1 }, (_, i) => ({ line, unit: from + i })));
  const count = random.chance(1, 12) ? all.length : random.between(1, Math.max(1, all.length - 1));
  const chosen = random.shuffled(all).slice(0, count);
  return [...new Set(chosen.map(({ line }) => line))].map((line) => ({
    lineNo: line,
    units: chosen.filter((other) => other.line === line).map(({ unit }) => unit),
  }));
}
