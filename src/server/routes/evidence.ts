import { hash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { v5 } from 'uuid';
import { toldBy } from '../../actors/auditBody.js';
import type { EvidenceKind } from '../../actors/command.js';
import { ENTRY_POINTS, type EntryPoint } from '../../actors/principal.js';
import type { EvidenceFile } from '../../actors/reads.js';
import type { AfterSaleId } from '../../domain/ids.js';
import { isRefusal, refuse } from '../../domain/refusals.js';
import { json, type Outcome } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { inPieces } from '../edge/pieces.js';
import { createRateLimit, type RateLimit } from '../edge/rateLimit.js';
import { createShares, createSlots, type Shares, type Slots } from '../edge/slots.js';
import { type Endpoint, endpoint } from '../endpoint.js';
import type { Once } from '../once.js';
import { sha256, uuid } from '../wire/words.js';
import { afterSaleParams, entryPath, operationId } from './paths.js';

type Parts = Pick<Dependencies, 'host' | 'reads' | 'evidence' | 'clock' | 'elapsed' | 'settings'> & { readonly once: Once };

/** What bounds evidence beside the size of a piece: what is stored over time, and what is held in memory for who reads slowly. */
interface Bounds {
  readonly uploads: RateLimit;
  readonly downloads: Slots;
  readonly shares: Shares;
}

/** Names evidence by who uploaded which content, so that the same upload is the same evidence. */
const EVIDENCE = '3f0d5c1e-58a4-5d0b-8a53-6a1d3b7b9e10';

const KIND_OF: { readonly [mediaType: string]: EvidenceKind } = {
  'image/jpeg': 'photo',
  'image/png': 'photo',
  'image/webp': 'photo',
  'image/heic': 'photo',
  'video/mp4': 'video',
  'video/webm': 'video',
  'video/quicktime': 'video',
  'application/pdf': 'document',
};
const TYPES = Object.keys(KIND_OF);

const uploaded = z
  .object({ evidenceId: uuid, kind: z.enum(['photo', 'video', 'document']), mediaType: z.string(), sha256, size: z.int() })
  .openapi('UploadedEvidence');
const binary = z.string().openapi({ format: 'binary' });

/** Uploads, one's own uploads, and what stands in an after-sale that one may see. */
export function evidenceRoutes(given: Parts): Endpoint[] {
  const { settings, elapsed } = given;
  const parts = {
    ...given,
    uploads: createRateLimit(settings.rateCallers, elapsed),
    downloads: createSlots(settings.downloads),
    shares: createShares(),
  };
  return ENTRY_POINTS.flatMap((entry) => [uploadRoute(entry, parts), ownRoute(entry, parts), ofAfterSaleRoute(entry, parts)]);
}

function uploadRoute(entry: EntryPoint, { once, evidence, clock, settings, uploads }: Parts & Bounds): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: entryPath(entry, 'evidence'),
      operationId: operationId(entry, 'uploadEvidence'),
      tag: 'Evidence',
      summary: 'Upload a photo, video or document',
      description: 'The body is the content itself. Name `evidenceId` and `sha256` in the application or command that it belongs to.',
      access: entry,
      keyed: true,
      matched: false,
      takes: { kind: 'bytes', types: TYPES, limitBytes: settings.evidenceLimitBytes },
      answers: { 201: { description: 'It is kept', schema: uploaded, headers: ['Location', 'Idempotency-Replayed'] } },
      refusals: [],
      counted: 'uploadEvidence',
    },
    (call) =>
      once(call, async () => {
        const [mediaType = ''] = (call.request.headers.get('content-type') ?? '').toLowerCase().split(';');
        if (call.body.byteLength === 0) return { refusal: refuse('request.invalid', 'The body is empty; the content is expected.') };
        const wait = uploads.take(call.caller, settings.uploads, Math.ceil(call.body.byteLength / KILOBYTE));
        if (wait > 0) return { refusal: refuse('request.rateLimited', 'This caller uploads more than it may.'), retryAfterMs: wait };
        const file = fileOf(call.caller, mediaType.trim(), call.body, clock.now());
        await evidence.put(file, call.body);
        const { id, kind, sha256: sum, size } = file;
        return json({ evidenceId: id, kind, mediaType: file.mediaType, sha256: sum, size }, 201, {
          location: entryPath(entry, `evidence/${id}`),
        });
      }),
  );
}

