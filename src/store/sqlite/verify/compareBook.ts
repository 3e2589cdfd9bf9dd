import { hashPrivate } from '../../../actors/private.js';
import type { Finding } from '../../../actors/replay/finding.js';
import type { ToldEvent, ToldPrivate, ToldRows } from '../../../actors/replay/toldRows.js';
import type { AfterSale, Cap, PrivateRow } from '../../../actors/rows.js';
import type { AfterSaleId } from '../../../domain/ids.js';
import { afterSaleRow, payoutRow } from '../commitRows.js';
import { compareRows } from './compareRows.js';
import type { StoredBook, StoredEvent } from './storedBook.js';
import { AFTER_SALE, BOOK, CAP, EVENT_ALSO, ORDER_CONTENT, PAYOUT, PRIVATE_TEXT, type Row, TIMER, TRANSFER } from './tables.js';

/** What is kept of an event besides what its hash holds. */
export type EventNumbers = Pick<StoredEvent, 'afterSale' | 'type'>;

/** Compares every row of an order with what its trail tells. `events` are all that are stored, oldest first. */
export function compareBook(stored: StoredBook, events: readonly EventNumbers[], told: ToldRows): readonly Finding[] {
  const numberOf = numbersBy(stored, events, told);
  const book = stored.number;
  const shopId = String(stored.book[0]?.[0] ?? told.order?.shopId);
  return [
    compareOrder(stored, told),
    compareRows(
      AFTER_SALE,
      stored.afterSales,
      Array.from(told.afterSales.values(), (row) => afterSale(row, told, book, shopId, numberOf)),
    ),
    compareRows(CAP, stored.caps, Array.from(told.caps.values(), cap).sort(byFirst)),
    compareRows(
      TRANSFER,
      stored.transfers.sort(byNumber),
      told.transfers.map((t) => [...[t.no, book, numberOf(t.afterSaleId), t.decisionNo, t.phase, t.of, t.debit, t.credit, t.net, t.tax]]),
    ),
    compareRows(
      PAYOUT,
      stored.payouts,
      Array.from(told.payouts.values(), (p) => [
        ...[p.key, book, numberOf(p.afterSaleId), p.state, p.amount, p.updatedAt, payoutRow(p).data],
      ]),
    ),
    compareRows(
      TIMER,
      stored.timers,
      Array.from(told.timers.values(), (t) => [t.timerId, numberOf(t.afterSaleId), t.visit, t.dueAt, t.suspendedMs]),
    ),
    compareEvents(stored, events, told, numberOf),
    comparePrivates(stored, told, numberOf),
  ].flat();
}

type NumberOf = (id: AfterSaleId | null) => number | null;

/**
 * The number by which rows refer to an after-sale: its own and those that its events say, the most
 * frequent of them, so that one wrong number is told as what it is.
 */
function numbersBy({ afterSales }: StoredBook, events: readonly EventNumbers[], told: ToldRows): NumberOf {
  const numbers = new Map<string, number[]>();
  for (const [id, no] of afterSales) numbers.set(String(id), [Number(no)]);
  let agreed = true;
  for (let i = 0; i < told.events.length; i += 1) {
    const id = told.events[i]?.afterSaleId;
    const number = events[i]?.afterSale;
    if (id === null || id === undefined || number === null || number === undefined) continue;
    const known = numbers.get(id);
    if (known?.[0] === number) known.push(number);
    else {
      agreed = false;
      numbers.set(id, [...(known ?? []), number]);
    }
  }
  if (agreed) return (id) => (id === null ? null : (numbers.get(id)?.[0] ?? null));
  return (id) => (id === null ? null : mostOf(numbers.get(id) ?? []));
}

/** The first of the most frequent. */
function mostOf(numbers: readonly number[]): number | null {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  let most: number | null = null;
  for (const [number, count] of counts) if (most === null || count > (counts.get(most) ?? 0)) most = number;
  return most;
}

const byFirst = ([a]: Row, [b]: Row): number => (String(a) < String(b) ? -1 : 1);
const byNumber = ([a]: Row, [b]: Row): number => Number(a) - Number(b);

function compareOrder({ book, content }: StoredBook, told: ToldRows): Finding[] {
  const { version, chain, state, split } = told;
  // An erased buyer is nowhere told; book and order then agree on what stands in their place.
  const order = told.order?.buyerUid === '' ? { ...told.order, buyerUid: buyerIn(content) } : told.order;
  const { shopId = null, orderNo = null, platform = null, buyerUid = null } = order ?? {};
  const wanted = [shopId, orderNo, platform, buyerUid, version, chain, JSON.stringify(state)];
  return [
    ...compareRows(BOOK, book, [wanted]),
    ...compareRows(ORDER_CONTENT, content, [[JSON.stringify(order) ?? null, JSON.stringify(split) ?? null]]),
  ];
}

