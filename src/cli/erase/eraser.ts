import { existsSync } from 'node:fs';
import { z } from 'zod';
import { type Compacted, type Erased, type ErasureAsked, eraseBuyer } from '../../actors/erasure.js';
import type { Buyer } from '../../actors/reads.js';
import { isRefusal } from '../../domain/refusals.js';
import { erasingOf, openCore } from '../../redress.js';
import { databaseFile } from '../../store/sqlite/open.js';
import { StoreUnusable } from '../../store/sqlite/unusable.js';
import { CliFailure, refusalText } from '../failure.js';
import { postJson } from '../post.js';

/** Who erases: this process on data that it has opened, or a running service. Refusals are thrown as `CliFailure`. */
export interface Eraser {
  erase(buyer: Buyer, asked: ErasureAsked): Promise<Erased>;
  compact(): Promise<Compacted>;
  close(): Promise<void>;
}

/** Throws `StoreUnusable` where a service has the data open. */
export async function eraserIn(dataDirectory: string): Promise<Eraser> {
  if (!existsSync(databaseFile(dataDirectory))) throw new StoreUnusable('missing', `There is no data in ${dataDirectory}.`);
  const core = await openCore({ dataDirectory, writer: 'inline' });
  const erasing = erasingOf(core);
  return {
    erase: async (buyer, asked) => {
      const erased = await eraseBuyer({ host: core.host, ...erasing }, buyer, asked, { role: 'operations', id: 'erase' });
      if (isRefusal(erased)) throw new CliFailure(`${refusalText(erased)}${factsText(erased.facts)}`);
      return erased;
    },
    compact: () => erasing.store.compact(),
    close: () => core.store.close(),
  };
}

const compacted = z.object({ bytesBefore: z.int(), bytesAfter: z.int(), logCut: z.boolean() });
const erased = z.object({
  pseudonym: z.string(),
  orders: z.int(),
  uploads: z.int(),
  answers: z.int(),
  copies: z.array(z.string()),
  compacted: compacted.nullable(),
});

/** Erases through a running service, as operations. */
export function eraserThrough(url: string, token: string): Eraser {
  return {
    erase: async (buyer, asked) => erased.parse(await postJson(url, '/v1/operations/erasures', token, { ...buyer, ...asked })),
    compact: async () => compacted.parse(await postJson(url, '/v1/operations/compaction', token, {})),
    close: () => Promise.resolve(),
  };
}

const named = z.object({ orders: z.array(z.object({ shopId: z.string(), orderNo: z.string() })) });

/** The orders that stand in the way. */
function factsText(facts: unknown): string {
  const read = named.safeParse(facts);
  return read.success ? ` (${read.data.orders.map(({ shopId, orderNo }) => `${shopId} ${orderNo}`).join(', ')})` : '';
}
