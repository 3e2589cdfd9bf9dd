import type { BookKey, CommandId } from '../domain/ids.js';
import { type Refusal, refuse } from '../domain/refusals.js';
import type { Principal } from './principal.js';
import type { Buyer } from './reads.js';
import { Unavailable } from './unavailable.js';
import type { Host } from './views.js';

/** Erases a buyer: their name, and every text that stands with it, in all books and beside them. */

/** A book of a buyer, with what stands in the way of erasing it. */
export interface BuyerBook {
  readonly key: BookKey;
  /** an after-sale of it is open */
  readonly open: boolean;
  /** money of it is on its way to a named account */
  readonly unpaid: boolean;
}

/** What became of the files. */
export interface Compacted {
  /** size of the database before and after, in bytes */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** false: another process was reading, so that the log still holds what was erased; compact again */
  readonly logCut: boolean;
}

/** What erasing needs of the store, beside the commands to books. */
export interface ErasureStore {
  booksOf(buyer: Buyer): Promise<readonly BuyerBook[]>;
  /** the pseudonym of an erasure that broke off */
  begun(buyer: Buyer): Promise<string | undefined>;
  /** Remembers the pseudonym until the end, so that one that breaks off can go on under it. */
  begin(buyer: Buyer, pseudonym: string): Promise<void>;
  /** Removes uploads of the buyer, and those of others that only the buyer's books name. Gives how many. */
  removeUploads(buyer: Buyer): Promise<number>;
  /** Seals answers to the buyer, and to anybody about the books under the pseudonym. Gives how many. */
  sealAnswers(buyer: Buyer, pseudonym: string): Promise<number>;
  /** Empties what failed jobs about the buyer's books say of their failure. */
  clearJobErrors(buyer: Buyer): Promise<number>;
  end(buyer: Buyer): Promise<void>;
  /** files beside the data that were kept before a migration, and hold everything as it was then */
  copies(): readonly string[];
  /** Rewrites the file without what was deleted, and cuts the log. Nothing is written meanwhile. */
  compact(): Promise<Compacted>;
}

export interface ErasureParts {
  readonly host: Pick<Host, 'send'>;
  readonly store: ErasureStore;
  readonly names: {
    /** a name that nothing was called before */
    pseudonym(): string;
    commandId(): CommandId;
  };
}

export interface ErasureAsked {
  /** erases although after-sales are open, whose texts are lost to those who decide them */
  readonly evenOpen: boolean;
  /** false: what was erased stays in free parts of the files until they are compacted */
  readonly compact: boolean;
}

export interface Erased {
  /** what stands for the buyer since */
  readonly pseudonym: string;
  readonly orders: number;
  readonly uploads: number;
  readonly answers: number;
  /** files that still hold the buyer: kept before a migration, and out of reach */
  readonly copies: readonly string[];
  readonly compacted: Compacted | null;
}

/** Orders that a refusal names at most. */
const NAMED = 20;
const RETRY_MS = 1_000;

/** What forbids to erase these books now; nothing of any is erased then. */
function hindrance(books: readonly BuyerBook[], { evenOpen }: ErasureAsked): Refusal | undefined {
  const named = (those: readonly BuyerBook[]) => ({
    facts: { count: those.length, orders: those.slice(0, NAMED).map(({ key }) => ({ shopId: key.shopId, orderNo: key.orderNo })) },
  });
  const unpaid = books.filter((book) => book.unpaid);
  if (unpaid.length > 0) {
    return refuse('erase.unpaid', 'Money is on its way to a named account; settle these payouts first.', named(unpaid));
  }
  const open = books.filter((book) => book.open);
  if (open.length === 0 || evenOpen) return undefined;
  return refuse('erase.underWay', 'After-sales of the buyer are open, and their texts are needed to decide them.', named(open));
}

/**
 * Erases a buyer. Refused as a whole where one of the books may not be erased now, and where there is nothing of
 * the buyer (`buyer.notFound`). One that breaks off is asked for again, and goes on where it was.
 */
export async function eraseBuyer(
  { host, store, names }: ErasureParts,
  buyer: Buyer,
  asked: ErasureAsked,
  principal: Principal,
): Promise<Erased | Refusal> {
  const books = await store.booksOf(buyer);
  const hindered = hindrance(books, asked);
  if (hindered !== undefined) return hindered;
  const begun = await store.begun(buyer);
  const pseudonym = begun ?? names.pseudonym();
  if (begun === undefined && books.length > 0) await store.begin(buyer, pseudonym);
  // First, because only the texts of the books name the uploads of others.
  const uploads = await store.removeUploads(buyer);
  for (const { key } of books) {
    const command = { kind: 'erase', pseudonym, evenOpen: asked.evenOpen } as const;
    const reply = await host.send({ id: names.commandId(), book: key, command }, principal);
    if (reply.kind === 'done') continue;
    if (reply.status === 503) throw new Unavailable('busy', reply.refusal.detail, reply.retryAfterMs ?? RETRY_MS);
    return reply.refusal;
  }
  const answers = await store.sealAnswers(buyer, pseudonym);
  await store.clearJobErrors({ ...buyer, buyerUid: pseudonym });
  if (begun === undefined && books.length + uploads + answers === 0) return refuse('buyer.notFound', 'Nothing is kept of this buyer.');
  await store.end(buyer);
  const compacted = asked.compact ? await store.compact() : null;
  return { pseudonym, orders: books.length, uploads, answers, copies: store.copies(), compacted };
}
