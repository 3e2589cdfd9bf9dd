import { z } from '@hono/zod-openapi';
import { anyJson } from './words.js';

/** The answer to a write that goes to no single after-sale. */
export const plainReply = z.record(z.string(), anyJson).openapi('Done', {
  description: 'What was done, by name',
  example: { shopId: 'shop-1', orderNo: '20260301-0001', version: 1 },
});
