import { addToGroup } from './grouping.js';
import type { LineNo } from './ids.js';
import type { Minor } from './money.js';
import type { Order, OrderLine } from './order.js';

/** What names alike units of an order: `price` is their list price; `weightGrams` stands only with it. */
export interface SplitKey {
  readonly sku: string;
  readonly promotionType: string;
  readonly price?: Minor;
  readonly weightGrams?: number;
}

/** `sku_promotionType`, then `_price`, then `_weight`: how people read a key. */
export function keyText({ sku, promotionType, price, weightGrams }: SplitKey): string {
  return [sku, promotionType, price, weightGrams].filter((part) => part !== undefined).join('_');
}

/** One text per key, also where SKUs hold underscores. */
export const keyId = ({ sku, promotionType, price, weightGrams }: SplitKey): string =>
  JSON.stringify([sku, promotionType, price ?? null, weightGrams ?? null]);

/** Whether the units of a line are named by a key. */
export const names = (key: SplitKey, line: OrderLine): boolean =>
  key.sku === line.sku &&
  key.promotionType === line.promotionType &&
  (key.price === undefined || key.price === line.unitPrice) &&
  (key.weightGrams === undefined || key.weightGrams === line.weightGrams);

/** The keys that name a line, the shortest first. */
function keysOf({ sku, promotionType, unitPrice: price, weightGrams }: OrderLine): SplitKey[] {
  const keys: SplitKey[] = [
    { sku, promotionType },
    { sku, promotionType, price },
  ];
  if (weightGrams !== undefined) keys.push({ sku, promotionType, price, weightGrams });
  return keys;
}

/**
 * What makes the units of one line like those of another: list price, weight and the promotions in
 * scope. A remainder cent may differ (EXAMPLES 4). All units of one line are alike.
 */
export function likenesses(order: Order): ReadonlyMap<LineNo, string> {
  const scopes = new Map<LineNo, number[]>();
  for (const [index, { lines }] of order.promotions.entries()) {
    for (const lineNo of lines) addToGroup(scopes, lineNo, index);
  }
  return new Map(
    order.lines.map(({ lineNo, unitPrice, weightGrams }) => [
      lineNo,
      `${unitPrice}/${weightGrams ?? ''}/${scopes.get(lineNo)?.join() ?? ''}`,
    ]),
  );
}

/** How the units of a line are best named. */
export interface LineKey {
  readonly lineNo: LineNo;
  readonly key: SplitKey;
  readonly text: string;
  /** the `num` of the line's first unit; the others follow */
  readonly firstNum: number;
  /** whether all units of the key are alike; otherwise only the line number names one of these */
  readonly alike: boolean;
}

/** For each line, in their order, the shortest key whose units are all alike, or else the longest there is. */
export function lineKeys(order: Order): LineKey[] {
  const likeness = likenesses(order);
  const likenessOfKey = new Map<string, string | undefined>();
  for (const line of order.lines) {
    const mine = likeness.get(line.lineNo);
    for (const id of keysOf(line).map(keyId)) {
      likenessOfKey.set(id, !likenessOfKey.has(id) || likenessOfKey.get(id) === mine ? mine : undefined);
    }
  }
  const firstNums = firstNumbers(order);
  return order.lines.flatMap((line) => {
    const keys = keysOf(line);
    const shortest = keys.find((key) => likenessOfKey.get(keyId(key)) !== undefined);
    const key = shortest ?? keys.at(-1);
    if (key === undefined) return [];
    const firstNum = firstNums.get(line.lineNo) ?? 1;
    return [{ lineNo: line.lineNo, key, text: keyText(key), firstNum, alike: shortest !== undefined }];
  });
}

/** The `num` of the first unit of each line: it counts from 1 through all lines with the same SKU and promotion type. */
export function firstNumbers(order: Order): ReadonlyMap<LineNo, number> {
  const next = new Map<string, number>();
  const first = new Map<LineNo, number>();
  for (const { lineNo, sku, promotionType, quantity } of order.lines) {
    const id = keyId({ sku, promotionType });
    const num = next.get(id) ?? 1;
    first.set(lineNo, num);
    next.set(id, num + quantity);
  }
  return first;
}
