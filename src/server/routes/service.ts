import { z } from '@hono/zod-openapi';
import { json } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { type Endpoint, openEndpoint } from '../endpoint.js';
import type { Metrics } from '../metrics.js';
import { anyJson } from '../wire/words.js';

interface Parts extends Pick<Dependencies, 'readiness' | 'log'> {
  readonly metrics: Metrics;
  /** false once the service has begun to stop */
  readonly accepting: () => boolean;
  /** made on the first request, and never again */
  readonly document: () => string;
  readonly page: () => string;
}

const open = {
  method: 'get',
  tag: 'Service',
  access: 'open',
  keyed: false,
  matched: false,
  takes: { kind: 'nothing' },
  refusals: [],
  unbounded: true,
} as const;

/** Health, readiness, metrics, and the documents. Open to anybody: they tell nothing of anybody. */
export function serviceRoutes({ readiness, log, metrics, accepting, document, page }: Parts): Endpoint[] {
  const ready = z.object({ ready: z.boolean(), parts: z.record(z.string(), z.boolean()) }).openapi('Readiness');
  return [
    openEndpoint(
      {
        ...open,
        path: '/healthz',
        probe: true,
        operationId: 'health',
        summary: 'Say that the process runs',
        answers: { 200: { description: 'It runs', schema: z.object({ status: z.literal('ok') }).openapi('Health') } },
        counted: 'health',
      },
      async () => json({ status: 'ok' }),
    ),
    openEndpoint(
      {
        ...open,
        path: '/readyz',
        probe: true,
        operationId: 'ready',
        summary: 'Say whether the service takes work',
        answers: { 200: { description: 'It does', schema: ready }, 503: { description: 'It does not', schema: ready } },
        counted: 'ready',
      },
      async () => {
        const parts = await partsOf(readiness, log);
        const isReady = accepting() && Object.values(parts).every(Boolean);
        return json({ ready: isReady, parts: { accepting: accepting(), ...parts } }, isReady ? 200 : 503);
      },
    ),
    openEndpoint(
      {
        ...open,
        path: '/metrics',
        operationId: 'metrics',
        summary: 'Show metrics for Prometheus',
        answers: { 200: { description: 'Text of Prometheus', type: 'text/plain', schema: z.string() } },
        counted: 'metrics',
      },
      async () => ({ status: 200, headers: { 'content-type': metrics.contentType }, body: await metrics.text() }),
    ),
    openEndpoint(
      {
        ...open,
        path: '/openapi.json',
        operationId: 'openapi',
        summary: 'Show this document',
        answers: { 200: { description: 'OpenAPI 3.1', schema: z.record(z.string(), anyJson).openapi('OpenApiDocument') } },
        counted: 'openapi',
      },
      async () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: document() }),
    ),
    openEndpoint(
      {
        ...open,
        path: '/docs',
        operationId: 'docs',
        summary: 'Show this document to people',
        answers: { 200: { description: 'A page', type: 'text/html', schema: z.string() } },
        counted: 'docs',
      },
      async () => ({ status: 200, headers: PAGE_HEADERS, body: page() }),
    ),
  ];
}

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
};

async function partsOf(readiness: Dependencies['readiness'], log: Dependencies['log']): Promise<{ readonly [part: string]: boolean }> {
  try {
    return await readiness.check();
  } catch (error) {
    log.warn({ error }, 'readiness could not be told');
    return { check: false };
  }
}
