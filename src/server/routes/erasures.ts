import { z } from '@hono/zod-openapi';
import { type ErasureStore, eraseBuyer } from '../../actors/erasure.js';
import { isRefusal } from '../../domain/refusals.js';
import { json } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { type Endpoint, endpoint } from '../endpoint.js';
import { name } from '../wire/words.js';
import { entryPath, operationId } from './paths.js';

type Parts = Pick<Dependencies, 'host' | 'erasing'>;

const shared = {
  method: 'post',
  tag: 'Operations',
  access: 'operations',
  // A kept key would hold a hash of the buyer's name; doing it again does no harm.
  keyed: false,
  matched: false,
  takes: { kind: 'json' },
} as const;

const compacted = z
  .object({
    bytesBefore: z.int().openapi({ description: 'Size of the database before' }),
    bytesAfter: z.int(),
    logCut: z
      .boolean()
      .openapi({ description: 'False: another process was reading, and the log still holds what was erased; compact again' }),
  })
  .openapi('Compacted');
const erased = z
  .object({
    pseudonym: z.string().openapi({ description: 'What stands for the buyer since' }),
    orders: z.int(),
    uploads: z.int(),
    answers: z.int(),
    copies: z.array(z.string()).openapi({ description: 'Files that were kept before a migration and still hold everything; delete them' }),
    compacted: compacted.nullable(),
  })
  .openapi('Erased');

/** Erasing a buyer, and compacting the files afterwards. */
export const erasureRoutes = (parts: Parts): Endpoint[] => [eraseRoute(parts), compactRoute(parts.erasing)];

function eraseRoute({ host, erasing }: Parts): Endpoint {
  return endpoint(
    {
      ...shared,
      path: entryPath('operations', 'erasures'),
      operationId: operationId('operations', 'eraseBuyer'),
      summary: 'Erase a buyer: their name and every text that came with their orders',
      description:
        'Money, states and the audit trail stay, under a random pseudonym. A repeated key of before still gets its answer, without the texts. What breaks off is asked for again.',
      body: z
        .strictObject({
          platform: name(),
          buyerUid: name(),
          evenOpen: z.boolean().default(false).openapi({ description: 'Also while after-sales are open, whose texts are lost then' }),
          compact: z.boolean().default(true).openapi({ description: 'Rewrite the file, so that no free part of it holds what was erased' }),
        })
        .openapi('Erasure'),
      bodyExample: { platform: 'demo', buyerUid: 'buyer-1' },
      answers: { 200: { description: 'It is erased', schema: erased } },
      refusals: ['buyer.notFound', 'erase.underWay', 'erase.unpaid'],
      counted: 'eraseBuyer',
    },
    async ({ body, principal }) => {
      const { platform, buyerUid, evenOpen, compact } = body;
      const outcome = await eraseBuyer({ host, ...erasing }, { platform, buyerUid }, { evenOpen, compact }, principal);
      return isRefusal(outcome) ? { refusal: outcome } : json(outcome);
    },
  );
}

function compactRoute({ store }: { readonly store: Pick<ErasureStore, 'compact'> }): Endpoint {
  return endpoint(
    {
      ...shared,
      path: entryPath('operations', 'compaction'),
      operationId: operationId('operations', 'compactFiles'),
      summary: 'Rewrite the file without what was deleted, and cut the log',
      description: 'Nothing is written meanwhile; commands wait.',
      body: z.strictObject({}),
      answers: { 200: { description: 'It is done', schema: compacted } },
      refusals: [],
      counted: 'compactFiles',
    },
    async () => json(await store.compact()),
  );
}
