import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { AfterSaleView } from '../../src/actors/views.js';
import { Random } from '../../src/sim/random.js';
import { scaled } from '../scale.js';
import type { Answer, Caller } from '../stories/caller.js';
import { runningService } from '../stories/service.js';
import { type Story, tell } from '../stories/story.js';

/** Clients that leave before their answer, never read it, or send a little at a time; and come again with the same key. */

const running = runningService({ REDRESS_BODY_TIMEOUT: '400', REDRESS_HEADERS_TIMEOUT: '400' });
const MUGS = { lines: [{ sku: 'mug', price: 1_500, quantity: 400 }] };

const sockets: Socket[] = [];
afterAll(() => {
  for (const socket of sockets) socket.destroy();
});

/** The bytes of a request, as a client puts them on the wire. */
function requestBytes({ entry, token }: Caller, path: string, key: string, body: object): Buffer {
  const text = JSON.stringify(body);
  const head = [
    `POST ${entry}/${path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Idempotency-Key: ${key}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`);
}

async function connected(): Promise<Socket> {
  const { hostname, port } = new URL(running().url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** What came back until the other side hung up. */
async function untilClosed(socket: Socket): Promise<string> {
  let back = '';
  socket.on('data', (data: Buffer) => {
    back += data.toString('utf8');
  });
  await once(socket, 'close');
  return back;
}

const WAYS = ['reset', 'end', 'silence'] as const;

/** Sends a part of a request and is not heard of any more. `silence`: it stays connected, and reads nothing. */
async function leave(bytes: Buffer, way: (typeof WAYS)[number]): Promise<void> {
  const socket = await connected();
  socket.pause();
  await new Promise((written) => socket.write(bytes, written));
  if (way === 'reset') socket.resetAndDestroy();
  if (way === 'end') socket.end();
}

/** How many applications were taken, by what the trail tells. */
async function applied({ key }: Story): Promise<number> {
  const trail = await running().service.core.store.reads.trail(key, 0, 10_000);
  return trail.filter(({ type }) => type === 'apply').length;
}

async function judge(story: Story, applications: number): Promise<void> {
  await running().settled();
  expect(await applied(story)).toBe(applications);
  expect(await running().faultsOf(story.key)).toEqual([]);
}

const isReplay = ({ headers }: Answer): boolean => headers.get('idempotency-replayed') === 'true';

describe('a client that leaves before its answer', () => {
  const TIMES = scaled(60);

  it(`and asks again with the same key has one effect, ${TIMES} times`, async () => {
    const story = await tell(running(), { lines: [{ sku: 'mug', price: 1_500, quantity: 2 * TIMES }] });
    const random = new Random('clients that leave');
    const body = story.application({ reason: 'missing' });
    const answers: Answer[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const key = `leaves-${time}`;
      const bytes = requestBytes(story.callers.user, 'after-sales', key, body);
      const sent = random.chance(1, 2) ? bytes.length : random.below(bytes.length);
      const way = random.pick(WAYS);
      const leaving = leave(bytes.subarray(0, sent), way);
      // Some come again at once, some when the first connection is gone, some once they were heard: each over another one.
      const comesAgain = random.pick(['at once', 'when gone', 'when heard'] as const);
      if (comesAgain !== 'at once') await leaving;
      if (comesAgain === 'when heard' && sent === bytes.length && way !== 'reset')
        await vi.waitUntil(async () => (await applied(story)) === time + 1, { interval: 2 });
      const answer = await story.callers.user.send('POST', 'after-sales', { body, key });
      expect(answer.status).toBe(201);
      answers.push(answer);
      await leaving;
    }
    expect(new Set(answers.map(({ body: view }) => (view as AfterSaleView).id)).size).toBe(TIMES);
    // Some of those who left had been heard, others had not.
    expect(answers.some(isReplay)).toBe(true);
    expect(answers.every(isReplay)).toBe(false);
    await judge(story, TIMES);
  });

  it('of an approval pays once, and whoever asks again is told so', async () => {
    const story = await tell(running(), MUGS);
    for (let time = 0; time < 10; time += 1) {
      const { id } = await story.apply({ reason: 'missing' });
      const bytes = requestBytes(story.callers.merchant, `after-sales/${id}/approve`, `approves-${time}`, {});
      await leave(bytes, WAYS[time % WAYS.length] ?? 'reset');
      const answer = await story.send('merchant', 'POST', `after-sales/${id}/approve`, { body: {}, key: `approves-${time}` });
      expect(answer.status).toBe(200);
    }
    await judge(story, 10);
    expect((await story.order()).refunded).toMatchObject({ amount: 15_000 });
  });

  it('in the middle of its body has no effect, and its key is free', async () => {
    const story = await tell(running(), MUGS);
    const body = story.application({ reason: 'missing' });
    const bytes = requestBytes(story.callers.user, 'after-sales', 'half', body);
    for (const way of WAYS) await leave(bytes.subarray(0, bytes.length - 1), way);
    await judge(story, 0);
    const answer = await story.callers.user.send('POST', 'after-sales', { body: { ...body, remark: 'Another body.' }, key: 'half' });
    expect([answer.status, isReplay(answer)]).toEqual([201, false]);
    await judge(story, 1);
  });
});

describe('slow clients', () => {
  it('whose bodies do not come are cut, have no effect, and keep nobody else waiting', async () => {
    const story = await tell(running(), MUGS);
    const body = story.application({ reason: 'missing' });
    const slow = await Promise.all(
      Array.from({ length: 50 }, async (_, number) => {
        const socket = await connected();
        const bytes = requestBytes(story.callers.user, 'after-sales', `slow-${number}`, body);
        socket.write(bytes.subarray(0, bytes.length - 20));
        return socket;
      }),
    );
    const ended = Promise.all(slow.map(untilClosed));
    for (let time = 0; time < 5; time += 1) await story.apply({ reason: 'missing' });
    for (const answer of await ended) expect(answer).toMatch(/^HTTP\/1\.1 408 .*"code":"request\.timeout"/s);
    await judge(story, 5);
  });

  it('that say nothing, or only half of what they want, are cut', async () => {
    const beginnings = ['', 'POST', 'POST /v1/user/after-sales HTTP/1.1\r\nHost: localhost\r\n'];
    const answers = await Promise.all(
      beginnings.map(async (beginning) => {
        const socket = await connected();
        if (beginning !== '') socket.write(beginning);
        return untilClosed(socket);
      }),
    );
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 .*"code":"request\.timeout"/s);
  });
});
