import { grouped } from './grouping.js';
import type { Order } from './order.js';
import { type Json, type Refusal, refuse } from './refusals.js';
import type { KeyAsked } from './selectionAsked.js';
import { type LineStock, takeLowest } from './selectStock.js';
import { keyText, likenesses, lineKeys, names, type SplitKey } from './unitKey.js';

const MAX_NAMED = 20;

/**
 * Takes the lowest free units of a key. What more precise entries have taken of it counts as asked for.
 * Refuses with `split.notFound`, `selection.tooMany` and, where its units are not alike and not all that
 * are free are asked for, with `split.ambiguous`.
 */
export function takeByKey(order: Order, stocks: readonly LineStock[], { key, asks }: KeyAsked): Refusal | undefined {
  const path = asks[0]?.path ?? '';
  const named = stocks.filter(({ line }) => names(key, line));
  if (named.length === 0) return notFound(order, key, path);
  const asked = asks.reduce((total, { quantity }) => total + quantity, 0) + named.reduce((total, { takenCount }) => total + takenCount, 0);
  const free = named.reduce((total, { freeAtFirst }) => total + freeAtFirst, 0);
  if (asked > free) {
    const detail = `${asked} units of ${keyText(key)} are asked for, ${free} are free.`;
    return refuse('selection.tooMany', detail, { path: `${path}.quantity`, facts: { key: keyText(key), asked, free } });
  }
  // Of units that are not alike, it matters which one weighs how much.
  const wholly = asked === free && asks.every(({ actualGrams }) => actualGrams === asks[0]?.actualGrams);
  if (!wholly && !areAlike(order, named)) return ambiguous(order, named, key, path);
  return takeLowest(named, asks);
}

function areAlike(order: Order, named: readonly LineStock[]): boolean {
  if (named.length === 1) return true;
  const likeness = likenesses(order);
  return new Set(named.map(({ line }) => likeness.get(line.lineNo))).size === 1;
}

function notFound(order: Order, key: SplitKey, path: string): Refusal {
  const known = [...new Set(lineKeys(order).map(({ text }) => text))];
  return refuse('split.notFound', `The order has no units of ${keyText(key)}.`, {
    path,
    facts: { key: keyText(key), keys: known.slice(0, MAX_NAMED), keyCount: known.length },
  });
}

/** Names what the caller may choose from: the longer keys, or the lines where no key is precise enough. */
function ambiguous(order: Order, named: readonly LineStock[], key: SplitKey, path: string): Refusal {
  const free = new Map(named.map(({ line, freeAtFirst }) => [line.lineNo, freeAtFirst]));
  const lines = lineKeys(order).filter(({ lineNo }) => free.has(lineNo));
  const groups = grouped(lines, ({ text, alike, lineNo }) => (alike ? text : `${text}/${lineNo}`));
  const candidates: Json[] = [...groups.values()].slice(0, MAX_NAMED).map((group) => {
    const line = named.find((stock) => stock.line.lineNo === group[0]?.lineNo)?.line;
    return {
      key: group[0]?.text ?? '',
      price: line?.unitPrice ?? 0,
      ...(line?.weightGrams === undefined ? {} : { weightGrams: line.weightGrams }),
      lines: group.slice(0, MAX_NAMED).map(({ lineNo }) => lineNo),
      free: group.reduce((total, { lineNo }) => total + (free.get(lineNo) ?? 0), 0),
    };
  });
  const detail = `${keyText(key)} names units that are not alike; name the price, the weight or the line.`;
  return refuse('split.ambiguous', detail, { path, facts: { key: keyText(key), candidates, candidateCount: groups.size } });
}
