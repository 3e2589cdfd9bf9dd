import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { COMMANDS_OF, sees } from '../../../src/actors/authorize.js';
import type { AfterSaleCommandType } from '../../../src/actors/command.js';
import type { AfterSaleRecord } from '../../../src/actors/reads.js';
import type { AfterSale } from '../../../src/actors/rows.js';
import type { OrderView } from '../../../src/actors/views.js';
import { bookName } from '../../../src/domain/ids.js';
import type { Order } from '../../../src/domain/order.js';
import { isRefusal } from '../../../src/domain/refusals.js';
import { AFTER_SALE_TYPES } from '../../../src/machines/words.js';
import { sign } from '../../../src/server/edge/signatures.js';
import { COMMAND_BODIES } from '../../../src/server/wire/commands.js';
import { drawApplication } from '../../../src/sim/clients/applications.js';
import { drawCommand } from '../../../src/sim/clients/commands.js';
import type { Random } from '../../../src/sim/random.js';
import { drawOrder } from '../../../src/sim/world/orders.js';
import { drawTemplates } from '../../../src/sim/world/templates.js';
import { SECRET_WORD } from '../../stories/caller.js';
import { gatewayPayments } from '../../stories/payments.js';
import type { Request } from '../client.js';
import { faultsOfBody } from '../contract.js';
import { OPERATIONS, type Operation } from '../document.js';
import { brokenHeaders, brokenIn, brokenPath, brokenText } from './breaks.js';
import { type Person, ROLES, requestOf, SHOPS, type Town } from './town.js';
import { Values } from './values.js';
import { wireApplication, wireCommand, wireOrder } from './wire.js';

/** What the people of the town do: what leads on, what the document allows, and what nobody should do. */

type Move = (town: Town, random: Random) => Promise<void>;

const pathOf = (order: Order, rest = ''): string =>
  `shops/${encodeURIComponent(order.shopId)}/orders/${encodeURIComponent(order.orderNo)}${rest}`;

const anOrder = (town: Town, random: Random): Order | undefined =>
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
async function evidenceFor(town: Town, random: Random, person: Person, count: number): Promise<object[]> {
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
const apply: Move = async (town, random) => {
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

const leanings = {
  verdicts: { upheld: 1, refund: 3, return: 2, exchange: 2, repair: 2, bearer: 1 },
  inspections: { all: 3, part: 3, none: 2 },
};

/** Those who may give some command to an after-sale now, each with these commands. */
async function allowedNow(town: Town, record: AfterSaleRecord): Promise<(readonly [Person, readonly AfterSaleCommandType[]])[]> {
  const { host } = town.running.service.core;
  const concerned = town.people.filter(({ holder }) => sees(holder, record.order));
  const views = await Promise.all(
    concerned.map(async (person) => [person, await host.afterSale(record.afterSale.id, person.holder)] as const),
  );
  return views.flatMap(([person, view]) => {
    if (isRefusal(view)) throw new Error(`${person.holder.role} is refused ${view.code}`);
    const words = view.allowedCommands.filter(isCommand);
    return words.length === 0 ? [] : [[person, words] as const];
  });
}
const isCommand = (word: string): word is AfterSaleCommandType => word in COMMAND_BODIES;

/** What changes little; a walk that takes these as often as all others comes nowhere. */
const IDLE: ReadonlySet<string> = new Set(['note', 'extend', 'hold', 'withdraw', 'override', 'provide', 'repayFreight']);

/** Somebody gives a command that their view of the after-sale allows, and so on for some steps. */
const follow: Move = async (town, random) => {
  if (town.afterSales.length === 0) return apply(town, random);
  const id = random.pick(town.afterSales.slice(-8));
  for (let steps = random.between(1, 5); steps > 0; steps -= 1) {
    const record = await town.recordOf(id);
    if (record === undefined) throw new Error(`after-sale ${id} is gone`);
    const allowed = (await allowedNow(town, record)).map(([person, words]) => {
      const leading = random.chance(9, 10) ? words.filter((word) => !IDLE.has(word)) : words;
      return [person, leading] as const;
    });
    const able = allowed.filter(([, words]) => words.length > 0);
    if (able.length === 0) return;
    const [person, words] = random.pick(able);
    const asked = await commandOf(town, random, person, record, random.pick(words));
    await town.send(asked, person);
    if (random.chance(1, 15)) await town.as(person, 'GET', `/v1/${person.holder.role}/after-sales/${id}`);
    if (random.chance(1, 25)) await rush(town, random, record, able);
  }
};

/** Several at the same time, each with a key of their own. */
async function rush(
  town: Town,
  random: Random,
  record: AfterSaleRecord,
  able: readonly (readonly [Person, readonly AfterSaleCommandType[]])[],
): Promise<void> {
  const asked = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const [person, words] = random.pick(able);
      return [await commandOf(town, random, person, record, random.pick(words)), person] as const;
    }),
  );
  await Promise.all(asked.map(([one, person]) => town.send(one, person)));
}

