import { Agent, request } from 'node:http';
import type { Answered } from './contract.js';

/** An HTTP client that sends what it is told: any method, any header that can be written, a body with any of them. */

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string | readonly string[] };
  readonly body?: string | Uint8Array;
}

export interface Client {
  /** Resolves with the whole answer; of a stream of events with its first part. Rejects where the connection breaks. */
  send(asked: Request): Promise<Answered>;
  close(): void;
}

const EVENT_STREAM = 'text/event-stream';

/** Keeps its connections open; `url` names host and port. */
export function clientOf(url: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const { hostname, port } = new URL(url);
  return {
    send: ({ method, path, headers, body }) =>
      new Promise((resolve, reject) => {
        const outgoing = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
        );
        const length =
          body === undefined || 'content-length' in headers || 'transfer-encoding' in headers
            ? {}
            : { 'content-length': String(Buffer.byteLength(body)) };
        const sending = request({ agent, hostname, port, method, path, headers: { ...outgoing, ...length } }, (response) => {
          const parts: Buffer[] = [];
          const answered = () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString('utf8') });
          response.on('data', (part: Buffer) => {
            parts.push(part);
            if (!(response.headers['content-type'] ?? '').startsWith(EVENT_STREAM)) return;
            answered();
            sending.destroy();
          });
          response.on('end', answered);
          response.on('error', reject);
        });
        sending.on('error', reject);
        sending.end(body);
      }),
    close: () => agent.destroy(),
  };
}
