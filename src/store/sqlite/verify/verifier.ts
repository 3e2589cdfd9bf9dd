import type { TrailEvent } from '../../../actors/reads.js';
import type { Finding } from '../../../actors/replay/finding.js';
import type { ReplayParts } from '../../../actors/replay/redecide.js';
import { Replay, type ReplayCounts } from '../../../actors/replay/replay.js';
import { type BookKey, type CommandId, instant, orderNo, shopId } from '../../../domain/ids.js';
import type { Connection } from '../connection.js';
import { compareBook, type EventNumbers } from './compareBook.js';
import { publicationReads } from './publications.js';
import { type StoredBook, type StoredEvent, storedReads } from './storedBook.js';
import { strayReads } from './strays.js';
import type { Row } from './tables.js';
import { orUnreadable, unreadable } from './unreadable.js';
import { untoldReads } from './untold.js';

/** What verifying one order came to. */
export interface VerifiedBook {
  /** undefined where not even the trail tells it */
  readonly key: BookKey | undefined;
  readonly counts: ReplayCounts;
  readonly events: number;
  /** those up to the position at which the verification began */
  readonly eventsInScope: number;
  readonly findings: readonly Finding[];
}

/** How far a verification goes: what was there when it began. */
export interface Scope {
  readonly lastBook: number;
  readonly books: number;
  readonly lastPosition: number;
}

export type Verifier = ReturnType<typeof verifierOn>;

/** Verifies what is kept in a file, one order in one short snapshot; the connection need only read. */
export function verifierOn(connection: Connection, rules: Omit<ReplayParts, 'templates'>) {
  const reads = storedReads(connection);
  const publications = publicationReads(connection);
  const page = connection
    .prepare<[number, number, number], number>('SELECT id FROM book WHERE id > ? AND id <= ? ORDER BY id LIMIT ?')
    .pluck();
  const scope = connection.prepare<[], Scope>(
    `SELECT (SELECT coalesce(max(id), 0) FROM book) AS lastBook, (SELECT count(*) FROM book) AS books,
       (SELECT coalesce(max(position), 0) FROM event) AS lastPosition`,
  );
  const strays = strayReads(connection);
  const untold = untoldReads(connection);
  const name = connection.prepare<[number], Row>('SELECT shop_id, order_no FROM book WHERE id = ?').raw();
  const find = connection.prepare<[string, string], number>('SELECT id FROM book WHERE order_no = ? AND shop_id = ?').pluck();

  function verify(number: number, lastPosition: number): VerifiedBook {
    const verified = verifyNow(number, lastPosition);
    // A template may have been published since they were read.
    return verified.findings.length > 0 && publications.refresh() ? verifyNow(number, lastPosition) : verified;
  }

  function verifyNow(number: number, lastPosition: number): VerifiedBook {
    const stored = reads.book(number);
    const replay = new Replay({ ...rules, templates: publications.history });
    const texts = new Map(stored.privates.map((row) => [row.id, row]));
    const afterSales = new Map(stored.afterSales.map(([id, no]) => [no, id]));
    const kept: EventNumbers[] = [];
    let eventsInScope = 0;
    for (let part = stored.events; part.length > 0; ) {
      for (const event of part) {
        replay.take(trailEvent(event, afterSales), texts);
        kept.push({ afterSale: event.afterSale, type: event.type });
        if (event.position <= lastPosition) eventsInScope += 1;
      }
      const read = part.at(-1)?.version ?? 0;
      part = read < stored.lastVersion ? reads.events(number, read, stored.lastVersion) : [];
    }
    replay.end();
    const compared = replay.broken === undefined ? compareBook(stored, kept, replay.rows) : [];
    const findings = [...replay.findings, ...compared];
    return { key: keyOf(stored, replay), counts: replay.counts, events: kept.length, eventsInScope, findings };
  }

  return {
    scope: (): Scope => scope.get() ?? { lastBook: 0, books: 0, lastPosition: 0 },
    /** numbers of the next orders, above one and up to another */
    page: (above: number, upTo: number, limit: number): readonly number[] => page.all(above, upTo, limit),
    find: (key: BookKey): number | undefined => find.get(key.orderNo, key.shopId),
    /** Verifies one order. */
    book: (number: number, lastPosition: number): VerifiedBook =>
      orUnreadable<VerifiedBook>(
        () => verify(number, lastPosition),
        (detail) => ({ ...NOTHING, key: nameOf(number), findings: [unreadable(`number ${number}`, detail)] }),
      ),
    /** Numbers of orders, above one and up to another, that are not there although there are rows of them. */
    lost: (above: number, upTo: number): Strays =>
      orUnreadable<Strays>(
        () => ({ numbers: strays.lostBooks(above, upTo), findings: [] }),
        (detail) => ({ numbers: [], findings: [unreadable(`numbers ${above} to ${upTo}`, detail)] }),
      ),
    /** Rows of which the trail does not tell, and that cannot be read. */
    untold,
    /** Rows of after-sales that are not there. */
    lostRows: (): readonly Finding[] =>
      orUnreadable(
        () => [...strays.lostRows()],
        (detail) => [unreadable('rows of after-sales', detail)],
      ),
    /** Positions of events that are left out, up to one. */
    gaps: (upTo: number): readonly Finding[] =>
      orUnreadable(
        () => [...strays.gaps(upTo)],
        (detail) => [unreadable('events', detail)],
      ),
  };

  function nameOf(number: number): BookKey | undefined {
    const row = orUnreadable(
      () => name.get(number),
      () => undefined,
    );
    return row === undefined ? undefined : bookKey(row);
  }
}

/** Orders of which there are only rows, and what could not be looked at. */
export interface Strays {
  readonly numbers: readonly number[];
  readonly findings: readonly Finding[];
}

const NOTHING = { counts: { decided: 0, older: 0, erased: 0 }, events: 0, eventsInScope: 0 };

const bookKey = ([shop, order]: Row): BookKey => ({ shopId: shopId(String(shop)), orderNo: orderNo(String(order)) });

function keyOf({ book: [row] }: StoredBook, { rows }: Replay): BookKey | undefined {
  if (row !== undefined) return bookKey(row);
  return rows.order === undefined ? undefined : { shopId: rows.order.shopId, orderNo: rows.order.orderNo };
}

function trailEvent(event: StoredEvent, afterSales: ReadonlyMap<unknown, unknown>): TrailEvent {
  const { position, version, at, type, commandId, afterSale, body, hash } = event;
  const afterSaleId = (afterSales.get(afterSale) ?? null) as TrailEvent['afterSaleId'];
  return { position, version, commandId: commandId as CommandId, at: instant(at), type, afterSaleId, body, hash };
}
