import { z } from '@hono/zod-openapi';
import { minor } from '../../domain/money.js';

/** An amount as callers give it: whole minor units, never negative, with the currency that the order must have. */
export const price = z
  .strictObject({
    amount: z.int().min(0).transform(minor),
    currency: z.string().regex(/^[A-Z]{3}$/, 'expected three capital letters of ISO 4217'),
  })
  .openapi('Price', { description: 'Whole minor units of the currency: 1234 is 12.34 CNY', example: { amount: 1234, currency: 'CNY' } });
