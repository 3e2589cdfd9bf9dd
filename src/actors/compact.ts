import { ZERO } from '../domain/money.js';
import { CHART_VERSION } from '../machines/chart.js';
import { initialContext } from '../machines/context.js';
import { NOTHING } from './book.js';
import {
  ownerIn,
  type PackedCleared,
  type PackedPending,
  type PackedTimer,
  type PackedTransfer,
  packCleared,
  packPending,
  packTimer,
  packTransfer,
  pendingAfter,
  unpackCleared,
  unpackPending,
  unpackTimer,
  unpackTransfer,
} from './compactLedger.js';
import { type PackedPayout, packPayout, unpackPayout } from './compactPayout.js';
import type { Changes } from './ports.js';
import type { AfterSale, BookState, CapChange, Transfer, Triple } from './rows.js';

/**
 * Rows as they are written down: only what differs from the row before, or from an untouched one. A
 * command writes few bytes, and reading gives the whole row back.
 */

/** What of `after` is not as in `before`, field by field. */
export type Patch<T> = { readonly [K in keyof T]?: T[K] };

type Plain = { readonly [key: string]: unknown };

/** Whether two JSON values are the same. Compared as they stand: writing both down would take longer than all else. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((value, i) => same(value, b[i]));
  if (Array.isArray(b)) return false;
  for (const key in a) if (!same((a as Plain)[key], (b as Plain)[key])) return false;
  for (const key in b) if ((b as Plain)[key] !== undefined && (a as Plain)[key] === undefined) return false;
  return true;
}

function differences<T extends object>(before: Partial<T>, after: T, except?: keyof T): Patch<T> {
  const patch: { [K in keyof T]?: T[K] } = {};
  for (const key in after) if (key !== except && !same(before[key], after[key])) patch[key] = after[key];
  return patch;
}

const CONTEXT = initialContext({
  remedy: 'refund',
  needsStop: false,
  automatic: false,
  reviewer: 'merchant',
  priceNamed: true,
  pickup: false,
  goods: 'buyer',
  difference: 'none',
});

/** What most after-sales begin with. Changing a value here needs a migration of what is stored. */
const UNTOUCHED = {
  origin: 'own',
  finishedAt: null,
  live: true,
  claim: 'unit',
  asked: null,
  missing: [],
  freight: 'never',
  holds: true,
  reserved: [],
  reservedShares: [],
  pending: [],
  decisions: [],
  extra: [],
  wanted: null,
  payments: [],
  difference: ZERO,
  offer: null,
  repairPrice: null,
  passed: null,
  remedied: null,
  sellable: false,
  goods: 'buyer',
  hold: null,
  appeal: null,
  extendedMs: 0,
  returnAddress: null,
  shipments: [],
  advancedFreight: ZERO,
  chart: { version: CHART_VERSION, value: '', context: CONTEXT },
} as const satisfies Partial<AfterSale>;

/** An after-sale as it is written down; `version` says after which row it comes. */
export type PackedAfterSale = Omit<Patch<AfterSale>, 'chart' | 'pending'> & {
  readonly id: AfterSale['id'];
  readonly pending?: readonly PackedPending[];
  readonly chart?: {
    readonly version?: number;
    readonly value?: AfterSale['chart']['value'];
    readonly context?: Patch<AfterSale['chart']['context']>;
  };
};

/** Packs a row against the one before it, or against an untouched one. */
export function packAfterSale(after: AfterSale, before?: AfterSale): PackedAfterSale {
  const { chart: _, pending, ...patch }: Patch<AfterSale> = differences<AfterSale>(before ?? UNTOUCHED, after, 'chart');
  const chart = packChart(after.chart, (before ?? UNTOUCHED).chart);
  return {
    ...patch,
    id: after.id,
    ...(pending === undefined ? {} : { pending: pending.map((p) => packPending(p, after.id)) }),
    ...(chart === undefined ? {} : { chart }),
  };
}

