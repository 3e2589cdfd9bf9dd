import type { Effect } from '../../actors/ports.js';
import { COUNT_LIMIT, type Page, type PageRequest, type PayoutRecord, type WorkCounts } from '../../actors/reads.js';
import type { Payout } from '../../actors/rows.js';
import type { DeadJob, DueTimer, OutboxEntry } from '../../actors/work.js';
import { type AfterSaleId, type BookKey, instant, orderNo, shopId } from '../../domain/ids.js';
import { isRefusal, type Json, type Refusal } from '../../domain/refusals.js';
import type { Connection } from './connection.js';
import { readCursor, writeCursor } from './cursor.js';
import { readPayout } from './readRows.js';

interface KeyColumns {
  readonly shop_id: string;
  readonly order_no: string;
}
const keyOf = (row: KeyColumns): BookKey => ({ shopId: shopId(row.shop_id), orderNo: orderNo(row.order_no) });

/** Deadlines that have come, by the partial index of running timers. */
export function timerReads(connection: Connection) {
  const due = connection.prepare<[number, number], KeyColumns & { id: AfterSaleId; timer_id: string; visit: number; due_at: number }>(
    `SELECT b.shop_id, b.order_no, a.id, t.timer_id, t.visit, t.due_at
     FROM timer t JOIN after_sale a ON a.no = t.after_sale JOIN book b ON b.id = a.book_id
     WHERE t.suspended_ms IS NULL AND t.due_at <= ? ORDER BY t.due_at LIMIT ?`,
  );
  const next = connection.prepare<[], number | null>('SELECT min(due_at) FROM timer WHERE suspended_ms IS NULL').pluck();
  return {
    due: (now: number, limit: number): DueTimer[] =>
      due.all(now, limit).map((row) => ({
        book: keyOf(row),
        afterSaleId: row.id,
        timerId: row.timer_id,
        visit: row.visit,
        dueAt: instant(row.due_at),
      })),
    next: (): number | undefined => next.get() ?? undefined,
  };
}

/** When the next job of a topic is due, or its lease ends. */
export function jobReads(connection: Connection): (topic: string) => number | undefined {
  const next = connection.prepare<[string], number | null>("SELECT min(due_at) FROM job WHERE topic = ? AND state <> 'dead'").pluck();
  return (topic) => next.get(topic) ?? undefined;
}

/** The oldest outbox entries. */
export function outboxReads(connection: Connection): (limit: number) => OutboxEntry[] {
  const oldest = connection.prepare<[number], KeyColumns & { position: number; version: number; at: number; effects: string }>(
    `SELECT o.position, b.shop_id, b.order_no, o.version, o.at, o.effects
     FROM outbox o JOIN book b ON b.id = o.book_id ORDER BY o.position LIMIT ?`,
  );
  return (limit) =>
    oldest.all(limit).map((row) => ({
      position: row.position,
      book: keyOf(row),
      version: row.version,
      at: instant(row.at),
      effects: JSON.parse(row.effects) as Effect[],
    }));
}

/** Jobs that were given up, newest first. */
export function deadLetterReads(connection: Connection): (page: PageRequest) => Page<DeadJob> | Refusal {
  interface Columns {
    readonly id: number;
    readonly key: string;
    readonly topic: string;
    readonly payload: string;
    readonly attempts: number;
    readonly error: string | null;
    readonly due_at: number;
  }
  const dead = connection.prepare<[number, number], Columns>(
    `SELECT id, key, topic, payload, attempts, error, due_at FROM job WHERE state = 'dead' AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  return ({ limit, cursor }) => {
    const from = readCursor('dead', 1, cursor);
    if (isRefusal(from)) return from;
    const rows = dead.all(from?.[0] ?? Number.MAX_SAFE_INTEGER, limit + 1);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map(({ key, topic, payload, attempts, error, due_at }) => ({
        ...{ key, topic, attempts, error: error ?? '' },
        payload: JSON.parse(payload) as Json,
        diedAt: instant(due_at),
      })),
      next: rows.length > limit && last !== undefined ? writeCursor('dead', last.id) : null,
    };
  };
}

export interface PayoutReads {
  find(key: string): PayoutRecord | undefined;
  inDoubt(states: readonly Payout['state'][], page: PageRequest): Page<PayoutRecord> | Refusal;
}

/** Reads of payouts by key, and of those in doubt. */
export function payoutReads(connection: Connection): PayoutReads {
  type Columns = KeyColumns & { readonly id: number; readonly updated_at: number; readonly data: string };
  const columns = `p.id, p.updated_at, p.data, b.shop_id, b.order_no FROM payout p JOIN book b ON b.id = p.book_id`;
  const byKey = connection.prepare<[string], Columns>(`SELECT ${columns} WHERE p.key = ?`);
  const byState = connection.prepare<[string, number, number, number], Columns>(
    `SELECT ${columns} WHERE p.state = ? AND p.state NOT IN ('paid', 'dropped') AND (p.updated_at, p.id) > (?, ?)
     ORDER BY p.updated_at, p.id LIMIT ?`,
  );
  const read = (row: Columns): PayoutRecord => ({ book: keyOf(row), payout: readPayout(row.data) });
  return {
    find: (key) => {
      const row = byKey.get(key);
      return row === undefined ? undefined : read(row);
    },
    inDoubt: (states, { limit, cursor }) => {
      const from = readCursor('payouts', 2, cursor);
      if (isRefusal(from)) return from;
      const rows = [...new Set(states)]
        .flatMap((state) => byState.all(state, from?.[0] ?? 0, from?.[1] ?? 0, limit + 1))
        .sort((a, b) => a.updated_at - b.updated_at || a.id - b.id);
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map(read),
        next: rows.length > limit && last !== undefined ? writeCursor('payouts', last.updated_at, last.id) : null,
      };
    },
  };
}

/** Queue depths, counted no further than `COUNT_LIMIT`. */
export function countReads(connection: Connection): (now: number) => WorkCounts {
  const counter = (rows: string) =>
    connection.prepare<unknown[], number>(`SELECT count(*) FROM (SELECT 1 FROM ${rows} LIMIT ${COUNT_LIMIT})`).pluck();
  const outbox = counter('outbox');
  const queued = counter("job WHERE state <> 'dead'");
  const dead = counter("job WHERE state = 'dead'");
  const overdue = counter('timer WHERE suspended_ms IS NULL AND due_at <= ?');
  const doubt = counter("payout WHERE state = 'unknown' AND state NOT IN ('paid', 'dropped')");
  return (now) => ({
    outbox: outbox.get() ?? 0,
    jobsQueued: queued.get() ?? 0,
    jobsDead: dead.get() ?? 0,
    timersOverdue: overdue.get(now) ?? 0,
    payoutsInDoubt: doubt.get() ?? 0,
  });
}
