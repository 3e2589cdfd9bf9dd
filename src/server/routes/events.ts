import { z } from '@hono/zod-openapi';
import { ENTRY_POINTS } from '../../actors/principal.js';
import { isRefusal, refuse } from '../../domain/refusals.js';
import { type Endpoint, endpoint } from '../endpoint.js';
import type { EventHub } from '../events/hub.js';
import { entryPath, operationId } from './paths.js';

const EVENT_ID = /^(0|[1-9][0-9]{0,15})$/;
const STREAM_TYPE = 'text/event-stream';

/** Live changes of what the caller may see. */
export function eventRoutes(hub: EventHub): Endpoint[] {
  return ENTRY_POINTS.map((entry) =>
    endpoint(
      {
        method: 'get',
        path: entryPath(entry, 'events'),
        operationId: operationId(entry, 'events'),
        tag: 'Events',
        summary: 'Follow live changes',
        description: [
          'Server-sent events. `changed` names the order, its version, what happened, and each after-sale that changed with the state it reached (null: as it was); its id is the commit position.',
          'With `Last-Event-ID` what was missed comes first. Where that is no longer kept, one event `reset` says so: read anew what you need.',
          'The stream ends with the token, and when the service stops; a client that does not keep up is cut.',
        ].join('\n\n'),
        access: entry,
        keyed: false,
        matched: false,
        takes: { kind: 'nothing' },
        headers: {
          'Last-Event-ID': z.string().optional().openapi({ description: 'The last event that the client has seen', example: '42' }),
        },
        answers: { 200: { description: 'Events until the client leaves', type: STREAM_TYPE, schema: z.string() } },
        refusals: ['service.overloaded', 'request.invalid'],
        counted: 'events',
        unbounded: true,
      },
      async ({ session, request, cut }) => {
        const after = request.headers.get('last-event-id');
        if (after !== null && !EVENT_ID.test(after)) {
          return { refusal: refuse('request.invalid', 'Last-Event-ID is the id of an event.', { path: 'Last-Event-ID' }) };
        }
        const headers = { 'content-type': STREAM_TYPE, 'x-accel-buffering': 'no' };
        if (session === undefined || request.method === 'HEAD') return { status: 200, headers, body: null };
        const stream = hub.open(session, after === null ? undefined : Number(after), cut);
        return isRefusal(stream) ? { refusal: stream } : { status: 200, headers, body: stream };
      },
    ),
  );
}
