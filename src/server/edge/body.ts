import { type Refusal, refuse } from '../../domain/refusals.js';

/** How a body is read. */
export interface BodyLimits {
  readonly bytes: number;
  /** how long the whole body may take to arrive */
  readonly timeoutMs: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** What the headers already say against a body: its type, its encoding, its length. `types` are lower case. */
export function refuseByHeaders(
  header: (name: string) => string | undefined,
  types: readonly string[],
  limits: BodyLimits,
): Refusal | undefined {
  const type = header('content-type');
  if (type === undefined || !accepts(type, types)) {
    return refuse('request.unsupportedType', `The body must be of type ${types.join(' or ')}.`, {
      path: 'Content-Type',
      facts: { accepted: [...types] },
    });
  }
  const encoding = header('content-encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return refuse('request.unsupportedType', 'Bodies are taken as they are, without a content encoding.', { path: 'Content-Encoding' });
  }
  return Number(header('content-length') ?? 0) > limits.bytes ? tooLarge(limits) : undefined;
}

function accepts(given: string, types: readonly string[]): boolean {
  if (types.includes(given)) return true;
  const [essence = '', ...parameters] = given.toLowerCase().split(';');
  if (!types.includes(essence.trim())) return false;
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  return charset === undefined || /^charset="?utf-8"?$/.test(charset);
}

const tooLarge = ({ bytes }: BodyLimits): Refusal =>
  refuse('request.tooLarge', `The body may have at most ${bytes} bytes.`, { facts: { limitBytes: bytes } });

/**
 * Reads a whole body. `request.tooLarge` as soon as the limit is passed, `request.timeout` when it does not arrive
 * in time. With a `Content-Length` within the limit the body can be no longer than that, so it is read in one go.
 */
export function readBytes(request: Request, limits: BodyLimits): Promise<Uint8Array<ArrayBuffer> | Refusal> {
  return new Promise((resolve) => {
    const late = refuseLate(limits, resolve);
    const answer = (bytes: Uint8Array<ArrayBuffer> | Refusal) => {
      clearTimeout(late);
      resolve(bytes);
    };
    const whole = request.headers.get('content-length') === null ? readStream(request, limits) : request.arrayBuffer().then(asBytes);
    whole.then(answer, () => answer(refuse('request.invalid', 'The body broke off before its end.')));
  });
}

const refuseLate = ({ timeoutMs }: BodyLimits, resolve: (late: Refusal) => void): NodeJS.Timeout =>
  setTimeout(() => resolve(refuse('request.timeout', `The body did not arrive within ${timeoutMs} ms.`)), timeoutMs);

const asBytes = (buffer: ArrayBuffer): Uint8Array<ArrayBuffer> => new Uint8Array(buffer);

async function readStream(request: Request, limits: BodyLimits): Promise<Uint8Array<ArrayBuffer> | Refusal> {
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(Buffer.concat(chunks, size));
    size += value.byteLength;
    if (size > limits.bytes) {
      void reader.cancel().catch(() => undefined);
      return tooLarge(limits);
    }
    chunks.push(value);
  }
}

/** The text of a body; `request.invalid` where it is not UTF-8. */
export function textOf(bytes: Uint8Array): string | Refusal {
  try {
    return utf8.decode(bytes);
  } catch {
    return refuse('request.invalid', 'The body is not valid UTF-8.');
  }
}
