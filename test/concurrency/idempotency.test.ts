import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runningService, startRunning } from '../stories/service.js';
import { yuan } from '../stories/sketches.js';
import { type Story, tell } from '../stories/story.js';

/** Keys over HTTP: a command is done once, however often and from wherever it is sent. */

const running = runningService();
const CUPS = { lines: [{ sku: 'cup', price: 1_050, quantity: 5 }] };

const apply = (story: Story, key: string, asked: object = {}, by: 'user' | 'merchant' = 'user', headers = {}) =>
  story.send(by, 'POST', 'after-sales', { body: story.application({ reason: 'missing', ...asked }), key, headers });
const replayed = ({ headers }: { readonly headers: Headers }) => headers.get('idempotency-replayed') === 'true';

describe('the same key', () => {
  it('sent a hundred times at once makes one after-sale, and everybody gets its answer', async () => {
    const story = await tell(running(), CUPS);
    const answers = await Promise.all(Array.from({ length: 100 }, () => apply(story, 'k-1')));
    expect(
      new Set(answers.map(({ status, text, headers }) => `${status} ${headers.get('etag')} ${headers.get('location')} ${text}`)).size,
    ).toBe(1);
    expect(answers.filter((answer) => !replayed(answer))).toHaveLength(1);
    expect((await story.order()).afterSales).toHaveLength(1);
    await story.holds();
  });

  it('for another request is refused, at once or later, and the first answer stays', async () => {
    const story = await tell(running(), CUPS);
    const others = Array.from({ length: 20 }, (_, index) => apply(story, 'k-2', { remark: `${index % 2}` }));
    const answers = await Promise.all(others);
    const taken = answers.filter(({ status }) => status === 201);
    expect(taken).toHaveLength(10);
    expect(new Set(taken.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ status }) => status !== 201).map(({ code }) => code)).toEqual(
      Array.from({ length: 10 }, () => 'idempotency.reused'),
    );
    const { id } = JSON.parse(taken[0]?.text ?? '{}') as { readonly id: string };
    expect((await story.send('user', 'POST', `after-sales/${id}/withdraw`, { body: {}, key: 'k-2' })).code).toBe('idempotency.reused');
    expect((await story.order()).afterSales).toMatchObject([{ state: 'reviewing.merchant' }]);
    await story.holds();
  });

  it('of another caller is another key', async () => {
    const story = await tell(running(), CUPS);
    const [user, merchant] = await Promise.all([apply(story, 'k-3'), apply(story, 'k-3', {}, 'merchant')]);
    expect([user.status, merchant.status, user.text === merchant.text]).toEqual([201, 201, false]);
    await story.holds();
  });

  it('of a machine of the same name on another platform is another key', async () => {
    const story = await tell(running(), CUPS);
    const other = await running().caller({ role: 'platform', id: 'machine', platform: 'elsewhere' });
    const body = story.application({ reason: 'shortPicked', evidence: [] });
    const first = await story.send('platform', 'POST', 'after-sales', { body, key: 'k-15' });
    const foreign = await other.send('POST', 'after-sales', { body, key: 'k-15' });
    expect([first.status, foreign.status, foreign.code]).toEqual([201, 404, 'order.notFound']);
    await story.holds();
  });

  it('is the same request however it is written, and needs to be there', async () => {
    const story = await tell(running(), CUPS);
    const body = story.application({ reason: 'missing' });
    const first = await story.send('user', 'POST', 'after-sales', { body, key: 'k-4' });
    const raw = `  ${JSON.stringify(Object.fromEntries(Object.entries(body).reverse()), null, 3)} `;
    const again = await story.send('user', 'POST', 'after-sales', {
      raw,
      key: 'k-4',
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
    expect([again.text, replayed(again)]).toEqual([first.text, true]);
    const response = await fetch(`${running().url}/v1/user/after-sales`, {
      method: 'POST',
      headers: { authorization: `Bearer ${story.callers.user.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'idempotency.missing' }]);
    await story.holds();
  });
});

describe('an answer that was given', () => {
  it('stays a refusal although the command would be allowed by now', async () => {
    const story = await tell(running(), CUPS);
    const refund = await story.apply({ reason: 'missing' });
    const accept = () => story.send('user', 'POST', `after-sales/${refund.id}/accept`, { body: {}, key: 'k-5' });
    const first = await accept();
    expect([first.status, first.code, replayed(first)]).toEqual([409, 'command.notAllowed', false]);
    await refund.give('merchant', 'offer', { amount: yuan(10) });
    const second = await accept();
    expect([second.status, second.code, replayed(second)]).toEqual([409, 'command.notAllowed', true]);
    expect(await refund.give('user', 'accept')).toBe('refunding.paying');
    await story.holds();
  });

  it('stays a success although the command would be refused by now, whatever version is named', async () => {
    const story = await tell(running(), CUPS);
    const { version } = await story.order();
    const first = await apply(story, 'k-6', {}, 'user', { 'if-match': `"${version}"` });
    const stale = await apply(story, 'k-7', {}, 'user', { 'if-match': `"${version}"` });
    expect([first.status, stale.status, stale.code]).toEqual([201, 412, 'version.stale']);
    expect(stale.body).toMatchObject({ facts: { version: version + 1, expected: version } });
    const again = await apply(story, 'k-6', {}, 'user', { 'if-match': '"999"' });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([201, first.text, `"${version + 1}"`]);
    // That somebody came too late is not kept: the same key succeeds once it names the version that stands.
    const next = await apply(story, 'k-7', {}, 'user', { 'if-match': `"${version + 1}"` });
    expect([next.status, replayed(next)]).toEqual([201, false]);
    expect((await apply(story, 'k-8', {}, 'user', { 'if-match': '*' })).status).toBe(201);
    await story.holds();
  });

  it('is kept for 30 days, and longer while the order has an open after-sale', async () => {
    const open = await tell(running(), CUPS);
    const ended = await tell(running(), CUPS);
    const first = { open: await apply(open, 'k-9'), ended: await apply(ended, 'k-9') };
    const id = (first.open.body as { readonly id: string }).id;
    await ended.send('merchant', 'POST', `after-sales/${(first.ended.body as { readonly id: string }).id}/reject`, {
      body: { remark: 'No.' },
      key: 'k-10',
    });
    // A person keeps the one open: held, released and held again, far beyond the 30 days.
    for (let days = 0; days < 30; days += 10) {
      await open.send('operations', 'POST', `after-sales/${id}/hold`, { body: { remark: 'Wait.' } });
      await open.passes('9d');
      await open.send('operations', 'POST', `after-sales/${id}/release`, { body: {} });
    }
    await open.send('operations', 'POST', `after-sales/${id}/hold`, { body: { remark: 'Wait.' } });
    await open.passes('2d');
    for (const [story, answer] of [[open, first.open] as const, [ended, first.ended] as const]) {
      const again = await apply(story, 'k-9');
      expect([again.text, replayed(again)]).toEqual([answer.text, true]);
    }
    await open.passes('3d');
    const again = await apply(open, 'k-9');
    expect([again.text, replayed(again)]).toEqual([first.open.text, true]);
    // The answer is forgotten, and the time to apply is over.
    expect(await apply(ended, 'k-9')).toMatchObject({ status: 409, code: 'apply.windowExpired' });
    await open.holds();
    await ended.holds();
  });
});

describe('a write that goes to no order', () => {
  it('is done once per key as well', async () => {
    const story = await tell(running(), CUPS);
    const forward = (key: string, by: string) => story.send('operations', 'POST', 'clock', { body: { forward: by }, key });
    const before = running().now();
    const first = await forward('k-11', '1h');
    const second = await forward('k-11', '1h');
    expect([second.text, replayed(second)]).toEqual([first.text, true]);
    expect(running().now() - before).toBeLessThan(2 * 3_600_000);
    expect((await forward('k-11', '2h')).code).toBe('idempotency.reused');
  });

  it('is done once also by requests that come together', async () => {
    const story = await tell(running(), CUPS);
    const before = running().now();
    const forward = () => story.send('operations', 'POST', 'clock', { body: { forward: '1h' }, key: 'k-14' });
    const answers = await Promise.all(Array.from({ length: 20 }, forward));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(running().now() - before).toBeLessThan(2 * 3_600_000);
  });
});

describe('a service that is started again', () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'redress-restart-'));
  afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }));

  it('answers what it had answered before, and goes on where it was', async () => {
    const before = await startRunning({ dataDirectory });
    const story = await tell(before, CUPS);
    const applied = await apply(story, 'k-12');
    const id = (applied.body as { readonly id: string }).id;
    const refused = await story.send('user', 'POST', `after-sales/${id}/accept`, { body: {}, key: 'k-13' });
    await story.passes('40h');
    await before.close();

    const after = await startRunning({ dataDirectory });
    const { user, operations } = story.callers;
    const back = { user: await after.caller(user.holder), operations: await after.caller(operations.holder) };
    const body = story.application({ reason: 'missing' });
    const again = await back.user.send('POST', 'after-sales', { body, key: 'k-12' });
    expect([again.status, again.text, replayed(again)]).toEqual([201, applied.text, true]);
    const still = await back.user.send('POST', `after-sales/${id}/accept`, { body: {}, key: 'k-13' });
    expect([still.status, still.code, replayed(still)]).toEqual([refused.status, refused.code, true]);
    expect((await back.user.send('POST', 'after-sales', { body: { ...body, remark: 'x' }, key: 'k-12' })).code).toBe('idempotency.reused');
    await back.operations.send('POST', 'clock', { body: { forward: '48h' } });
    await after.settled();
    expect((await back.user.send('GET', `after-sales/${id}`)).body).toMatchObject({ state: 'completed', refundAmount: yuan(1_050) });
    expect(await after.faultsOf(story.key)).toEqual([]);
    await after.close();
  });
});