async function commandOf(
  town: Town,
  random: Random,
  person: Person,
  record: AfterSaleRecord,
  word: AfterSaleCommandType,
): Promise<Request> {
  const about = { order: record.order, afterSale: record.afterSale, now: town.running.service.core.clock.now(), leanings };
  const drawn: object = wireCommand(drawCommand(random, word, about));
  const evidence = 'evidence' in drawn ? { evidence: await evidenceFor(town, random, person, 1 + random.below(2)) } : {};
  const note = 'visibility' in drawn && drawn.visibility === 'internal' ? { text: SECRET_WORD } : {};
  return requestOf(person, 'POST', `/v1/${person.holder.role}/after-sales/${record.afterSale.id}/${word}`, {
    ...drawn,
    ...evidence,
    ...note,
  });
}

const DAY_PARTS = ['1m', '20m', '3h', '20h', '2d', '9d'] as const;

/** Time passes. */
const passTime: Move = async (town, random) => {
  await town.as(town.somebody(random, 'operations'), 'POST', '/v1/operations/clock', { forward: random.pick(DAY_PARTS) });
};

/** The gateway becomes better or worse. What it says stays true. */
const moodOfGateway: Move = async (town, random) => {
  const chance = () => (random.chance(1, 2) ? { of: 0, outOf: 1 } : { of: random.between(1, 3), outOf: 4 });
  const soon = { leastMs: 0, mostMs: 3 };
  Object.assign(town.running.gateway, {
    ...{ declined: chance(), accepted: chance(), lostBefore: chance(), lostAfter: chance(), askLost: chance() },
    ...{ calledBack: chance(), callbackLost: chance(), callbackRepeated: chance(), settle: soon, callback: soon, late: soon },
  });
};

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

/** What a request is about: an order that is there, and an after-sale of it where there is one. */
interface Subject {
  readonly order: Order | undefined;
  readonly afterSale: AfterSale | undefined;
}

async function aSubject(town: Town, random: Random): Promise<Subject> {
  const record =
    town.afterSales.length > 0 && random.chance(3, 4) ? await town.recordOf(random.pick(town.afterSales.slice(-10))) : undefined;
  return { order: record?.order ?? anOrder(town, random), afterSale: record?.afterSale };
}

/** What the fields of a request about it say: shop and number together, its currency, its lines. */
function fieldsOf({ order, afterSale }: Subject, random: Random): ReadonlyMap<string, unknown> {
  if (order === undefined) return new Map();
  const line = random.pick(order.lines);
  return new Map<string, unknown>([
    ...Object.entries({ shopId: order.shopId, orderNo: order.orderNo, shop: order.shopId, order: order.orderNo }),
    ...Object.entries({
      currency: order.currency.code,
      lineNo: line.lineNo,
      lines: line.lineNo,
      sku: line.sku,
      promotionType: line.promotionType,
    }),
    ...Object.entries({ price: line.unitPrice, tenderId: order.tenders[0]?.id, evidence: undefined }),
    ...(afterSale === undefined ? [] : Object.entries({ id: afterSale.id, afterSaleId: afterSale.id })),
  ]);
}

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

