// Commits of the processes that are killed, or lose their power.
const NOTHING = { net: 0, tax: 0, units: 0 };
const timers = { set: [], cleared: [] };
const order = { platform: 'demo', buyerUid: 'buyer-1', lines: [], tenders: [] };

/**
 * Version 1 makes the book with one cap; each later version posts one unit on it and keeps an answer.
 * @param {string} orderNo
 * @param {number} version
 */
export function commitOf(orderNo, version) {
  const one = { net: 1, tax: 0, units: 0 };
  const opening = { key: 'order', limit: { net: 1_000_000, tax: 0, units: 0 }, reserved: NOTHING, posted: NOTHING };
  const posting = { key: 'order', limit: NOTHING, reserved: NOTHING, posted: one };
  const changes = { afterSales: [], caps: [version === 1 ? opening : posting], transfers: [], payouts: [], timers };
  if (version === 1) Object.assign(changes, { order, split: { runs: [] }, state: {} });
  const audit = {
    commandId: `${orderNo}/${version}`,
    at: version,
    type: 'note',
    afterSaleId: null,
    body: '{}',
    previousHash: version === 1 ? '' : `${version - 1}`,
    hash: `${version}`,
  };
  const answer = { caller: 'child', key: `${orderNo}/${version}`, hash: 'h', status: 200, body: '{}', version, at: version };
  const outbox = [{ topic: 'changed', key: `${orderNo}/${version}`, afterSaleId: null }];
  return { book: { shopId: 'shop', orderNo }, expectedVersion: version - 1, write: { changes, audit, outbox, privates: [] }, answer };
}
