import { addToGroup } from './grouping.js';
import type { LineNo } from './ids.js';
import { minor } from './money.js';
import { type Refusal, refuse } from './refusals.js';
import type { SelectionEntry } from './selection.js';
import { keyId, type SplitKey } from './unitKey.js';

/** What the units are wanted for: `weight` needs the actual grams of each, `units` takes none. */
export type SelectionPurpose = 'units' | 'weight';

/** A number of units that one entry asks for. */
export interface Ask {
  readonly quantity: number;
  readonly actualGrams?: number;
  /** the entry, for the path of a refusal */
  readonly path: string;
}

/** One unit that an entry names by its number. */
export interface UnitAsk {
  readonly unit: number;
  readonly actualGrams?: number;
  readonly path: string;
}

export interface KeyAsked {
  readonly key: SplitKey;
  readonly asks: Ask[];
}

/** All that a selection asks for, entries that name the same added together. */
export interface Asked {
  readonly units: ReadonlyMap<LineNo, UnitAsk[]>;
  readonly lines: ReadonlyMap<LineNo, Ask[]>;
  /** by key, the most precise keys first */
  readonly keys: readonly KeyAsked[];
}

/**
 * Adds the entries of a selection together. Refuses with `selection.empty` where nothing is named, with
 * `request.invalid` quantities and unit numbers that are not positive whole numbers, and with
 * `selection.weightInvalid` grams that are missing or not wanted.
 */
export function addTogether(entries: readonly SelectionEntry[], purpose: SelectionPurpose, path: string): Asked | Refusal {
  if (entries.length === 0) return refuse('selection.empty', 'The selection has no entry.', { path });
  const units = new Map<LineNo, UnitAsk[]>();
  const lines = new Map<LineNo, Ask[]>();
  const keys = new Map<string, KeyAsked>();
  for (const [index, entry] of entries.entries()) {
    const place = `${path}[${index}]`;
    const fault = checkEntry(entry, purpose, place);
    if (fault !== undefined) return fault;
    const more = entry.actualGrams === undefined ? { path: place } : { path: place, actualGrams: entry.actualGrams };
    if ('sku' in entry) {
      const key = keyOf(entry);
      const asked = keys.get(keyId(key)) ?? { key, asks: [] };
      asked.asks.push({ quantity: entry.quantity, ...more });
      keys.set(keyId(key), asked);
    } else if ('units' in entry) {
      for (const unit of entry.units) addToGroup(units, entry.lineNo, { unit, ...more });
    } else {
      addToGroup(lines, entry.lineNo, { quantity: entry.quantity, ...more });
    }
  }
  return { units, lines, keys: [...keys.values()].sort((a, b) => precision(b.key) - precision(a.key)) };
}

const precision = ({ price, weightGrams }: SplitKey): number => Number(price !== undefined) + Number(weightGrams !== undefined);

function keyOf({ sku, promotionType, price, weightGrams }: Extract<SelectionEntry, { sku: string }>): SplitKey {
  return {
    sku,
    promotionType,
    ...(price === undefined ? {} : { price: minor(price) }),
    ...(weightGrams === undefined ? {} : { weightGrams }),
  };
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

function checkEntry(entry: SelectionEntry, purpose: SelectionPurpose, path: string): Refusal | undefined {
  if ('units' in entry) {
    if (entry.units.length === 0) return refuse('selection.empty', 'The entry names no unit.', { path: `${path}.units` });
    const odd = entry.units.findIndex((unit) => !isCount(unit));
    if (odd >= 0) return refuse('request.invalid', 'Units are numbered from 1.', { path: `${path}.units[${odd}]` });
  } else if (!isCount(entry.quantity)) {
    return refuse('request.invalid', 'A quantity is a whole number from 1.', { path: `${path}.quantity` });
  }
  if ('sku' in entry && entry.weightGrams !== undefined && entry.price === undefined) {
    return refuse('request.invalid', 'A key names the price before the weight.', { path: `${path}.price` });
  }
  if ((purpose === 'weight') === (entry.actualGrams !== undefined)) return undefined;
  const detail = purpose === 'weight' ? 'A claim of missing weight names the actual grams.' : 'This claim takes no actual grams.';
  return refuse('selection.weightInvalid', detail, { path: `${path}.actualGrams` });
}