function personFor(town: Town, random: Random, { access }: Operation, { order }: Subject): Person | undefined {
  if (random.chance(1, 20)) return undefined;
  if (random.chance(1, 12)) return town.somebody(random, random.pick(ROLES));
  if (access === 'open' || access === 'signed') return undefined;
  return order !== undefined && random.chance(6, 7) ? town.concerned(random, access, order) : town.somebody(random, access);
}

/** A request for an operation as the document describes it. */
function drawRequest(town: Town, random: Random, operation: Operation, subject: Subject, person: Person | undefined): Request {
  const values = new Values(random, town.seen, fieldsOf(subject, random));
  const of = (where: string) => operation.parameters.filter((parameter) => parameter.in === where);
  const path = operation.path.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    if (name === 'partner') return random.pick(['gateway', 'carrier', 'nobody']);
    const schema = of('path').find((parameter) => parameter.name === name)?.schema ?? {};
    return encodeURIComponent(String(values.of(schema, name)));
  });
  const chosen = (where: string) =>
    of(where).filter(({ required, name }) => required === true || random.chance(1, name === 'If-Match' ? 12 : 4));
  const query = chosen('query').map(
    ({ name, schema }) => `${name}=${encodeURIComponent(String(values.of(schema, name === 'cursor' ? 'next' : name)))}`,
  );
  const headers = Object.fromEntries(chosen('header').map(({ name, schema }) => [name.toLowerCase(), asHeader(values.of(schema, name))]));
  const [type] = Object.keys(operation.body);
  return {
    method: operation.method === 'GET' && random.chance(1, 30) ? 'HEAD' : operation.method,
    path: query.length === 0 ? path : `${path}?${query.join('&')}`,
    headers: {
      ...headers,
      ...(type === undefined ? {} : { 'content-type': type }),
      ...('idempotency-key' in headers ? { 'idempotency-key': randomUUID() } : {}),
      ...(person === undefined ? {} : { authorization: `Bearer ${person.token}` }),
    },
    ...(type === undefined ? {} : { body: bodyOf(values, random, operation, type) }),
  };
}

/** What may stand in a header. */
const asHeader = (value: unknown): string => String(value).replaceAll(/[^\x20-\x7e]/g, '?');

function bodyOf(values: Values, random: Random, operation: Operation, type: string): string {
  const schema = operation.body[type]?.schema ?? {};
  if (!type.endsWith('json')) return 'content';
  const drawn = agreeing(random, values.of(schema));
  const faults = type === 'application/json' ? faultsOfBody(operation, type, drawn) : [];
  if (faults.length > 0) throw new Error(`a body for ${operation.operationId} was drawn of its schema, which refuses it: ${faults.join()}`);
  return type === 'application/x-ndjson' ? `${JSON.stringify(drawn)}\n` : JSON.stringify(drawn);
}

/** The body with its fields in agreement, where the document says so in words only. */
function agreeing(random: Random, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => agreeing(random, item));
  if (typeof value !== 'object' || value === null) return value;
  const body: Record<string, unknown> = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, agreeing(random, inner)]));
  if (random.chance(1, 10)) return body;
  const goesTo = body.to ?? body.way;
  if (goesTo === 'account') body.account ??= 'account-1';
  else if (goesTo === 'wallet' || goesTo === 'points') delete body.account;
  if (goesTo === 'points') body.points ??= 5;
  else if (typeof goesTo === 'string') delete body.points;
  if (typeof body.from === 'string' && typeof body.to === 'string' && body.from > body.to) [body.from, body.to] = [body.to, body.from];
  return body;
}

function broken(random: Random, asked: Request): Request {
  switch (random.below(4)) {
    case 0:
      return { ...asked, path: brokenPath(random, asked.path) };
    case 1: {
      const headers = { ...asked.headers, ...brokenHeaders(random) };
      return {
        ...asked,
        headers: Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
      };
    }
    case 2:
      return { ...asked, body: brokenText(random, typeof asked.body === 'string' ? asked.body : '{}') };
    default:
      return typeof asked.body === 'string' && asked.body.startsWith('{')
        ? { ...asked, body: JSON.stringify(brokenIn(random, JSON.parse(asked.body))) }
        : { ...asked, method: random.pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'HEAD']) };
  }
}

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
];
