import { z } from '@hono/zod-openapi';
import type { Page, PageRequest } from '../../actors/reads.js';
import { isRefusal, type Refusal } from '../../domain/refusals.js';
import { json, type Outcome } from '../answer.js';

/** Lists in parts, newest first, by an opaque cursor. */

const CURSOR = /^[A-Za-z0-9_-]{1,400}$/;

/** A whole number from 1 in a query, named at most once. */
export const wholeNumber = (most: number, told: { readonly description: string; readonly example: number }) =>
  z
    .string()
    .regex(/^[0-9]{1,16}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(most))
    .optional()
    .openapi({ ...told, type: 'integer', minimum: 1, maximum: most });

/** The query of a list in parts of at most `longest` entries. */
export const pageQuery = (longest: number) => ({
  limit: wholeNumber(longest, { description: `At most so many; ${Math.min(50, longest)} where nothing is said`, example: 20 }),
  cursor: z
    .string()
    .regex(CURSOR, 'expected a cursor that this list gave')
    .optional()
    .openapi({ description: '`next` of the part before' }),
});

/** Schema of a part of a list. */
export const pageOf = (item: z.ZodType, title: string) =>
  z
    .object({ items: z.array(item), next: z.string().nullable().openapi({ description: 'Cursor of the next part; null at the end' }) })
    .openapi(title);

interface Asked {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** What a list is asked for, from its query. */
export const pageRequest = ({ limit, cursor }: Asked, longest: number): PageRequest => ({
  limit: limit ?? Math.min(50, longest),
  ...(cursor === undefined ? {} : { cursor }),
});

/** A part of a list with the link to the next one, which keeps the filters of this. */
export function pageAnswer<T>(page: Page<T> | Refusal, url: string, view: (item: T) => object): Outcome {
  if (isRefusal(page)) return { refusal: page };
  return json(
    { items: page.items.map(view), next: page.next },
    200,
    page.next === null ? {} : { link: `<${nextLink(url, page.next)}>; rel="next"` },
  );
}

function nextLink(url: string, cursor: string): string {
  const next = new URL(url);
  next.searchParams.set('cursor', cursor);
  return `${next.pathname}${next.search}`;
}
