import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Timeline } from '../../src/actors/reads.js';
import { afterSaleId, commandId, instant } from '../../src/domain/ids.js';
import { codeOf, endpointOf, faultsOfAnswer, send } from './calls.js';
import { AFTER_SALE_ID } from './samples.js';
import { HOLDERS, START, type World, world } from './world.js';

const upload = async (w: World, content = 'a photo', type = 'image/png', key?: string) => {
  const endpoint = endpointOf(w, 'userUploadEvidence');
  const headers = { 'content-type': type, ...(key === undefined ? {} : { 'idempotency-key': key }) };
  const response = await send(w, endpoint, { raw: content, headers });
  expect(await faultsOfAnswer(endpoint, response.clone())).toEqual([]);
  return response;
};
const idOf = async (response: Response): Promise<string> => ((await response.json()) as { evidenceId: string }).evidenceId;

describe('uploaded evidence', () => {
  it('is named by what it is: id, kind, size and SHA-256', async () => {
    const response = await upload(world(), 'a photo', 'image/png');
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      kind: 'photo',
      mediaType: 'image/png',
      size: 7,
      sha256: createHash('sha256').update('a photo').digest('hex'),
    });
  });

  it('has the same id when it is sent again, and another for other content, type or caller', async () => {
    const w = world();
    const first = await idOf(await upload(w));
    expect(await idOf(await upload(w))).toBe(first);
    expect(await idOf(await upload(w, 'another photo'))).not.toBe(first);
    expect(await idOf(await upload(w, 'a photo', 'image/jpeg'))).not.toBe(first);
  });

  it('is not another under a key that was used', async () => {
    const w = world();
    await upload(w, 'a photo', 'image/png', 'k');
    expect((await upload(w, 'a photo', 'image/png', 'k')).headers.get('idempotency-replayed')).toBe('true');
    expect(await codeOf(await upload(w, 'another photo', 'image/png', 'k'))).toBe('idempotency.reused');
  });

  it.each([
    ['of a type that may run', 'text/html', '<script>', 415],
    ['of an image that may run', 'image/svg+xml', '<svg/>', 415],
    ['of nothing', 'image/png', '', 400],
    ['that is too large', 'image/png', 'x'.repeat(10_001), 413],
  ])('%s is refused', async (_, type, content, status) => {
    expect((await upload(world(), content, type)).status).toBe(status);
  });

  it('comes back as an attachment to who uploaded it and to operations, and to nobody else', async () => {
    const w = world();
    const id = await idOf(await upload(w));
    const get = (role: keyof typeof HOLDERS, token?: string) =>
      send(w, endpointOf(w, `${role}DownloadEvidence`), { path: `/v1/${role}/evidence/${id}`, ...(token === undefined ? {} : { token }) });
    const own = await get('user');
    expect([own.status, own.headers.get('content-type'), own.headers.get('x-content-type-options'), await own.text()]).toEqual([
      200,
      'image/png',
      'nosniff',
      'a photo',
    ]);
    expect(own.headers.get('content-disposition')).toMatch(/^attachment/);
    expect((await get('operations')).status).toBe(200);
    const bob = await w.token({ ...HOLDERS.user, buyerUid: 'bob' });
    for (const response of [await get('user', bob), await get('merchant'), await get('platform')]) {
      expect([response.status, await codeOf(response)]).toEqual([404, 'evidence.notThere']);
    }
  });

  it.each([
    ['user', 'all', 200],
    ['merchant', 'all', 200],
    ['user', 'internal', 404],
    ['merchant', 'internal', 200],
  ] as const)('of an after-sale is shown to %s where it stands in a note to %s: %d', async (role, visibility, status) => {
    const base = world();
    const id = await idOf(await upload(base));
    const timeline: Timeline = {
      events: [
        {
          position: 1,
          version: 2,
          commandId: commandId('c'),
          at: instant(START),
          type: 'note',
          afterSaleId: afterSaleId(AFTER_SALE_ID),
          body: JSON.stringify({
            actor: 'operations/o1',
            command: { kind: 'afterSale', command: { type: 'note', visibility } },
            private: { id: 'x1' },
          }),
          hash: 'h',
        },
      ],
      privates: [
        {
          id: 'x1',
          afterSaleId: afterSaleId(AFTER_SALE_ID),
          kind: 'note',
          salt: 's',
          hash: 'h',
          content: JSON.stringify({ command: { evidence: [{ kind: 'photo', evidenceId: id, sha256: 'a' }] } }),
        },
      ],
      stateBefore: null,
      next: null,
    };
    const w = world({
      evidence: base.parts.evidence,
      reads: {
        ...base.parts.reads,
        timeline: async () => timeline,
        namingEvidence: async (_, named) => (named === id ? timeline.events : []),
      },
    });
    const path = (evidence: string) => `/v1/${role}/after-sales/${AFTER_SALE_ID}/evidence/${evidence}`;
    const endpoint = endpointOf(w, `${role}DownloadEvidenceOfAfterSale`);
    expect((await send(w, endpoint, { path: path(id) })).status).toBe(status);
    expect((await send(w, endpoint, { path: path('e1000000-0000-4000-8000-000000000009') })).status).toBe(404);
    const detail = (await (await send(w, endpointOf(w, `${role}GetAfterSale`))).json()) as {
      timeline: { by: string; evidence: unknown[] }[];
    };
    expect(detail.timeline.map(({ by, evidence }) => [by, evidence.length])).toEqual(status === 200 ? [['operations', 1]] : []);
  });
});