const KILOBYTE = 1_000;

function fileOf(
  caller: string,
  mediaType: string,
  bytes: Uint8Array,
  at: EvidenceFile['at'],
): EvidenceFile & { readonly kind: EvidenceKind } {
  const sum = hash('sha256', bytes);
  const id = v5(`${sum} ${mediaType} ${caller}`, EVIDENCE);
  return { id, caller, kind: KIND_OF[mediaType] ?? 'document', mediaType, sha256: sum, size: bytes.byteLength, at };
}

const notFound = (): Outcome => ({ refusal: refuse('evidence.notThere', 'There is no evidence of this id.') });
const download = {
  method: 'get',
  tag: 'Evidence',
  keyed: false,
  matched: false,
  takes: { kind: 'nothing' },
  counted: 'downloadEvidence',
} as const;
const contents = { 200: { description: 'The content, as an attachment', type: '*/*', schema: binary } } as const;

function ownRoute(entry: EntryPoint, parts: Parts & Bounds): Endpoint {
  return endpoint(
    {
      ...download,
      path: entryPath(entry, 'evidence/{evidenceId}'),
      operationId: operationId(entry, 'downloadEvidence'),
      summary: entry === 'operations' ? 'Download evidence' : 'Download evidence that one has uploaded',
      access: entry,
      params: z.object({ evidenceId: uuid }),
      answers: contents,
      refusals: ['evidence.notThere'],
    },
    async ({ caller, params, request }) => {
      const file = await parts.evidence.find(params.evidenceId);
      if (file === undefined || (entry !== 'operations' && file.caller !== caller)) return notFound();
      return contentOf(parts, params.evidenceId, caller, request.method);
    },
  );
}

function ofAfterSaleRoute(entry: EntryPoint, parts: Parts & Bounds): Endpoint {
  return endpoint(
    {
      ...download,
      path: entryPath(entry, 'after-sales/{id}/evidence/{evidenceId}'),
      operationId: operationId(entry, 'downloadEvidenceOfAfterSale'),
      summary: 'Download evidence that stands in an after-sale',
      access: entry,
      params: afterSaleParams.extend({ evidenceId: uuid }),
      answers: contents,
      refusals: ['afterSale.notFound', 'evidence.notThere'],
    },
    async ({ principal, caller, params, request }) => {
      const view = await parts.host.afterSale(params.id, principal);
      if (isRefusal(view)) return { refusal: view };
      const named = await namesEvidence(parts.reads, params.id, params.evidenceId, principal.role !== 'user');
      return named ? contentOf(parts, params.evidenceId, caller, request.method) : notFound();
    },
  );
}

/** Evidence may be seen with an after-sale exactly where its timeline names it to this viewer. */
async function namesEvidence(reads: Parts['reads'], id: AfterSaleId, evidenceId: string, ofHouse: boolean): Promise<boolean> {
  const events = await reads.namingEvidence(id, evidenceId);
  return events.some(({ body }) => ofHouse || !toldBy(body).internal);
}

/** The content, held in memory until it is read: so many at once, and no more than a quarter of them for one caller. */
async function contentOf(parts: Parts & Bounds, id: string, caller: string, method: string): Promise<Outcome> {
  const { evidence, downloads, shares } = parts;
  if (!shares.enter(caller, Math.ceil(downloads.limit / 4))) {
    return { refusal: refuse('request.rateLimited', 'This caller has as many downloads under way as it may.') };
  }
  if (!downloads.enter()) {
    shares.leave(caller);
    return { refusal: refuse('service.overloaded', 'As many downloads are under way as the service takes at once.') };
  }
  const leave = () => {
    downloads.leave();
    shares.leave(caller);
  };
  const found = await evidence.read(id).catch((error: unknown) => {
    leave();
    throw error;
  });
  if (found === undefined || method === 'HEAD') leave();
  if (found === undefined) return notFound();
  return {
    status: 200,
    headers: {
      'content-type': found.file.mediaType,
      'content-disposition': `attachment; filename="${id}"`,
      'content-length': String(found.bytes.byteLength),
    },
    body: method === 'HEAD' ? null : inPieces(new Uint8Array(found.bytes), leave),
  };
}
