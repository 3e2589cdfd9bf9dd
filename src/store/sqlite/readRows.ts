import { type PackedPayout, unpackPayout } from '../../actors/compactPayout.js';
import type { Cap, CapKey, Payout, TimerRow, Transfer } from '../../actors/rows.js';
import { type AfterSaleId, instant } from '../../domain/ids.js';
import { minor } from '../../domain/money.js';

/** From columns to rows. Every amount goes through `minor`, which throws for what cannot be read exactly. */

export interface CapColumns {
  readonly key: CapKey;
  readonly limit_net: number;
  readonly limit_tax: number;
  readonly limit_units: number;
  readonly reserved_net: number;
  readonly reserved_tax: number;
  readonly reserved_units: number;
  readonly posted_net: number;
  readonly posted_tax: number;
  readonly posted_units: number;
}

/** A cap of its row. */
export function readCap(row: CapColumns): Cap {
  return {
    key: row.key,
    limit: { net: minor(row.limit_net), tax: minor(row.limit_tax), units: minor(row.limit_units) },
    reserved: { net: minor(row.reserved_net), tax: minor(row.reserved_tax), units: minor(row.reserved_units) },
    posted: { net: minor(row.posted_net), tax: minor(row.posted_tax), units: minor(row.posted_units) },
  };
}

export interface TransferColumns {
  readonly no: number;
  readonly after_sale_id: string | null;
  readonly decision_no: number | null;
  readonly phase: Transfer['phase'];
  readonly settles: number | null;
  readonly debit: string;
  readonly credit: string;
  readonly net: number;
  readonly tax: number;
}

export const TRANSFER_COLUMNS = `t.no, (SELECT id FROM after_sale WHERE after_sale.no = t.after_sale) AS after_sale_id, t.decision_no,
  t.phase, t.settles, t.debit, t.credit, t.net, t.tax`;

/** A transfer of its row. */
export function readTransfer(row: TransferColumns): Transfer {
  return {
    no: row.no,
    afterSaleId: row.after_sale_id as AfterSaleId | null,
    decisionNo: row.decision_no,
    phase: row.phase,
    of: row.settles,
    debit: row.debit,
    credit: row.credit,
    net: minor(row.net),
    tax: minor(row.tax),
  };
}

/** A payout of its row. */
export const readPayout = (data: string): Payout => unpackPayout(JSON.parse(data) as PackedPayout);

export interface TimerColumns {
  readonly after_sale_id: AfterSaleId;
  readonly timer_id: string;
  readonly visit: number;
  readonly due_at: number;
  readonly suspended_ms: number | null;
}

/** A deadline of its row. */
export function readTimer(row: TimerColumns): TimerRow {
  return {
    afterSaleId: row.after_sale_id,
    timerId: row.timer_id,
    visit: row.visit,
    dueAt: instant(row.due_at),
    suspendedMs: row.suspended_ms,
  };
}
