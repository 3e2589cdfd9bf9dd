import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { COMMANDS_OF } from '../../../src/actors/authorize.js';
import type { EntryPoint } from '../../../src/actors/principal.js';
import type { Order } from '../../../src/domain/order.js';
import { sign } from '../../../src/server/edge/signatures.js';
import type { Random } from '../../../src/sim/random.js';
import { drawOrder } from '../../../src/sim/world/orders.js';
import { gatewayPayments } from '../../stories/payments.js';
import { OPERATIONS, type Operation } from '../document.js';
import { brokenIn, brokenText } from './breaks.js';
import { commandOf, follow } from './cases.js';
import { anOrder, apply, giveGoodwill, type Move, moodOfGateway, passTime, pathOf, publish, putOrder, seeToPayout } from './deeds.js';
import { aSubject, broken, drawRequest, personFor } from './draw.js';
import { type Person, ROLES, requestOf, SHOPS, type Town } from './town.js';
import { wireOrder } from './wire.js';

/** What may happen next: what leads on, what the document allows, and what nobody should do. */

/** A callback: true ones again and again, and what nobody signed. */
const callBack: Move = async (town, random) => {
  const secrets = JSON.parse(readFileSync(`${town.running.dataDirectory}/partners.json`, 'utf8')) as Record<string, { secret: string }>;
  const payments = gatewayPayments(town.running.dataDirectory);
  const partner = payments.length > 0 && random.chance(1, 2) ? 'gateway' : 'carrier';
  const eventId = random.chance(1, 3) ? `event-${random.below(5)}` : randomUUID();
  const payment = partner === 'gateway' ? random.pick(payments) : undefined;
  const said =
    payment === undefined
      ? {
          ...{ eventId, type: random.pick(['parcel.received', 'parcel.delivered', 'parcel.lost']) },
          afterSaleId: town.afterSales.length === 0 ? randomUUID() : random.pick(town.afterSales),
        }
      : payment.outcome === 'paid'
        ? { eventId, type: 'payout.paid', payoutKey: payment.key, attempt: payment.attempt, reference: payment.word }
        : { eventId, type: 'payout.declined', payoutKey: payment.key, attempt: payment.attempt, code: payment.word };
  const forged = random.chance(1, 3);
  const secret = forged ? 'a secret that is nobody’s, but long' : (secrets[partner]?.secret ?? '');
  const body = JSON.stringify(said);
  const signature = sign(secret, new TextEncoder().encode(body), Date.now());
  const headers = { 'content-type': 'application/json', 'redress-signature': signature };
  const answer = await town.send({ method: 'POST', path: `/v1/platform/callbacks/${partner}`, headers, body }, undefined);
  if (forged && answer.status !== 401) throw new Error(`a forged callback was answered ${answer.status} ${answer.text}`);
};

/** Any operation with a body of the document's schema, by somebody of its role or of another. */
const anyOperation: Move = async (town, random) => {
  const operation = random.pick(OPERATIONS);
  const subject = await aSubject(town, random);
  const person = personFor(town, random, operation, subject);
  await town.send(drawRequest(town, random, operation, subject, person), person);
};

/** The same with something broken in it. */
const brokenOperation: Move = async (town, random) => {
  const operation = random.pick(OPERATIONS);
  const subject = await aSubject(town, random);
  const person = personFor(town, random, operation, subject);
  await town.send(broken(random, drawRequest(town, random, operation, subject, person)), person);
};

/** A command that leads on, with something broken in it. */
const brokenCommand: Move = async (town, random) => {
  if (town.afterSales.length === 0) return apply(town, random);
  const id = random.pick(town.afterSales);
  const record = await town.recordOf(id);
  if (record === undefined) throw new Error(`after-sale ${id} is gone`);
  const role = random.pick(ROLES);
  const person = random.chance(3, 4) ? town.concerned(random, role, record.order) : town.somebody(random, random.pick(ROLES));
  const asked = await commandOf(town, random, person, record, random.pick(COMMANDS_OF[role]));
  await town.send(random.chance(3, 4) ? broken(random, asked) : asked, person);
};

/** An order with something broken in it, as a whole or as a line of an import. */
const brokenOrder: Move = async (town, random) => {
  const order = drawOrder(random, 1_000 + random.below(1_000_000), random.pick(SHOPS), town.running.service.core.clock.now());
  const known = random.chance(1, 3) ? anOrder(town, random) : undefined;
  const body = brokenIn(random, wireOrder(known ?? order)) as object;
  const machine = random.chance(9, 10) ? town.concerned(random, 'platform', known ?? order) : town.somebody(random, 'platform');
  if (random.chance(1, 2)) {
    await town.send(requestOf(machine, 'PUT', `/v1/platform/${pathOf(known ?? order)}`, body), machine);
    return;
  }
  const line = JSON.stringify({ ...body, shopId: order.shopId, orderNo: order.orderNo });
  const headers = { authorization: `Bearer ${machine.token}`, 'content-type': 'application/x-ndjson' };
  const lines = [line, random.chance(1, 2) ? String(brokenText(random, line)).replaceAll('\n', ' ') : line, ''].join('\n');
  await town.send({ method: 'POST', path: '/v1/platform/orders/import', headers, body: lines }, machine);
};

/** Answers are kept for 30 days at least. */
const ANSWERS_KEPT_MS = 29 * 86_400_000;

/** A request of before once more: as it was, with another body, by somebody else. */
const again: Move = async (town, random) => {
  if (town.kept.length === 0) return;
  const { asked, answer, at } = random.pick(town.kept);
  const person = town.people.find(({ token }) => asked.headers.authorization === `Bearer ${token}`);
  const how = random.weighted([['same', 5] as const, ['other', 2] as const, ['somebody', 2] as const]);
  if (how === 'same') {
    const second = await town.send(asked, person);
    const isKept = answer.status < 300 && town.running.now() < at + ANSWERS_KEPT_MS;
    if (isKept && (second.status !== answer.status || (second.text !== answer.text && !town.hasErased))) {
      throw new Error(`${asked.method} ${asked.path} was answered anew: ${answer.text} and then ${second.status} ${second.text}`);
    }
    return;
  }
  const other = how === 'somebody' ? town.somebody(random, random.pick(ROLES)) : person;
  const authorization = other === undefined ? {} : { authorization: `Bearer ${other.token}` };
  const body = how === 'other' ? { body: '{"remark":"another"}' } : {};
  await town.send({ ...asked, ...body, headers: { ...asked.headers, ...authorization } }, other);
};

/** A request for an operation by somebody of a role, or by nobody: as the document describes it, and with something broken. */
export async function askFor(town: Town, random: Random, operation: Operation, role: EntryPoint | undefined): Promise<void> {
  for (const isBroken of [false, true]) {
    const subject = await aSubject(town, random);
    const person = role === undefined ? undefined : byRole(town, random, role, subject.order);
    const asked = drawRequest(town, random, operation, subject, person);
    await town.send(isBroken ? broken(random, asked) : asked, person);
  }
}

const byRole = (town: Town, random: Random, role: EntryPoint, order: Order | undefined): Person =>
  order === undefined ? town.somebody(random, role) : town.concerned(random, role, order);

export const MOVES: readonly (readonly [Move, number])[] = [
  [putOrder, 3],
  [apply, 18],
  [follow, 40],
  [passTime, 5],
  [moodOfGateway, 3],
  [callBack, 6],
  [anyOperation, 25],
  [brokenOperation, 25],
  [brokenCommand, 12],
  [brokenOrder, 6],
  [again, 8],
  [publish, 3],
  [giveGoodwill, 3],
  [seeToPayout, 4],
];
