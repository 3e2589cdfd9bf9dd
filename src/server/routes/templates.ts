import { z } from '@hono/zod-openapi';
import { refuse } from '../../domain/refusals.js';
import { checkPublish } from '../../machines/chooseTemplate.js';
import { type Template, templateSchema } from '../../machines/template.js';
import { json, type Outcome } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { type Endpoint, endpoint } from '../endpoint.js';
import type { Once } from '../once.js';
import { entryPath, operationId } from './paths.js';

type Parts = Pick<Dependencies, 'templates' | 'clock'> & { readonly once: Once };

// Made anew from its shape: a schema takes a name only where zod had been extended before it was made.
const template = z.strictObject(templateSchema.shape).openapi('Template');

/** The published templates. An after-sale keeps the version that it began with. */
export const templateRoutes = (parts: Parts): Endpoint[] => [listRoute(parts), publishRoute(parts)];

function listRoute({ templates }: Parts): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: entryPath('operations', 'templates'),
      operationId: operationId('operations', 'listTemplates'),
      tag: 'Operations',
      summary: 'List the newest version of each template',
      access: 'operations',
      keyed: false,
      matched: false,
      takes: { kind: 'nothing' },
      answers: { 200: { description: 'The templates', schema: z.object({ items: z.array(template) }).openapi('TemplateList') } },
      refusals: [],
      counted: 'listTemplates',
    },
    async () => json({ items: await templates.published() }),
  );
}

function publishRoute(parts: Parts): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: entryPath('operations', 'templates'),
      operationId: operationId('operations', 'publishTemplate'),
      tag: 'Operations',
      summary: 'Publish a version of a template',
      description: 'A published version never changes; later after-sales begin with the newest.',
      access: 'operations',
      keyed: true,
      matched: false,
      takes: { kind: 'json' },
      body: template,
      answers: { 201: { description: 'The template', schema: template, headers: ['Idempotency-Replayed'] } },
      refusals: ['template.tie', 'template.invalid'],
      counted: 'publishTemplate',
    },
    (call) => parts.once(call, () => publish(parts, call.body)),
  );
}

async function publish({ templates, clock }: Parts, body: Template): Promise<Outcome> {
  const published = await templates.published();
  const text = JSON.stringify(body);
  const same = published.some((other) => JSON.stringify(other) === text);
  const refusal = same ? undefined : checkPublish(published, body);
  if (refusal !== undefined) return { refusal };
  if (await templates.publish(body, clock.now())) return json(body, 201);
  return {
    refusal: refuse('template.invalid', 'This version is published with another content; a change needs a new version.', {
      path: 'version',
    }),
  };
}