/** The same, beside the transfers of its commit: what is pending follows from these, and is written only where it does not. */
function packBeside(transfers: readonly Transfer[], after: AfterSale, before: AfterSale | undefined): PackedAfterSale {
  const { pending: _, ...packed } = packAfterSale(after, before);
  const followed = pendingAfter(after.id, before?.pending ?? [], transfers);
  if (followed !== undefined && same(followed, after.pending)) return packed;
  return { ...packed, pending: after.pending.map((p) => packPending(p, after.id)) };
}

function unpackBeside(transfers: readonly Transfer[], packed: PackedAfterSale, before: AfterSale | undefined): AfterSale {
  const row = unpackAfterSale(packed, before);
  if (packed.pending !== undefined) return row;
  const pending = pendingAfter(row.id, before?.pending ?? [], transfers);
  if (pending === undefined) throw new TypeError(`what is pending of after-sale ${row.id} was not written down`);
  return { ...row, pending };
}

function packChart(after: AfterSale['chart'], before: AfterSale['chart']): PackedAfterSale['chart'] {
  const context = differences(before.context, after.context);
  const isSame = Object.keys(context).length === 0;
  if (isSame && after.version === before.version && same(after.value, before.value)) return undefined;
  return {
    ...(after.version === before.version ? {} : { version: after.version }),
    ...(same(after.value, before.value) ? {} : { value: after.value }),
    ...(isSame ? {} : { context }),
  };
}

/** Gives the whole row back. `before` is what it was packed against. */
export function unpackAfterSale(packed: PackedAfterSale, before?: AfterSale): AfterSale {
  const base: Partial<AfterSale> & Pick<AfterSale, 'chart' | 'pending'> = before ?? UNTOUCHED;
  // Field by field: spreading objects of this size would take ten times as long.
  const own = <K extends keyof AfterSale & keyof PackedAfterSale>(field: K): AfterSale[K] =>
    (packed[field] === undefined ? base[field] : packed[field]) as AfterSale[K];
  return {
    id: own('id'),
    refundId: own('refundId'),
    type: own('type'),
    reason: own('reason'),
    origin: own('origin'),
    stage: own('stage'),
    fault: own('fault'),
    bearer: own('bearer'),
    template: own('template'),
    applicant: own('applicant'),
    appliedAt: own('appliedAt'),
    updatedAt: own('updatedAt'),
    finishedAt: own('finishedAt'),
    version: own('version'),
    live: own('live'),
    claim: own('claim'),
    asked: own('asked'),
    missing: own('missing'),
    freight: own('freight'),
    units: own('units'),
    quantity: own('quantity'),
    holds: own('holds'),
    reserved: own('reserved'),
    reservedShares: own('reservedShares'),
    decisions: own('decisions'),
    extra: own('extra'),
    wanted: own('wanted'),
    payments: own('payments'),
    difference: own('difference'),
    offer: own('offer'),
    repairPrice: own('repairPrice'),
    passed: own('passed'),
    remedied: own('remedied'),
    sellable: own('sellable'),
    goods: own('goods'),
    hold: own('hold'),
    appeal: own('appeal'),
    extendedMs: own('extendedMs'),
    returnAddress: own('returnAddress'),
    shipments: own('shipments'),
    advancedFreight: own('advancedFreight'),
    pending: packed.pending === undefined ? base.pending : packed.pending.map((p) => unpackPending(p, packed.id)),
    chart: {
      version: packed.chart?.version ?? base.chart.version,
      value: packed.chart?.value ?? base.chart.value,
      context: packed.chart?.context === undefined ? base.chart.context : { ...base.chart.context, ...packed.chart.context },
    },
  };
}

const packTriple = (t: Triple): readonly number[] => [t.net, t.tax, t.units];
const isNothing = (t: Triple): boolean => t.net === 0 && t.tax === 0 && t.units === 0;
const unpackTriple = (t: readonly number[] | undefined): Triple =>
  t === undefined ? NOTHING : { net: t[0] ?? 0, tax: t[1] ?? 0, units: t[2] ?? 0 };

