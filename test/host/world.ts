import { readFileSync } from 'node:fs';
import { v5 } from 'uuid';
import type { Application, BookCommand } from '../../src/actors/command.js';
import { ActorHost } from '../../src/actors/host.js';
import { HOST_LIMITS, type HostParts } from '../../src/actors/hostPorts.js';
import type { BookStore, Reply } from '../../src/actors/ports.js';
import type { Principal } from '../../src/actors/principal.js';
import { RULES } from '../../src/actors/rules.js';
import { type CommandId, commandId, type Instant, instant } from '../../src/domain/ids.js';
import type { Order } from '../../src/domain/order.js';
import { isRefusal } from '../../src/domain/refusals.js';
import { shiftToYesterday } from '../../src/domain/shiftOrder.js';
import { inProcessLock } from '../../src/locks/inProcess.js';
import { ChartBook } from '../../src/machines/chartBook.js';
import { rememberedTemplates } from '../../src/redress.js';
import { parseOrder } from '../../src/server/wire/toOrder.js';
import { shippedTemplates } from '../../src/store/shippedTemplates.js';
import { openSqliteStore, type SqliteStore } from '../../src/store/sqlite/open.js';

export const NOW = instant(Date.UTC(2026, 5, 15, 12));

/** An example order, moved so that it was delivered the day before `NOW`. */
export function exampleOrder(name: string): Order {
  const parsed = parseOrder(JSON.parse(readFileSync(new URL(`../../examples/${name}.json`, import.meta.url), 'utf8')));
  if (isRefusal(parsed)) throw new Error(`${name}: ${parsed.detail}`);
  const [order] = shiftToYesterday([parsed], NOW);
  if (order === undefined) throw new Error(`${name} is no order`);
  return order;
}

/** Command ids that are the same in every run. */
export function commandIds(): () => CommandId {
  let count = 0;
  return () => commandId(v5(`command ${count++}`, '6ba7b810-9dad-11d1-80b4-00c04fd430c8'));
}

export interface World {
  readonly store: SqliteStore;
  readonly parts: HostParts;
  readonly host: ActorHost;
  readonly time: { now: Instant };
}

/** A host over SQLite in memory, with a clock that stands still; `wrap` may put faults between host and store. */
export async function openWorld(
  wrap: (books: BookStore) => BookStore = (books) => books,
  store = openSqliteStore({ dataDirectory: ':memory:', writer: 'inline' }),
): Promise<World> {
  const templates = rememberedTemplates(store.templates);
  const time = { now: NOW };
  for (const template of shippedTemplates()) await templates.publish(template, NOW);
  const parts: HostParts = {
    store: wrap(store.books),
    templates,
    evidence: store.evidence,
    lock: inProcessLock(),
    clock: { now: () => time.now },
    entropy: { salt: () => '00' },
    rules: RULES,
    charts: new ChartBook(),
    limits: HOST_LIMITS,
  };
  return { store, parts, host: new ActorHost(parts), time };
}

export const platformOf = (order: Order): Principal => ({ role: 'platform', id: 'machine', platform: order.platform });
export const buyerOf = (order: Order): Principal => ({ role: 'user', platform: order.platform, buyerUid: order.buyerUid });
export const merchantOf = (order: Order): Principal => ({ role: 'merchant', id: 'merchant', shops: [order.shopId] });
export const operator: Principal = { role: 'operations', id: 'operator' };

/** A refund of whole units for a reason that needs no evidence. */
export function refundOf(selection: Application['selection'], more: Partial<Application> = {}): BookCommand {
  return {
    kind: 'apply',
    application: { type: 'refund', reason: 'shortPicked', claim: { kind: 'unit' }, selection, evidence: [], origin: 'own', ...more },
  };
}

export function bodyOf(reply: Reply): { readonly [key: string]: unknown } {
  return JSON.parse(reply.body) as { readonly [key: string]: unknown };
}
