import { z } from 'zod';
import type { AskAnswer, PayAnswer, PayRequest } from '../../actors/partners.js';

/** A payment gateway that is spoken to over HTTP, as docs/partners.md describes; what it tells by itself comes as a signed callback. */

export interface HttpGatewayParts {
  /** what its paths are put after */
  readonly url: string;
  /** for one whole answer */
  readonly timeoutMs: number;
  /** the header that signs a body, by name and value */
  readonly sign: (body: Uint8Array) => readonly [name: string, value: string];
}

/** The gateway did not say what becomes of the attempt, in a way that can be trusted. */
export class GatewayUnclear extends Error {
  override readonly name = 'GatewayUnclear';
}

/** An answer is a few words; whoever sends more is no gateway. */
const LONGEST_ANSWER = 65_536;

const about = z.object({ key: z.string(), attempt: z.int() });
const paid = z.object({ outcome: z.literal('paid'), reference: z.string().min(1).max(200) });
const declined = z.object({ outcome: z.literal('declined'), code: z.string().min(1).max(100) });
const payAnswer = z.discriminatedUnion('outcome', [paid, declined, z.object({ outcome: z.literal('accepted') })]);
const askAnswer = z.discriminatedUnion('outcome', [paid, declined, z.object({ outcome: z.enum(['pending', 'notFound']) })]);

/**
 * Only an answer of status 200 that names the very attempt says anything. All else is thrown, and so leaves the
 * payout unknown: a 404 of something between may not pass for "never seen", or more would be paid.
 */
export function httpGateway(parts: HttpGatewayParts) {
  return {
    pay: async ({ key, attempt, amount, currency, way, tenderId, account, points }: PayRequest): Promise<PayAnswer> =>
      call(parts, 'payments', { key, attempt }, { amount, currency, way, tenderId, account, points }, payAnswer),
    ask: async (key: string, attempt: number): Promise<AskAnswer> => call(parts, 'payments/question', { key, attempt }, {}, askAnswer),
  };
}

async function call<T>(
  { url, timeoutMs, sign }: HttpGatewayParts,
  path: string,
  { key, attempt }: { readonly key: string; readonly attempt: number },
  more: object,
  schema: z.ZodType<T>,
): Promise<T> {
  const body = new TextEncoder().encode(JSON.stringify({ key, attempt, ...more }));
  const [name, value] = sign(body);
  const response = await fetch(`${url.replace(/(?<!\/)\/+$/, '')}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [name]: value },
    body,
    // Money is asked for where the settings say, and nowhere else.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const json = jsonOf(await textOf(response));
  if (response.status !== 200) throw new GatewayUnclear(`the gateway answers ${response.status}`);
  const [named, answer] = [about.safeParse(json), schema.safeParse(json)];
  if (!named.success || !answer.success) throw new GatewayUnclear('the gateway answers in no form that is known');
  if (named.data.key !== key || named.data.attempt !== attempt) throw new GatewayUnclear('the gateway answers of another attempt');
  return answer.data;
}

async function textOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of body) {
    text += decoder.decode(part, { stream: true });
    if (text.length > LONGEST_ANSWER) throw new GatewayUnclear('the gateway does not come to an end');
  }
  return text + decoder.decode();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
