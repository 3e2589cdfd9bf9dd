import { describe, expect, it } from 'vitest';
import { REFUSALS } from '../../src/domain/refusals.js';
import { createLog } from '../../src/server/log.js';
import { endpointOf, send } from './calls.js';
import { APPLICATION } from './samples.js';
import { HOLDERS, world } from './world.js';

const PERSONAL = ['Ann Example', '+49 170 1234567', 'ann@example.com', 'Main Street 5', 'please hurry'];
const PERSONAL_BODY = {
  ...APPLICATION,
  remark: 'please hurry',
  contact: { name: 'Ann Example', phone: '+49 170 1234567', email: 'ann@example.com' },
  wayBack: {
    kind: 'pickup',
    address: { name: 'Ann Example', country: 'DE', city: 'Berlin', street: 'Main Street 5' },
    from: '2026-03-02T09:00:00Z',
    to: '2026-03-02T12:00:00Z',
  },
};

describe('logs and metrics', () => {
  it('hold no personal data, no token and no key, also of requests that fail', async () => {
    const w = world();
    const token = await w.token({ ...HOLDERS.user, buyerUid: 'ann-4711' });
    const endpoint = endpointOf(w, 'userApply');
    const headers = { 'idempotency-key': 'my-secret-key' };
    const answers = [
      await send(w, endpoint, { token, headers, body: PERSONAL_BODY }),
      await send(w, endpoint, { token, headers, body: { ...PERSONAL_BODY, type: 'Ann Example' } }),
      await send(w, endpoint, { token: `${token}x`, headers, body: PERSONAL_BODY }),
    ];
    w.replyWith(() => Promise.reject(new RangeError(JSON.stringify(PERSONAL_BODY))));
    answers.push(await send(w, endpoint, { token, headers, body: PERSONAL_BODY }));
    expect(answers.map(({ status }) => status)).toEqual([201, 400, 401, 500]);
    const told =
      w.log() +
      (await (await w.app.request('/metrics')).text()) +
      (await Promise.all(answers.map((answer) => answer.text()))).slice(1).join('');
    expect(w.log().trim().split('\n').length).toBeGreaterThanOrEqual(5);
    for (const secret of [...PERSONAL, 'ann-4711', token, 'my-secret-key']) expect(told).not.toContain(secret);
  });

  it('blank what should never have been given to them', () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line: string) => lines.push(line) });
    log.info({ token: 't0ken', caller: { buyerUid: 'ann-4711', phone: '0170' }, error: new Error('Ann Example') }, 'told');
    expect(lines.join('')).not.toMatch(/t0ken|ann-4711|0170|Ann Example/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', message: 'told', token: '[removed]' });
  });

  it('cannot be written into by a request', async () => {
    const w = world();
    await send(w, endpointOf(w, 'userApply'), { headers: { 'x-request-id': 'a","level":"error' }, body: { 'x\n{"level":"error"}': 1 } });
    const lines = w
      .log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { level: string; requestId: string });
    expect(lines.map(({ level }) => level)).toEqual(['debug']);
    expect(lines[0]?.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('say nothing of single requests unless asked', async () => {
    const lines: string[] = [];
    const w = world({ log: createLog('info', { write: (line: string) => lines.push(line) }) });
    await send(w, endpointOf(w, 'userApply'));
    expect(lines).toEqual([]);
  });

  it('count requests by operation and outcome, with the work that waits', async () => {
    const w = world();
    await send(w, endpointOf(w, 'userApply'));
    await send(w, endpointOf(w, 'merchantApply'));
    await send(w, endpointOf(w, 'userApply'), { raw: '{' });
    const text = await (await w.app.request('/metrics')).text();
    for (const line of [
      'redress_requests_total{operation="apply",code="ok"} 2',
      'redress_requests_total{operation="apply",code="request.invalid"} 1',
      'redress_request_seconds_count{operation="apply"} 3',
      'redress_outbox_depth 1',
      'redress_jobs_queued 2',
      'redress_dead_letters 3',
      'redress_deadlines_overdue 4',
      'redress_payouts_in_doubt 5',
      'redress_alarms_total{alarm="payout.unknown"} 2',
      'redress_work_counts_up 1',
      'redress_requests_in_flight 0',
    ]) {
      expect(text).toContain(line);
    }
    const codes = [...text.matchAll(/code="([^"]+)"/g)].map(([, code]) => code ?? '');
    for (const code of codes) expect(['ok', 'replayed', ...Object.keys(REFUSALS)]).toContain(code);
  });

  it('are given also where the work that waits cannot be counted', async () => {
    const base = world();
    const w = world({ reads: { ...base.parts.reads, counts: () => Promise.reject(new Error('gone')) } });
    const response = await w.app.request('/metrics');
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('redress_work_counts_up 0');
  });
});

describe('request ids', () => {
  it.each([
    ['my-id.1_A', 'my-id.1_A'],
    ['with space', undefined],
    ['x'.repeat(65), undefined],
    ['<script>', undefined],
  ])('%s is taken over: %s', async (given, taken) => {
    const response = await world().app.request('/healthz', { headers: { 'x-request-id': given } });
    const id = response.headers.get('x-request-id');
    if (taken === undefined) expect(id).toMatch(/^[0-9a-f-]{36}$/);
    else expect(id).toBe(taken);
  });
});

describe('health', () => {
  it.each([
    [{ store: true }, 200],
    [{ store: false }, 503],
  ])('of parts %j is %d', async (parts, status) => {
    const w = world({ readiness: { check: async () => parts } });
    expect((await w.app.request('/readyz')).status).toBe(status);
    expect((await w.app.request('/healthz')).status).toBe(200);
  });

  it('that cannot be told is not good', async () => {
    const w = world({ readiness: { check: () => Promise.reject(new Error('gone')) } });
    expect((await w.app.request('/readyz')).status).toBe(503);
  });
});
