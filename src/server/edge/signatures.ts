import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Refusal, refuse } from '../../domain/refusals.js';

/** Signatures of partners' callbacks: HMAC-SHA256 of the time and the raw body, so that an old one cannot be sent again. */

export const SIGNATURE_HEADER = 'Redress-Signature';
const FORM = /^t=([0-9]{1,12}),v1=([0-9a-f]{64})$/;

const mac = (secret: string, seconds: string, body: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();

/** The header's value for a body sent at this time (epoch milliseconds). */
export function sign(secret: string, body: Uint8Array, at: number): string {
  const seconds = String(Math.floor(at / 1_000));
  return `t=${seconds},v1=${mac(secret, seconds, body).toString('hex')}`;
}

export interface Signed {
  readonly header: string | undefined;
  readonly body: Uint8Array;
  /** `undefined` for a partner that is not known */
  readonly secret: string | undefined;
}

/** Why a signed body is not taken (`callback.invalid`); `undefined` where it is. The same for every reason but a clock that is off. */
export function refuseSignature({ header, body, secret }: Signed, now: number, toleranceMs: number): Refusal | undefined {
  const [, seconds = '', given = ''] = FORM.exec(header ?? '') ?? [];
  const right = mac(secret ?? 'no partner has this secret', seconds, body);
  const matches = given.length === 64 && timingSafeEqual(right, Buffer.from(given, 'hex'));
  if (!matches || secret === undefined) return refuse('callback.invalid', `The header ${SIGNATURE_HEADER} does not sign this body.`);
  if (Math.abs(now - Number(seconds) * 1_000) > toleranceMs) {
    return refuse('callback.invalid', 'The signature is too old, or the clocks differ too much.', { facts: { toleranceMs } });
  }
  return undefined;
}
