import { z } from '@hono/zod-openapi';
import { toldBy } from '../../actors/auditBody.js';
import { textsOf } from '../../actors/private.js';
import type { Timeline, TrailEvent } from '../../actors/reads.js';
import type { PrivateRow } from '../../actors/rows.js';
import type { AfterSaleId } from '../../domain/ids.js';
import { happeningWord, roleWord, stateWord } from './closedWords.js';
import { anyJson, shown, shownTime } from './words.js';

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
    texts: z
      .array(z.object({ kind: z.string(), content: anyJson }))
      .openapi({ description: 'Free text and personal data that came with it; `content` is null once erased' }),
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
  return {
    position: event.position,
    version: event.version,
    at: shown(event.at),
    type: event.type,
    by: told.by,
    state: told.afterSales.find((row) => row.id === id)?.state ?? before,
    internal: told.internal,
    texts: privates.filter((row) => names(event, row)).flatMap(({ kind, content }) => textOf(kind, content)),
  };
}

/** An event names its texts by id, or by the salted hash that stands in for them. */
const names = ({ body: text }: TrailEvent, { id, hash }: PrivateRow): boolean => text.includes(`"${id}"`) || text.includes(`"${hash}"`);

/** What of a row came with the command; what rows say besides is in the view of the after-sale. */
function textOf(kind: string, content: string | null): { readonly kind: string; readonly content: unknown }[] {
  if (content === null) return [{ kind, content }];
  const texts = textsOf(content);
  return texts === undefined ? [] : [{ kind, content: texts }];
}

const application = z.object({ application: z.object({ remark: z.string() }) });

/** What the applicant wrote with the application; null where nothing, or once it is erased. */
export function remarkOf({ privates }: Timeline): string | null {
  const applied = privates.find(({ kind }) => kind === 'apply');
  const read = application.safeParse(applied === undefined || applied.content === null ? null : textsOf(applied.content));
  return read.success ? read.data.application.remark : null;
}
