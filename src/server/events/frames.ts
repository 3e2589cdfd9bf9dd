import { sees } from '../../actors/authorize.js';
import type { Principal } from '../../actors/principal.js';
import type { ChangeNotice } from '../../actors/reads.js';
import { shown } from '../wire/words.js';

/** Frames of server-sent events. An event's id is its commit position. */

export const GREETING = 'retry: 2000\n: connected\n\n';
export const HEARTBEAT = ':\n\n';

/**
 * What callers see of a change: which object, what happened, its version, and every after-sale that changed with the
 * state that it reached (null: as it was). The objects themselves are for them to read.
 */
export const changeView = ({ position, at, type, book, version, afterSaleId, afterSales }: ChangeNotice) => ({
  position,
  at: shown(at),
  type,
  shopId: book.shopId,
  orderNo: book.orderNo,
  version,
  afterSaleId,
  state: afterSales.find(({ id }) => id === afterSaleId)?.state ?? null,
  afterSales,
});

/** A change as an event of the stream; its id is the position. */
export const changeFrame = (change: ChangeNotice): string =>
  `id: ${change.position}\nevent: changed\ndata: ${JSON.stringify(changeView(change))}\n\n`;

/** Tells a client that what it missed is no longer kept: it reads what it needs anew and goes on from here. */
export const resetFrame = (newest: number): string => `id: ${newest}\nevent: reset\ndata: {"position":${newest}}\n\n`;

/** Whether the caller may know of what happened: of the object that changed, and not of words that are kept from buyers. */
export const seesChange = (principal: Principal, { platform, buyerUid, book, internal }: ChangeNotice): boolean =>
  !(internal && principal.role === 'user') && sees(principal, { platform, buyerUid, shopId: book.shopId });
