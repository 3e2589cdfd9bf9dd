import { z } from 'zod';
import type { Book } from '../known.js';
import { ENTRIES, type Entry } from '../people.js';
import type { Catalog, Offer } from './move.js';

/** What may be applied for: read off orders of each kind, as each entry point sees them. */

const view = z.object({
  lines: z.array(
    z.object({
      category: z.string(),
      allowed: z.array(
        z.object({
          type: z.string(),
          reasons: z.array(z.object({ code: z.string(), claims: z.array(z.string()), evidence: z.int() })),
        }),
      ),
    }),
  ),
});

const nameOf = (entry: Entry, stage: string, category: string): string => `${entry} ${stage} ${category}`;

/** Reasons that need what a load does not make up: weights are for goods by weight. */
const offersOf = ({ allowed }: z.output<typeof view>['lines'][number]): Offer[] =>
  allowed.flatMap(({ type, reasons }) =>
    reasons
      .filter(({ claims }) => claims.includes('unit') || claims.includes('money'))
      .map(({ code, claims, evidence }) => ({ type, reason: code, claims, evidence })),
  );

/**
 * Reads the catalog from as few orders as show every stage and category.
 * @param see the text of an order, as an entry point sees it
 */
export async function readCatalog(books: readonly Book[], see: (entry: Entry, book: Book) => Promise<string>): Promise<Catalog> {
  const offers = new Map<string, readonly Offer[]>();
  for (const book of books) {
    const { stage, lines } = book.sold;
    if (lines.every(({ category }) => offers.has(nameOf('user', stage, category)))) continue;
    for (const entry of ENTRIES) {
      const seen = view.parse(JSON.parse(await see(entry, book)));
      for (const line of seen.lines) offers.set(nameOf(entry, stage, line.category), offersOf(line));
    }
  }
  return (entry, stage, category) => offers.get(nameOf(entry, stage, category)) ?? [];
}
