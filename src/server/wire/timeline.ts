import { z } from '@hono/zod-openapi';
import { toldBy } from '../../actors/auditBody.js';
import { happeningOf } from '../../actors/happening.js';
import { textsOf } from '../../actors/private.js';
import type { Timeline, TrailEvent } from '../../actors/reads.js';
import type { PrivateRow } from '../../actors/rows.js';
import type { AfterSaleId } from '../../domain/ids.js';
import { evidence } from './application.js';
import { happeningWord, roleWord, stateWord } from './closedWords.js';
import { anyJson, shown, shownTime, uuid } from './words.js';

/** What happened to an after-sale, as its trail tells it. */

export const timelineEntry = z
  .object({
    position: z.int(),
    version: z.int(),
    at: shownTime,
    type: happeningWord.openapi({ description: 'The word of the command' }),
    by: roleWord.nullable().openapi({ description: 'The role that gave it' }),
    state: stateWord.nullable().openapi({ description: 'The state after it' }),
    internal: z.boolean(),
    afterSaleId: uuid.nullable().openapi({
      description: 'The after-sale that the command was for: another where it changed this one besides; null for what the order was told',
    }),
    data: z.record(z.string(), anyJson).openapi({
      description: [
        'What the command brought, by the names of its body: `amount` or `price` of an offer, `result`, `passed` and `sellable` of an inspection, `verdict` of a ruling,',
        '`by` of an extension; `deadline` of a `timer`; `outcome`, `attempt` and `amount` of a `payoutResult`; `type`, `reason`, `claim`, `selection` and `wayBack` of an application.',
        'Personal data are left out once erased.',
      ].join(' '),
      example: { result: 'part', passed: [{ lineNo: 1, quantity: 1 }], sellable: true },
    }),
    remark: z.string().nullable().openapi({ description: 'What was written with the command; null where nothing, or once erased' }),
    text: z.string().nullable().openapi({ description: 'Text of a note; null of everything else, or once erased' }),
    evidence: z.array(evidence).readonly().openapi({ description: 'Evidence that came with it; empty once erased' }),
    erased: z.boolean().openapi({ description: 'Whether personal data or free text came with it and have been erased' }),
  })
  .openapi('TimelineEntry');
export type TimelineEntry = z.output<typeof timelineEntry>;

/** The entries of an after-sale that the viewer may see: internal notes are hidden from buyers. */
export function viewTimeline(id: AfterSaleId, timeline: Timeline, internalToo: boolean): TimelineEntry[] {
  let state = timeline.stateBefore;
  const entries = timeline.events.map((event) => {
    const entry = entryOf(id, event, timeline.privates, state);
    state = entry.state;
    return entry;
  });
  return entries.filter((entry) => internalToo || !entry.internal);
}

function entryOf(id: AfterSaleId, event: TrailEvent, privates: readonly PrivateRow[], before: string | null): TimelineEntry {
  const told = toldBy(event.body);
  const row = privates.find(({ id: name }) => name === told.privateId);
  return {
    position: event.position,
    version: event.version,
    at: shown(event.at),
    type: event.type,
    by: told.by,
    state: told.afterSales.find((changed) => changed.id === id)?.state ?? before,
    internal: told.internal,
    afterSaleId: event.afterSaleId,
    ...happeningOf(event.body, row?.content ?? null),
    erased: row?.content === null,
  };
}

/** What the applicant wrote with the application; null where nothing, or once it is erased. */
export function remarkOf({ privates }: Timeline): string | null {
  const applied = privates.find(({ kind }) => kind === 'apply');
  const read = application.safeParse(applied === undefined || applied.content === null ? null : textsOf(applied.content));
  return read.success ? read.data.application.remark : null;
}

const application = z.object({ application: z.object({ remark: z.string() }) });
