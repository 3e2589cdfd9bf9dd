import { randomUUID } from 'node:crypto';
import type { OrderView } from '../../../src/actors/views.js';
import { bookName } from '../../../src/domain/ids.js';
import type { Order } from '../../../src/domain/order.js';
import { AFTER_SALE_TYPES } from '../../../src/machines/words.js';
import { drawApplication } from '../../../src/sim/clients/applications.js';
import type { Random } from '../../../src/sim/random.js';
import { drawOrder } from '../../../src/sim/world/orders.js';
import { drawTemplates } from '../../../src/sim/world/templates.js';
import type { Request } from '../client.js';
import { brokenIn } from './breaks.js';
import { type Person, SHOPS, type Town } from './town.js';
import { wireApplication, wireOrder } from './wire.js';

/** What people do because it leads on: orders come, buyers apply, cases are decided, time passes, gateways have moods. */

export type Move = (town: Town, random: Random) => Promise<void>;

export const pathOf = (order: Order, rest = ''): string =>
  `shops/${encodeURIComponent(order.shopId)}/orders/${encodeURIComponent(order.orderNo)}${rest}`;

export const anOrder = (town: Town, random: Random): Order | undefined =>
  town.orders.size === 0 ? undefined : random.pick([...town.orders.values()].slice(-4));

/** The platform puts an order of an odd kind. */
export const putOrder: Move = async (town, random) => {
  const order = drawOrder(random, town.orders.size + 1, random.pick(SHOPS), town.running.service.core.clock.now());
  const machine = town.concerned(random, 'platform', order);
  const answer = await town.as(machine, 'PUT', `/v1/platform/${pathOf(order)}`, wireOrder(order));
  if (answer.status !== 201) throw new Error(`an order was answered ${answer.status} ${answer.text}`);
  town.orders.set(bookName(order), order);
};

/** Evidence that is linked, or uploaded by who names it. */
export async function evidenceFor(town: Town, random: Random, person: Person, count: number): Promise<object[]> {
  const pieces: object[] = [];
  for (let piece = 0; piece < count; piece += 1) {
    const link = { kind: 'photo', url: 'https://example.org/photo', sha256: 'ab'.repeat(32) };
    pieces.push(random.chance(4, 5) ? link : await upload(town, random, person));
  }
  return pieces;
}

async function upload(town: Town, random: Random, person: Person): Promise<object> {
  const asked: Request = {
    method: 'POST',
    path: `/v1/${person.holder.role}/evidence`,
    headers: { authorization: `Bearer ${person.token}`, 'content-type': 'image/png', 'idempotency-key': randomUUID() },
    body: `content ${random.below(5)}`,
  };
  const answer = await town.send(asked, person);
  const { kind, evidenceId, sha256 } = JSON.parse(answer.text) as { kind: string; evidenceId: string; sha256: string };
  return { kind, evidenceId, sha256 };
}

/** Somebody applies for what the order says may be applied for. */
export const apply: Move = async (town, random) => {
  const order = anOrder(town, random);
  if (order === undefined) return putOrder(town, random);
  const role = random.weighted([['user', 6] as const, ['merchant', 1] as const, ['operations', 2] as const, ['platform', 1] as const]);
  const person = town.concerned(random, role, order);
  const { shopId, orderNo } = order;
  const shown = await town.as(person, 'GET', `/v1/${role}/orders/${encodeURIComponent(shopId)}/${encodeURIComponent(orderNo)}`);
  if (shown.status !== 200) return;
  const view = JSON.parse(shown.text) as OrderView;
  const book = { key: { shopId, orderNo }, order } as Parameters<typeof drawApplication>[1];
  const drawn = drawApplication(random, book, town.running.service.core.clock.now(), {
    types: AFTER_SALE_TYPES.map((type) => [type, 1] as const),
  });
  const offered = view.lines.flatMap((line) => line.allowed).filter(({ type }) => type === drawn.type);
  const reason = offered.length === 0 ? undefined : random.pick(random.pick(offered).reasons);
  const evidence = await evidenceFor(town, random, person, Math.max(drawn.evidence.length, reason?.evidence ?? 0));
  const body = {
    ...{ shopId, orderNo },
    ...wireApplication(
      reason === undefined || random.chance(1, 20) ? drawn : { ...drawn, reason: reason.code },
      role === 'operations' || role === 'platform',
    ),
    evidence,
  };
  if (random.chance(1, 4)) await town.as(person, 'POST', `/v1/${role}/quotes`, body);
  await town.as(person, 'POST', `/v1/${role}/after-sales`, body);
};

/** Operations give goodwill, mostly within its limit. */
export const giveGoodwill: Move = async (town, random) => {
  const order = anOrder(town, random);
  if (order === undefined) return putOrder(town, random);
  const to = random.pick(['wallet', 'points', 'account']);
  const body = {
    ...{ amount: { amount: random.spread(1, 3_000), currency: order.currency.code }, to, remark: 'sorry' },
    ...(to === 'points' ? { points: random.between(1, 50) } : to === 'account' ? { account: 'IBAN-1' } : {}),
  };
  const path = `/v1/operations/orders/${encodeURIComponent(order.shopId)}/${encodeURIComponent(order.orderNo)}/goodwill`;
  await town.as(town.somebody(random, 'operations'), 'POST', path, body);
};

/** Operations see to a payout in doubt. */
export const seeToPayout: Move = async (town, random) => {
  const operator = town.somebody(random, 'operations');
  const { items } = JSON.parse((await town.as(operator, 'GET', '/v1/operations/payouts')).text) as { items: { key: string }[] };
  if (items.length === 0) return;
  const { key: payoutKey } = random.pick(items);
  const [word, body] = random.pick<readonly [string, object]>([
    ['retry', {}],
    ['anotherWay', { way: 'wallet' }],
    ['anotherWay', { way: 'account', account: 'IBAN-2' }],
    ['paidByHand', { reference: `hand-${random.below(5)}` }],
  ]);
  await town.as(operator, 'POST', `/v1/operations/payouts/${word}`, { payoutKey, ...body });
};

const DAY_PARTS = ['1m', '20m', '3h', '20h', '2d', '9d'] as const;

/** Time passes. */
export const passTime: Move = async (town, random) => {
  await town.as(town.somebody(random, 'operations'), 'POST', '/v1/operations/clock', { forward: random.pick(DAY_PARTS) });
};

/** The gateway becomes better or worse. What it says stays true. */
export const moodOfGateway: Move = async (town, random) => {
  const chance = () => (random.chance(1, 2) ? { of: 0, outOf: 1 } : { of: random.between(1, 3), outOf: 4 });
  const soon = { leastMs: 0, mostMs: 3 };
  Object.assign(town.running.gateway, {
    ...{ declined: chance(), accepted: chance(), lostBefore: chance(), lostAfter: chance(), askLost: chance() },
    ...{ calledBack: chance(), callbackLost: chance(), callbackRepeated: chance(), settle: soon, callback: soon, late: soon },
  });
};

/** A new version of a template in force, with settings of its own. */
export const publish: Move = async (town, random) => {
  const operator = town.somebody(random, 'operations');
  const { items } = JSON.parse((await town.as(operator, 'GET', '/v1/operations/templates')).text) as {
    items: { id: string; version: number; scope: object }[];
  };
  const { id, version, scope } = random.pick(items);
  const [drawn] = drawTemplates(random);
  const body = { ...drawn, id, version: version + 1, scope };
  await town.as(operator, 'POST', '/v1/operations/templates', random.chance(2, 3) ? body : (brokenIn(random, body) as object));
};
