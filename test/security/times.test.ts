import { describe, expect, it } from 'vitest';
import { publishTemplate } from '../stories/house.js';
import { runningService } from '../stories/service.js';
import { tell } from '../stories/story.js';

/** Times stay such as every client reads, however far somebody moves them. */

const running = runningService();
const LONGEST = '999999d';

describe('a time', () => {
  it('has four digits for its year, with the longest deadlines at the end of the sandbox’s time', async () => {
    const story = await tell(running(), { lines: [{ sku: 'milk', price: 600, quantity: 3 }] });
    const deadline = { deadline: LONGEST, then: 'escalate' } as const;
    await publishTemplate(running(), 'merchant-first', {
      ...{ version: 2, eligibility: { window: LONGEST, refusedFlags: [] } },
      review: {
        by: 'merchant',
        merchant: deadline,
        operations: { deadline: LONGEST, then: 'approve' },
        offerDeadline: LONGEST,
        evidenceDeadline: LONGEST,
      },
      limits: { afterSales: 9, offers: 1, evidenceRequests: 1, evidence: 9, extend: LONGEST, hold: LONGEST, goodwill: [] },
    });
    const forward = (by: string) => story.send('operations', 'POST', 'clock', { body: { forward: by } });
    const refused = await forward(LONGEST);
    expect([refused.status, refused.code]).toEqual([400, 'request.invalid']);
    for (const by of ['500000d', '300000d', '90000d', '9000d']) expect([by, (await forward(by)).status]).toEqual([by, 200]);
    expect((await forward('90000d')).status).toBe(400);
    const waiting = await story.apply({ reason: 'missing' }, 'operations');
    await waiting.give('operations', 'extend', { by: LONGEST });
    const { deadlines } = await waiting.see();
    expect(deadlines.map(({ at }) => /^\d{4}-\d\d-\d\dT/.test(at ?? ''))).toEqual([true]);
    expect(Number(deadlines[0]?.at?.slice(0, 4))).toBeGreaterThan(9_900);
    await story.holds();
  });

  it('that the clock was moved to is told again to the same key, also where it could not be reached any more', async () => {
    const operator = await running().caller({ role: 'operations', id: 'again' });
    const before = await operator.send('POST', 'clock', { key: 'k', body: { forward: '4000d' } });
    const after = await operator.send('POST', 'clock', { key: 'k', body: { forward: '4000d' } });
    expect([after.status, after.text]).toEqual([before.status, before.text]);
    expect(after.headers.get('idempotency-replayed')).toBe('true');
  });
});
