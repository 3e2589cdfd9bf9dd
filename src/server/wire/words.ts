import { z } from '@hono/zod-openapi';
import { type Instant, instant } from '../../domain/ids.js';

/** The small words of the wire: names, texts, times. */

/** Names hold no control or formatting characters and no half surrogate pairs, so that what looks alike is alike. */
const NAME = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u;
/** Texts may also hold line breaks, tabs and the joiners that emoji and scripts need. */
const TEXT = /^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])+$/u;

/** A name of something, of at most `longest` characters. */
export const name = (longest = 128) => z.string().min(1).max(longest).regex(NAME, 'expected no control or formatting characters');

/** The key of a payout. That of a book holds shop, order and account, in which each character may take three. */
export const payoutKey = name(1_500);

/** Free text for people, of at most `longest` characters. */
export const text = (longest = 2_000) =>
  z.string().min(1).max(longest).regex(TEXT, 'expected no control characters but line breaks and tabs');

/** A time in RFC 3339 with its offset; milliseconds are the finest that is kept. */
export const time = z.iso
  .datetime({ offset: true, error: 'expected a time with its offset, such as 2026-03-01T12:00:00Z' })
  .transform((value): Instant => instant(Date.parse(value)))
  .openapi({ example: '2026-03-01T12:00:00.000Z', description: 'RFC 3339' });

/** A time as answers show it. */
export const shownTime = z.string().openapi({ format: 'date-time', example: '2026-03-01T12:00:00.000Z' });

export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits')
  .openapi({ example: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae' });

export const uuid = z.uuid().openapi({ example: '0198c5a0-7c1e-7000-8000-000000000001' });

/** Text of a time in milliseconds. */
export const shown = (at: Instant): string => new Date(at).toISOString();

/** Any JSON value. */
export const anyJson = z.unknown().openapi({ description: 'Any JSON value' });
