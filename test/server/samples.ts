import { readFileSync } from 'node:fs';
import type { AfterSaleView, CaseQuoteView, OrderView, QuoteView } from '../../src/actors/views.js';
import { orderNo, shopId } from '../../src/domain/ids.js';

/** Objects as the host shows them. */

export const BOOK = { shopId: shopId('s1'), orderNo: orderNo('o1') };
export const AFTER_SALE_ID = '0198c5a0-7c1e-7000-8000-000000000001';
const yuan = (amount: number) => ({ amount, currency: 'CNY' });
const money = (net: number, tax = 0) => ({ net: yuan(net), tax: yuan(tax), gross: yuan(net + tax) });
const AT = '2026-03-01T12:00:00.000Z';

const CASE = {
  type: 'refund',
  reason: 'notWanted',
  claim: 'unit',
  stage: 'delivered',
  fault: 'buyer',
  bearer: 'merchant',
  template: { id: 'merchantFirst', version: 1 },
  quantity: 1,
};
const RANGE = { lineNo: 1, from: 1, to: 1, sku: 'milk', promotionType: '1205' };

export const AFTER_SALE: AfterSaleView = {
  id: AFTER_SALE_ID,
  refundId: 1,
  ...BOOK,
  ...CASE,
  origin: 'own',
  state: 'reviewing.merchant',
  status: 'open',
  stepStatus: 'merchant',
  applyTime: AT,
  updateTime: AT,
  finishTime: null,
  units: [RANGE],
  refundAmount: yuan(0),
  reservedAmount: yuan(600),
  costOffset: yuan(0),
  commissionOffset: yuan(0),
  isFullRefund: false,
  flags: [],
  wanted: null,
  difference: yuan(0),
  offer: null,
  repairPrice: null,
  goods: 'none',
  returnAddress: null,
  passed: null,
  shipments: [],
  decisions: [],
  deadlines: [{ name: 'review', at: AT, suspendedMs: null }],
  allowedCommands: ['withdraw'],
  version: 7,
};

const HOUSE = {
  bearers: [{ bearer: 'merchant', amount: yuan(600) }],
  subsidyBack: yuan(0),
  commissionOffset: yuan(0),
  costOffset: yuan(0),
};

export const QUOTE: QuoteView = {
  ...BOOK,
  ...CASE,
  version: 7,
  units: [
    {
      ...RANGE,
      splitKey: 'milk_1205',
      listPrice: yuan(700),
      discounts: [{ promotionId: 'p', type: 'cut', amount: yuan(100), platformPart: yuan(0) }],
      cost: money(600),
      laterPayments: yuan(0),
      earlier: money(0),
      left: money(600),
      refund: money(600),
    },
  ],
  goods: money(600),
  fees: [],
  needs: [],
  freight: { rule: 'never', amount: yuan(0) },
  refund: yuan(600),
  tenders: [{ tenderId: 'card-1', kind: 'card', amount: yuan(600) }],
  ...HOUSE,
};

export const CASE_QUOTE: CaseQuoteView = {
  basis: 'expected',
  units: QUOTE.units,
  goods: QUOTE.goods,
  fees: QUOTE.fees,
  freight: QUOTE.freight.amount,
  refund: QUOTE.refund,
  tenders: QUOTE.tenders,
  ...HOUSE,
};

export const ORDER: OrderView = {
  ...BOOK,
  platform: 'alpha',
  currency: 'CNY',
  version: 7,
  placedAt: AT,
  paidAt: AT,
  flags: [],
  taxMode: 'inclusive',
  paid: money(600),
  refunded: yuan(0),
  reserved: yuan(0),
  left: yuan(600),
  freight: { cost: money(0), left: money(0) },
  tenders: [{ tenderId: 'card-1', kind: 'card', amount: yuan(600), left: yuan(600) }],
  lines: [],
  afterSales: [AFTER_SALE],
};

export const APPLICATION = {
  ...BOOK,
  type: 'refund',
  reason: 'notWanted',
  claim: { kind: 'unit' },
  selection: [{ sku: 'milk', promotionType: '1205', quantity: 1 }],
};

export const TEMPLATE: object = JSON.parse(readFileSync(new URL('../../templates/merchant-first.json', import.meta.url), 'utf8')) as object;

export const ORDER_BODY = {
  platform: 'alpha',
  buyerUid: 'ann',
  currency: 'CNY',
  placedAt: '2026-02-20T08:00:00Z',
  paidAt: '2026-02-20T08:01:00Z',
  lines: [
    {
      lineNo: 1,
      sku: 'milk',
      productId: 'p-milk',
      name: 'Milk',
      category: 'grocery',
      promotionType: '1205',
      unitPrice: yuan(600),
      quantity: 3,
      taxRate: '0',
      commissionRate: '0.05',
      unitCost: yuan(300),
      shippedAt: '2026-02-21T08:00:00Z',
      deliveredAt: '2026-02-24T08:00:00Z',
    },
  ],
  taxMode: 'inclusive',
  tenders: [{ id: 'card-1', kind: 'card', amount: yuan(1800) }],
};
