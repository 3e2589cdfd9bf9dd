import type { AfterSale } from './rows.js';

/** Whether a difference may ever be reported as paid: a price was named for another SKU (EXAMPLES 12). */
export const mayBePaid = ({ wanted }: Pick<AfterSale, 'wanted'>): boolean => wanted !== null && !wanted.same && wanted.price !== null;