function buyerIn([row]: readonly Row[]): string {
  try {
    return String((JSON.parse(String(row?.[0])) as { readonly buyerUid?: unknown }).buyerUid ?? '');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return '';
  }
}

function afterSale(row: AfterSale, told: ToldRows, book: number, shopId: string, numberOf: NumberOf): Row {
  const { id, refundId, type, state, open, live, appliedAt, version, data } = afterSaleRow(row);
  return [id, numberOf(row.id), book, told.order?.platform ?? null, shopId, refundId, type, state, open, live, appliedAt, version, data];
}

function cap({ key, limit, reserved, posted }: Cap): Row {
  return [...[key, limit.net, limit.tax, limit.units, reserved.net, reserved.tax, reserved.units, posted.net, posted.tax, posted.units]];
}

const findEvent = (version: number, column: string, stored: unknown, expected: unknown, why: string): Finding => ({
  table: 'event',
  row: `version ${version}`,
  ...{ column, stored, expected, why },
});

/** The columns beside what the hash of an event holds, and the after-sales that it changed besides the one it names. */
function compareEvents({ also }: StoredBook, events: readonly EventNumbers[], told: ToldRows, numberOf: NumberOf): Finding[] {
  const findings = misplaced(told.events);
  const expected: Row[] = [];
  const why = 'the trail gives another value';
  for (let i = 0; i < told.events.length; i += 1) {
    const [event, stored] = [told.events[i], events[i]];
    if (event === undefined || stored === undefined) break;
    const { version, position, type, afterSaleId, changed } = event;
    const named = afterSaleId === undefined ? stored.afterSale : numberOf(afterSaleId);
    if (stored.type !== type) findings.push(findEvent(version, 'type', stored.type, type, why));
    if (stored.afterSale !== named) findings.push(findEvent(version, 'after_sale', stored.afterSale, named, why));
    for (const id of changed) if (numberOf(id) !== named) expected.push([numberOf(id), position]);
  }
  findings.push(...compareRows(EVENT_ALSO, also, expected));
  return findings;
}

/** Positions rise with versions. Of two that do not, that one is misplaced without which the others rise. */
function misplaced(events: readonly ToldEvent[]): Finding[] {
  const findings: Finding[] = [];
  let [before, last] = [0, 0];
  let previous: ToldEvent | undefined;
  for (const event of events) {
    const { position } = event;
    const isEarlier = position <= last;
    if (isEarlier && previous !== undefined && position > before) {
      findings.push(findEvent(previous.version, 'position', last, `between ${before} and ${position}`, 'positions rise with versions'));
    } else if (isEarlier)
      findings.push(findEvent(event.version, 'position', position, `more than ${last}`, 'positions rise with versions'));
    if (!isEarlier) before = last;
    if (!isEarlier || position > before) [last, previous] = [position, event];
  }
  return findings;
}

/** What is there must be what the trail's hash was made of; nothing is there once, and only once, it is erased. */
function comparePrivates({ number, privates, privateRows }: StoredBook, told: ToldRows, numberOf: NumberOf): Finding[] {
  const findings = [
    ...compareRows(
      PRIVATE_TEXT,
      privateRows,
      told.privates.map(({ id, hash, kind, afterSaleId }) => [id, number, numberOf(afterSaleId), kind, hash]),
    ),
  ];
  const named = new Map(told.privates.map((row) => [row.id, row]));
  for (const row of privates) {
    const known = named.get(row.id);
    if (known !== undefined) findings.push(...wrongText(row, known, told.erasedAt));
  }
  return findings;
}

/** A report may go further than the data: it tells of no text but its hash. */
function wrongText({ id, salt, content, hash }: PrivateRow, told: ToldPrivate, erasedAt: number): Finding[] {
  const find = (column: string, stored: unknown, expected: unknown, why: string): Finding[] => [
    { table: 'private_text', row: id, column, stored, expected, why },
  ];
  if (told.version < erasedAt) {
    if (content !== null) return find('content', 'a text', null, `version ${erasedAt} has erased it`);
    return salt === '' ? [] : find('salt', salt, '', `version ${erasedAt} has erased it`);
  }
  if (content === null) return find('content', null, `text of hash ${told.hash}`, 'no event has erased it');
  // A text that was read in the replay has been found to be the one of the hash.
  if (told.read || hash !== told.hash) return [];
  const why = 'the hash of salt and content is not the one that the trail names';
  return find('salt and content', `text of hash ${hashPrivate(salt, content)}`, `text of hash ${told.hash}`, why);
}
