import { randomUUID } from 'node:crypto';
import type { Endpoint } from '../../src/server/endpoint.js';
import type { TokenHolder } from '../../src/server/tokens.js';
import { faultsOfAnswer } from '../server/calls.js';
import { world } from '../server/world.js';

/** Somebody with a token who calls the API over HTTP. Every answer is held against the document. */

/** Stands in every internal note of the tests. No buyer may ever read it. */
export const SECRET_WORD = 'for-the-house-alone';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly text: string;
  /** of a refusal */
  readonly code: string | undefined;
}

export interface Sending {
  readonly body?: unknown;
  /** as it is, in place of JSON */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly key?: string | undefined;
  readonly headers?: { readonly [name: string]: string };
}

const ENDPOINTS: readonly (readonly [pattern: RegExp, endpoint: Endpoint])[] = world().endpoints.map((endpoint) => [
  new RegExp(`^${endpoint.path.replaceAll(/\{.+?\}/g, '[^/]+')}$`),
  endpoint,
]);

/** The operation that the document has for a request. */
export function operationOf(method: string, path: string): Endpoint | undefined {
  const plain = new URL(path, 'http://localhost').pathname;
  return ENDPOINTS.find(([pattern, endpoint]) => endpoint.method === method.toLowerCase() && pattern.test(plain))?.[1];
}

export class Caller {
  constructor(
    readonly url: string,
    readonly holder: TokenHolder,
    readonly token: string,
    /** what the service's log said last */
    readonly lastLogged: () => string = () => '',
  ) {}

  get entry(): string {
    return `/v1/${this.holder.role}`;
  }

  /** Sends a request below the caller's own entry point, and fails where the answer is not as documented. */
  async send(method: string, path: string, sending: Sending = {}): Promise<Answer> {
    return this.sendTo(method, `${this.entry}/${path}`, sending);
  }

  async sendTo(method: string, path: string, { body, raw, key, headers }: Sending = {}): Promise<Answer> {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': key ?? randomUUID() } : {}),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    return this.#judged(method, path, response);
  }

  async #judged(method: string, path: string, response: Response): Promise<Answer> {
    const copy = response.clone();
    const text = await response.text();
    const said = `${method} ${path} answered ${response.status} ${text}`;
    const operation = operationOf(method, path);
    const faults = operation === undefined ? [] : await faultsOfAnswer(operation, copy);
    if (faults.length > 0) throw new Error(`${said}\n${faults.join('\n')}`);
    if (response.status >= 500 && response.status !== 503) throw new Error(`${said}\n${this.lastLogged()}`);
    if (this.holder.role === 'user' && text.includes(SECRET_WORD)) throw new Error(`a buyer reads what is internal: ${said}`);
    const isJson =
      response.headers.get('content-type')?.includes('json') === true && !response.headers.get('content-type')?.includes('ndjson');
    const body: unknown = isJson ? JSON.parse(text) : text;
    const code = typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : undefined;
    return { status: response.status, headers: response.headers, body, text, code };
  }
}
