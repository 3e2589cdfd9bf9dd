import { z } from '@hono/zod-openapi';
import type { Timeline, TrailEvent } from '../../actors/reads.js';
import type { PrivateRow } from '../../actors/rows.js';
import { statePath } from '../../machines/step.js';
import { anyJson, shown, shownTime } from './words.js';

/** What happened to an after-sale, as its trail tells it. */

export const timelineEntry = z
  .object({
    position: z.int(),
    version: z.int(),
    at: shownTime,
    type: z.string().openapi({ description: 'The word of the command' }),
    by: z.string().nullable().openapi({ description: 'The role that gave it' }),
    state: z.string().nullable().openapi({ description: 'The state that it led to' }),
    internal: z.boolean(),
    texts: z
      .array(z.object({ kind: z.string(), content: anyJson }))
      .openapi({ description: 'Free text and personal data that came with it; `content` is null once erased' }),
  })
  .openapi('TimelineEntry');
export type TimelineEntry = z.output<typeof timelineEntry>;

/** What the timeline reads of an audit event's body; the rest of it is for replay. */
const body = z.object({
  actor: z.object({ role: z.string() }).optional().catch(undefined),
  command: z
    .object({ command: z.object({ visibility: z.string().optional() }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
  changes: z
    .object({ afterSales: z.array(z.object({ id: z.string(), chart: z.object({ value: anyJson }) })) })
    .optional()
    .catch(undefined),
});

/** The entries that the viewer may see: internal notes are hidden from buyers. */
export function viewTimeline(timeline: Timeline, internalToo: boolean): TimelineEntry[] {
  return timeline.events.map((event) => entryOf(event, timeline.privates)).filter((entry) => internalToo || !entry.internal);
}

function entryOf(event: TrailEvent, privates: readonly PrivateRow[]): TimelineEntry {
  const read = body.safeParse(JSON.parse(event.body)).data;
  const changed = read?.changes?.afterSales.find(({ id }) => id === event.afterSaleId);
  return {
    position: event.position,
    version: event.version,
    at: shown(event.at),
    type: event.type,
    by: read?.actor?.role ?? null,
    state: changed === undefined ? null : stateOf(changed.chart.value),
    internal: read?.command?.command?.visibility === 'internal',
    texts: privates.filter((row) => names(event, row)).map(({ kind, content }) => ({ kind, content: contentOf(content) })),
  };
}

/** An event names its texts by id, or by the salted hash that stands in for them. */
const names = ({ body: text }: TrailEvent, { id, hash }: PrivateRow): boolean => text.includes(`"${id}"`) || text.includes(`"${hash}"`);

const stateOf = (value: unknown): string | null =>
  typeof value === 'string' || (typeof value === 'object' && value !== null) ? statePath(value as Parameters<typeof statePath>[0]) : null;

const contentOf = (content: string | null): unknown => (content === null ? null : JSON.parse(content));
