import { z } from '@hono/zod-openapi';
import { ENTRY_POINTS, type EntryPoint } from '../../actors/principal.js';
import type { AfterSaleFilter, Timeline } from '../../actors/reads.js';
import type { AfterSaleView, CaseQuoteView } from '../../actors/views.js';
import type { AfterSaleId, Instant } from '../../domain/ids.js';
import { isRefusal } from '../../domain/refusals.js';
import { ENDS } from '../../machines/step.js';
import { AFTER_SALE_TYPES } from '../../machines/words.js';
import { etagOf, json, type Outcome } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { type Endpoint, endpoint } from '../endpoint.js';
import { stateWord, statusWord } from '../wire/closedWords.js';
import { concernsBuyer, listAfterSale, listedAfterSale, payoutView, transferView, viewPayout, viewTransfer } from '../wire/lists.js';
import { remarkOf, timelineEntry, viewTimeline } from '../wire/timeline.js';
import { afterSaleView, caseQuoteView } from '../wire/views.js';
import { name, time } from '../wire/words.js';
import { pageAnswer, pageOf, pageQuery, pageRequest, wholeNumber } from './pages.js';
import { afterSaleParams, entryPath, operationId } from './paths.js';
import { visibleTo } from './visible.js';

/** So many events are shown at once. */
const TIMELINE = 200;

const STATES = /^[A-Za-z]+(\.[A-Za-z]+)?(,[A-Za-z]+(\.[A-Za-z]+)?){0,29}$/;

const STATE_NAMES: readonly string[] = stateWord.options;
const isState = (word: string): boolean => STATE_NAMES.includes(word);
const statusOf = (state: string): string => ENDS.find((end) => end === state) ?? 'open';

const listQuery = (longest: number) =>
  z
    .strictObject({
      state: z
        .string()
        .max(1_000)
        .regex(STATES, 'expected dotted states, separated by commas')
        .refine((text) => text.split(',').every(isState), 'expected states of the chart, such as reviewing.merchant')
        .optional()
        .openapi({ description: 'Dotted states, separated by commas', example: 'reviewing.merchant,reviewing.operations' }),
      status: statusWord.optional().openapi({ description: 'Those that are open, or what ended them' }),
      type: z.enum(AFTER_SALE_TYPES).optional(),
      shop: name().optional(),
      order: name().optional(),
      appliedFrom: time.optional().openapi({ description: 'Included' }),
      appliedTo: time.optional().openapi({ description: 'Not included' }),
      ...pageQuery(longest),
    })
    .refine(({ appliedFrom, appliedTo }) => appliedFrom === undefined || appliedTo === undefined || appliedFrom < appliedTo, {
      path: ['appliedTo'],
      message: 'expected a time after `appliedFrom`',
    });

/** The states that are asked for, by name, by what they are, or by both. */
function statesOf(state: string | undefined, status: string | undefined): string[] {
  const named = state === undefined ? STATE_NAMES : [...new Set(state.split(','))];
  return named.filter((name) => status === undefined || statusOf(name) === status);
}

interface Filters {
  readonly state?: string | undefined;
  readonly status?: string | undefined;
  readonly type?: (typeof AFTER_SALE_TYPES)[number] | undefined;
  readonly shop?: string | undefined;
  readonly order?: string | undefined;
  readonly appliedFrom?: Instant | undefined;
  readonly appliedTo?: Instant | undefined;
}

const detailQuery = z.strictObject({
  timelineBefore: wholeNumber(Number.MAX_SAFE_INTEGER, {
    description: 'Shows the part of the timeline before this: the `timelineNext` of another',
    example: 4711,
  }),
});

/** An after-sale with all that belongs to it. */
const afterSaleDetail = afterSaleView
  .extend({
    remark: z.string().nullable().openapi({ description: 'What the applicant wrote; null where nothing, or once erased' }),
    quote: caseQuoteView,
    timeline: z.array(timelineEntry).openapi({ description: 'What happened, oldest first; where that is much, the newest of it' }),
    timelineNext: z.int().nullable().openapi({ description: '`timelineBefore` of the part before this one; null where this begins it' }),
    transfers: z.array(transferView),
    payouts: z.array(payoutView),
  })
  .openapi('AfterSaleDetail');

