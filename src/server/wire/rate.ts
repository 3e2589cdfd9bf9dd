import { z } from '@hono/zod-openapi';
import type { Ppm } from '../../domain/order.js';

const WHOLE_PPM = 1_000_000;

/** `0.0825` as 82500 parts per million, without a float between. */
function ppmOf(text: string): Ppm {
  const [whole = '0', decimals = ''] = text.split('.');
  return Number(whole) * WHOLE_PPM + Number(decimals.padEnd(6, '0'));
}

/** A rate as a decimal text with at most six decimals, up to `most` wholes: `0.0825` is 8.25 %. */
export const rate = (most: number) =>
  z
    .string()
    .max(9)
    .regex(/^(0|[1-9][0-9]?)(\.[0-9]{1,6})?$/, 'expected a decimal number with at most six decimals, such as "0.0825"')
    .refine((text) => ppmOf(text) <= most * WHOLE_PPM, `expected at most ${most}`)
    .transform(ppmOf)
    .openapi({ example: '0.0825', description: 'Decimal text with at most six decimals: "0.0825" is 8.25 %' });
