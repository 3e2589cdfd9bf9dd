import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { follow, type Printed, printedRequests } from './printed.js';
import { directory, redress, redressWith, serving } from './redress.js';

/** Follows the live events of a buyer until an after-sale has reached a state. */
async function reached(url: string, look: Printed, id: unknown, state: string): Promise<void> {
  const response = await fetch(`${url}/v1/user/events`, { headers: { ...look.headers, 'Last-Event-ID': '0' } });
  if (response.body === null) throw new Error('there are no events');
  let told = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    told += decoder.decode(chunk, { stream: true });
    const changes = [...told.matchAll(/^data: (.+)\n/gm)].map(([, data = '{}']) => JSON.parse(data) as Record<string, unknown>);
    if (changes.some((change) => change.afterSaleId === id && change.state === state)) return;
  }
}

it('serves, and a refund is taken through by the lines that it prints', async () => {
  const data = directory();
  const service = await serving(['--examples', '--data', data]);
  expect(service.out()).toContain('20 example orders: 20 loaded');
  expect(service.out()).toContain('payment gateway and carrier are simulated');
  const [apply, approve, look] = printedRequests(service.out());
  if (apply === undefined || approve === undefined || look === undefined) throw new Error('three lines are printed');

  const applied = await follow(apply);
  expect(applied).toMatchObject({ state: 'reviewing.merchant', reservedAmount: { amount: 2833, currency: 'CNY' } });
  expect(await follow(approve)).toMatchObject({ id: applied.id, decisions: [{ kind: 'approval' }] });
  await reached(service.url, look, applied.id, 'completed');
  expect(await follow(look)).toMatchObject({ id: applied.id, state: 'completed', refundAmount: { amount: 2833, currency: 'CNY' } });
  // Pasted once more, they are answered as before and do nothing.
  expect(await follow(apply)).toEqual(applied);

  const shown = await redress(['show', 'E-1005', '--data', data]);
  expect(shown.out).toContain('Refunded 28.33 + reserved 0.00 + left 56.67 = paid 85.00 CNY');
  expect(await service.stop('SIGTERM')).toMatchObject({ status: 0, out: expect.stringMatching(/Stopped\.\n$/) });
});

it('prints every address that it serves, and one token per role that it accepts', async () => {
  const service = await serving(['--examples', '--data', directory()]);
  for (const path of ['/docs', '/openapi.json', '/healthz']) {
    expect(service.out()).toContain(`${service.url}${path}\n`);
    expect((await fetch(`${service.url}${path}`)).status).toBe(200);
  }
  const tokens = [...service.out().matchAll(/^ {2}(user|merchant|operations|platform): .+\n {2}(\S+)$/gm)];
  expect(tokens.map(([, role]) => role)).toEqual(['user', 'merchant', 'operations', 'platform']);
  for (const [, role, token] of tokens) {
    const { status } = await fetch(`${service.url}/v1/${role}/orders`, { headers: { authorization: `Bearer ${token}` } });
    expect({ role, status }).toEqual({ role, status: 200 });
  }
});

it('starts again on the same data, leaves its orders as they are, and shows the next refund', async () => {
  const data = directory();
  const first = await serving(['--examples', '--data', data]);
  for (const request of printedRequests(first.out())) await follow(request);
  expect(await first.stop('SIGINT')).toMatchObject({ status: 0, out: expect.stringContaining('SIGINT: answering what is under way') });

  const second = await serving(['--examples', '--data', data]);
  expect(second.out()).toContain('20 example orders: 0 loaded, 20 were there and stay as they are.');
  const [apply] = printedRequests(second.out());
  if (apply === undefined) throw new Error('three lines are printed');
  expect(await follow(apply)).toMatchObject({ refundId: 2, units: [{ lineNo: 1, from: 2, to: 2 }] });
});

it('refuses data that another service writes to, and leaves that one alone', async () => {
  const data = directory();
  const service = await serving(['--data', data]);
  const { status, out, err } = await redress(['serve', '--port', '0', '--data', data]);
  expect({ status, out }).toEqual({ status: 3, out: '' });
  expect(err).toMatch(/^redress: Another process is writing to this data/m);
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
});

it('refuses a port that is taken, and gives the data back', async () => {
  const data = directory();
  const other = createServer();
  onTestFinished(() => {
    other.close();
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  const { status, err } = await redress(['serve', '--port', port, '--data', data]);
  expect(status).toBe(4);
  expect(err).toContain(`127.0.0.1:${port} is taken by another process.`);
  expect((await redress(['import', 'examples/odd-cents.json', '--data', data])).status).toBe(0);
});

it.each([
  { case: 'a port that is none', environment: { REDRESS_PORT: 'http' }, says: 'REDRESS_PORT: expected a whole number' },
  { case: 'a name that is no setting', environment: { REDRESS_PROT: '1' }, says: 'REDRESS_PROT: there is no such setting' },
])('refuses $case with exit code 2', async ({ environment, says }) => {
  const { status, out, err } = await redressWith(environment, ['serve', '--data', directory()]);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(says);
});

it.each([
  { case: 'a file of a setting that is not there', file: undefined, content: '', says: /ENOENT/ },
  { case: 'a file of a setting that is no JSON', file: 'partners.json', content: 'secret', says: /partners\.json cannot be used: .*JSON/ },
  { case: 'a file of a setting of another form', file: 'partners.json', content: '{"a":{"says":"payouts"}}', says: /a\.secret: / },
  { case: 'a secret that is too short', file: 'token-secret', content: 'c2VjcmV0', says: /token-secret .* fewer than 32 bytes/ },
])('refuses $case with exit code 2, and says which', async ({ file, content, says }) => {
  const data = directory();
  if (file !== undefined) writeFileSync(join(data, file), content);
  const environment: Record<string, string> = file === undefined ? { REDRESS_SIMULATION_FILE: join(data, 'nowhere.json') } : {};
  const { status, out, err } = await redressWith(environment, ['serve', '--port', '0', '--data', data]);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(says);
  expect(err).not.toContain('    at ');
});

it.each([
  { what: 'moves its clock', word: 'clock', body: '{"forward":"48h"}', done: { now: expect.any(String) } },
  { what: 'cuts its gateway off', word: 'gateway', body: '{"answers":false}', done: { answers: false } },
])('$what in the sandbox alone', async ({ word, body, done }) => {
  const data = directory();
  const words = ['token', '--role', 'operations', '--id', 'op', '--data', data];
  const ask = async (url: string, token: string, key: string) => {
    const response = await fetch(`${url}/v1/operations/${word}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': key, 'content-type': 'application/json' },
      body,
    });
    return { status: response.status, said: await response.json() };
  };
  const plain = await serving(['--data', data]);
  const token = (await redress(words)).out.trim();
  expect(await ask(plain.url, token, 'one')).toMatchObject({ status: 409, said: { code: 'sandbox.disabled' } });
  await plain.stop('SIGTERM');
  const sandbox = await serving(['--sandbox', '--data', data]);
  expect(sandbox.out()).toContain('/v1/operations/clock');
  expect(await ask(sandbox.url, token, 'two')).toEqual({ status: 200, said: done });
});

it('makes a secret of its own for each data directory', async () => {
  const secrets: string[] = [];
  for (const data of [directory(), directory()]) {
    const service = await serving(['--data', data]);
    await service.stop('SIGTERM');
    secrets.push(readFileSync(join(data, 'token-secret'), 'utf8'));
  }
  expect(secrets[0]).not.toBe(secrets[1]);
});
