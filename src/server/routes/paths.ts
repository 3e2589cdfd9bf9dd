import { z } from '@hono/zod-openapi';
import type { EntryPoint } from '../../actors/principal.js';
import { afterSaleId, orderNo, shopId } from '../../domain/ids.js';
import { name, uuid } from '../wire/words.js';

/** What paths and operation ids of all entry points have in common. */

/** `entryPath('user', 'quotes')` is `/v1/user/quotes`. */
export const entryPath = (entry: EntryPoint, rest: string): string => `/v1/${entry}/${rest}`;

/** `operationId('user', 'apply')` is `userApply`. */
export const operationId = (entry: EntryPoint, verb: string): string => `${entry}${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;

export const afterSaleParams = z.object({ id: uuid.transform(afterSaleId) });
export const orderParams = z.object({ shopId: name().transform(shopId), orderNo: name().transform(orderNo) });
