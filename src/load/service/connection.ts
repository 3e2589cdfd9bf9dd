import { type IncomingMessage, Agent as PlainAgent, request as plainRequest, type RequestOptions } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';

/** Plain HTTP to one service: kept-alive connections, nothing tried again. */

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** with its query */
  readonly path: string;
  readonly token: string;
  /** JSON text */
  readonly body?: string;
  readonly key?: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** the book's version, of the entity tag */
  readonly version: number | undefined;
  /** whether it is the kept answer to an earlier request */
  readonly replayed: boolean;
}

/** No answer came: the request may have been taken or not. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

export interface Connection {
  /** Throws `ConnectionLost`. */
  send(asked: Asked, timeoutMs?: number): Promise<Answer>;
  close(): void;
}

export interface ConnectionLimits {
  /** connections that are open at once; further requests wait for one */
  readonly sockets: number;
  /** how long an answer may take */
  readonly timeoutMs: number;
}

/** Connects to a service by keep-alive sockets of its own, so many at most. */
export function connectTo(url: string, limits: ConnectionLimits): Connection {
  const base = new URL(url);
  const secure = base.protocol === 'https:';
  const agentOptions = { keepAlive: true, maxSockets: limits.sockets, scheduling: 'lifo' } as const;
  const agent = secure ? new SecureAgent(agentOptions) : new PlainAgent(agentOptions);
  const request = secure ? secureRequest : plainRequest;
  const shared: RequestOptions = { agent, hostname: base.hostname, port: base.port };
  const prefix = base.pathname.replace(/(?<!\/)\/+$/, '');
  return {
    send: (asked, timeoutMs = limits.timeoutMs) =>
      new Promise((resolve, reject) => {
        const lost = (error: Error) => reject(new ConnectionLost(error.message, { cause: error }));
        const options = { ...shared, method: asked.method, path: `${prefix}${asked.path}`, headers: headersOf(asked), timeout: timeoutMs };
        const sent = request(options, (response) => read(response, resolve, lost));
        sent.on('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)));
        sent.on('error', lost);
        sent.end(asked.body);
      }),
    close: () => agent.destroy(),
  };
}

function headersOf({ token, body, key }: Asked): Record<string, string | number> {
  return {
    authorization: `Bearer ${token}`,
    ...(key === undefined ? {} : { 'idempotency-key': key }),
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
}

const ENTITY_TAG = /^"(\d+)"$/;

function read(response: IncomingMessage, resolve: (answer: Answer) => void, lost: (error: Error) => void): void {
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (part: string) => {
    text += part;
  });
  response.on('error', lost);
  response.on('end', () => {
    const version = ENTITY_TAG.exec(response.headers.etag ?? '')?.[1];
    resolve({
      status: response.statusCode ?? 0,
      text,
      version: version === undefined ? undefined : Number(version),
      replayed: response.headers['idempotency-replayed'] === 'true',
    });
  });
}