type Parts = Pick<Dependencies, 'host' | 'reads' | 'settings'>;

/** Lists of after-sales, and one with its timeline, transfers and payouts. */
export const afterSaleRoutes = (parts: Parts): Endpoint[] =>
  ENTRY_POINTS.flatMap((entry) => [listRoute(entry, parts), detailRoute(entry, parts)]);

function listRoute(entry: EntryPoint, { reads, settings }: Parts): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: entryPath(entry, 'after-sales'),
      operationId: operationId(entry, 'listAfterSales'),
      tag: 'After-sales',
      summary: 'List after-sales, newest first',
      access: entry,
      keyed: false,
      matched: false,
      takes: { kind: 'nothing' },
      query: listQuery(settings.pageLimit),
      answers: { 200: { description: 'A part of the list', schema: pageOf(listedAfterSale, 'AfterSalePage'), headers: ['Link'] } },
      refusals: [],
      counted: 'listAfterSales',
    },
    async ({ principal, query, request }) => {
      const visible = visibleTo(principal, query.shop);
      if (visible === undefined) return json({ items: [], next: null });
      const page = await reads.listAfterSales({ ...visible, ...filterOf(query) }, pageRequest(query, settings.pageLimit));
      return pageAnswer(page, request.url, listAfterSale);
    },
  );
}

const filterOf = ({ state, status, type, order, appliedFrom, appliedTo }: Filters): AfterSaleFilter => ({
  ...(state === undefined && status === undefined ? {} : { states: statesOf(state, status) }),
  ...(type === undefined ? {} : { type }),
  ...(order === undefined ? {} : { orderNo: order }),
  ...(appliedFrom === undefined ? {} : { appliedFrom }),
  ...(appliedTo === undefined ? {} : { appliedBefore: appliedTo }),
});

function detailRoute(entry: EntryPoint, { host, reads }: Parts): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: entryPath(entry, 'after-sales/{id}'),
      operationId: operationId(entry, 'getAfterSale'),
      tag: 'After-sales',
      summary: 'Show one after-sale: state, allowed commands, timeline, quote, transfers, payouts',
      description: 'Buyers see neither internal notes nor what moves between merchant, platform and carrier.',
      access: entry,
      keyed: false,
      matched: false,
      takes: { kind: 'nothing' },
      params: afterSaleParams,
      query: detailQuery,
      answers: { 200: { description: 'The after-sale', schema: afterSaleDetail, headers: ['ETag'] } },
      refusals: ['afterSale.notFound'],
      counted: 'getAfterSale',
    },
    async ({ principal, params, query }) => {
      // The entity tag is the order's version, which commands are held against. It is read before the view: where a
      // command comes between, the tag is too old rather than too new.
      const record = await reads.afterSale(params.id);
      const explained = await host.explain(params.id, principal);
      if (isRefusal(explained)) return { refusal: explained };
      const bookVersion = record?.bookVersion ?? explained.view.version;
      const timeline = await reads.timeline(params.id, query.timelineBefore ?? null, TIMELINE);
      return detail(reads, { id: params.id, timeline }, { ...explained, bookVersion }, principal.role !== 'user');
    },
  );
}

interface Explained {
  readonly view: AfterSaleView;
  readonly quote: CaseQuoteView;
  readonly bookVersion: number;
}

async function detail(
  reads: Parts['reads'],
  { id, timeline }: { readonly id: AfterSaleId; readonly timeline: Timeline | undefined },
  { view, quote, bookVersion }: Explained,
  ofHouse: boolean,
): Promise<Outcome> {
  const ledger = await reads.ledgerOf(id);
  const { currency } = view.refundAmount;
  const shown = {
    ...view,
    remark: timeline === undefined ? null : remarkOf(timeline),
    quote,
    timeline: timeline === undefined ? [] : viewTimeline(id, timeline, ofHouse),
    timelineNext: timeline?.next ?? null,
    transfers: (ledger?.transfers ?? [])
      .filter((transfer) => ofHouse || concernsBuyer(transfer))
      .map((transfer) => viewTransfer(transfer, currency)),
    payouts: (ledger?.payouts ?? []).map(viewPayout),
  };
  return json(shown, 200, { etag: etagOf(bookVersion) });
}
