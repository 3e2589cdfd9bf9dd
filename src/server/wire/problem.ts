import { z } from '@hono/zod-openapi';
import { REFUSALS, type RefusalCode } from '../../domain/refusals.js';
import { problemOf } from '../problem.js';
import { anyJson } from './words.js';

/** A code of the refusals table. */
const isCode = (code: string): code is RefusalCode => code in REFUSALS;
export const REFUSAL_CODES: readonly RefusalCode[] = Object.keys(REFUSALS).filter(isCode);

export const problemView = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(REFUSAL_CODES),
    path: z.string().optional(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string(), expected: z.string().optional() })).optional(),
    facts: z.record(z.string(), anyJson).optional(),
    requestId: z.string(),
  })
  .openapi('Problem', {
    description: 'RFC 9457. `code` never changes its meaning; `path` and `errors` name the fields at fault; `facts` are for programs.',
    example: problemOf(
      {
        kind: 'refusal',
        code: 'selection.tooMany',
        detail: 'Three units are asked for and two are free.',
        path: 'selection[0].quantity',
        facts: { free: 2 },
      },
      '5f0c9f6e-5e0a-4bb0-8f0e-2f6c8f5d2c11',
    ),
  });