type PackedCap = { readonly key: string; readonly l?: readonly number[]; readonly r?: readonly number[]; readonly p?: readonly number[] };

/** Changes as the trail keeps them. */
export interface PackedChanges {
  readonly order?: Changes['order'];
  readonly split?: Changes['split'];
  readonly state?: Patch<BookState>;
  readonly afterSales?: readonly PackedAfterSale[];
  readonly caps?: readonly PackedCap[];
  readonly transfers?: readonly PackedTransfer[];
  readonly payouts?: readonly PackedPayout[];
  readonly timers?: readonly PackedTimer[];
  readonly cleared?: readonly PackedCleared[];
  readonly erase?: true;
}

const packCap = (c: CapChange): PackedCap => ({
  key: c.key,
  ...(isNothing(c.limit) ? {} : { l: packTriple(c.limit) }),
  ...(isNothing(c.reserved) ? {} : { r: packTriple(c.reserved) }),
  ...(isNothing(c.posted) ? {} : { p: packTriple(c.posted) }),
});

const list = <K extends string, V>(key: K, values: readonly V[]): { readonly [P in K]?: readonly V[] } =>
  values.length === 0 ? {} : ({ [key]: values } as { readonly [P in K]: readonly V[] });

/** What a decision is packed against: the rows of the book that it was made on. */
export interface Before {
  readonly state: BookState;
  afterSale(id: AfterSale['id']): AfterSale | undefined;
}

/** Changes as the trail keeps them: of an after-sale and of the book what differs, of everything else the rows. */
export function packChanges(before: Before, changes: Changes): PackedChanges {
  const owner = ownerIn(changes.afterSales);
  return {
    ...(changes.order === undefined ? {} : { order: changes.order }),
    ...(changes.split === undefined ? {} : { split: changes.split }),
    ...(changes.state === undefined ? {} : { state: differences(before.state, changes.state) }),
    ...list(
      'afterSales',
      changes.afterSales.map((row) => packBeside(changes.transfers, row, before.afterSale(row.id))),
    ),
    ...list('caps', changes.caps.map(packCap)),
    ...list(
      'transfers',
      changes.transfers.map((t) => packTransfer(t, owner)),
    ),
    ...list('payouts', changes.payouts.map(packPayout)),
    ...list(
      'timers',
      changes.timers.set.map((t) => packTimer(t, owner)),
    ),
    ...list(
      'cleared',
      changes.timers.cleared.map((t) => packCleared(t, owner)),
    ),
    ...(changes.erase === undefined ? {} : { erase: changes.erase }),
  };
}

/** Gives the changes of an event back, on the book as it was before. */
export function unpackChanges(before: Before, packed: PackedChanges): Changes {
  const changed = packed.afterSales ?? [];
  const transfers = (packed.transfers ?? []).map((t) => unpackTransfer(t, changed));
  return {
    ...(packed.order === undefined ? {} : { order: packed.order }),
    ...(packed.split === undefined ? {} : { split: packed.split }),
    ...(packed.state === undefined ? {} : { state: { ...before.state, ...packed.state } }),
    afterSales: changed.map((row) => unpackBeside(transfers, row, before.afterSale(row.id))),
    caps: (packed.caps ?? []).map((c) => ({
      key: c.key,
      limit: unpackTriple(c.l),
      reserved: unpackTriple(c.r),
      posted: unpackTriple(c.p),
    })),
    transfers,
    payouts: (packed.payouts ?? []).map(unpackPayout),
    ...(packed.erase === undefined ? {} : { erase: packed.erase }),
    timers: {
      set: (packed.timers ?? []).map((t) => unpackTimer(t, changed)),
      cleared: (packed.cleared ?? []).map((t) => unpackCleared(t, changed)),
    },
  };
}
