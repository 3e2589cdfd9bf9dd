import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from 'pino';
import { type RefusalCode, refuse } from '../domain/refusals.js';
import type { Server } from './app.js';
import { requestIdOf } from './edge/requestId.js';
import { headersOf, responseOf } from './edge/run.js';
import { refusedAnswer } from './problem.js';

/** Where to listen, and how long connections may take; units stand in the names. */
export interface ListenSettings {
  readonly host: string;
  /** 0 takes any free port */
  readonly port: number;
  readonly connectionLimit: number;
  /** for all headers of a request to arrive */
  readonly headersTimeoutMs: number;
  readonly headersLimitBytes: number;
  readonly keepAliveTimeoutMs: number;
  /** how long requests under way may take once the service stops */
  readonly shutdownTimeoutMs: number;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Stops in order: no new work, streams end, requests under way are answered, then what is left is cut. */
  close(): Promise<void>;
}

/** Serves an app over HTTP/1.1. Rejects where the address cannot be had. */
export async function serve(server: Server, settings: ListenSettings, log: Logger): Promise<Listening> {
  const answering = new WeakMap<Socket, ServerResponse>();
  // HTTP/1.0 needs no Host, and probes of load balancers send none.
  const answer = getRequestListener(server.app.fetch, { hostname: 'localhost', errorHandler: (error) => unreadable(error, log) });
  const http = createServer(
    {
      maxHeaderSize: settings.headersLimitBytes,
      headersTimeout: settings.headersTimeoutMs,
      // Bodies have a time limit of their own; an import may take as long as it keeps coming.
      requestTimeout: 0,
      keepAliveTimeout: settings.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(1_000, settings.headersTimeoutMs),
      noDelay: true,
    },
    (incoming, outgoing) => {
      answering.set(incoming.socket, outgoing);
      cutUnasked(incoming, outgoing);
      // It answers what goes wrong by itself.
      void answer(incoming, outgoing);
    },
  );
  http.timeout = settings.keepAliveTimeoutMs;
  http.on('timeout', (socket: Socket) => {
    if (isAtWork(socket, answering.get(socket))) socket.setTimeout(settings.keepAliveTimeoutMs);
    else socket.destroy();
  });
  http.maxConnections = settings.connectionLimit;
  const sockets = new Set<Socket>();
  http.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  http.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuseMalformed(error, socket));
  await listen(http, settings);
  const address = http.address() as AddressInfo;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    host: settings.host,
    port: address.port,
    url: `http://${host}:${address.port}`,
    close: () => close(http, server, sockets, settings.shutdownTimeoutMs),
  };
}

function listen(http: HttpServer, { host, port }: ListenSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen({ host, port, backlog: 1_024 }, () => {
      http.off('error', reject);
      resolve();
    });
  });
}

/**
 * Whether nothing moves because the service has nothing to say yet: its client is waiting. Where something waits for the
 * client instead, who neither reads nor asks has left.
 */
const isAtWork = (socket: Socket, outgoing: ServerResponse | undefined): boolean =>
  outgoing !== undefined && !outgoing.writableFinished && socket.writableLength === 0;

/** How long a body may go on coming once its request is answered. */
const LINGER_MS = 500;

/** A body that nobody asked for is not waited for: the listener sees to those of other methods. */
function cutUnasked(incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (incoming.method !== 'GET' && incoming.method !== 'HEAD') return;
  if (incoming.headers['content-length'] === undefined && incoming.headers['transfer-encoding'] === undefined) return;
  outgoing.once('finish', () => {
    const cut = setTimeout(() => {
      if (!incoming.complete) incoming.socket.destroy();
    }, LINGER_MS);
    cut.unref();
  });
}

const SWEEP_MS = 20;

async function close(http: HttpServer, server: Server, sockets: ReadonlySet<Socket>, timeoutMs: number): Promise<void> {
  server.stopAccepting();
  const closed = new Promise<void>((resolve) => {
    http.close(() => resolve());
  });
  // Connections become idle one by one; one that never said anything is not idle to the server, and would be waited for.
  const sweep = setInterval(() => {
    http.closeIdleConnections();
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }, SWEEP_MS);
  const cut = setTimeout(() => http.closeAllConnections(), timeoutMs);
  try {
    await closed;
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}

/** What the listener could not make a request of (an address or host that is none), and what broke on its way out. */
function unreadable(error: unknown, log: Logger): Response {
  const isRequest = error instanceof Error && error.name === 'RequestError';
  if (!isRequest) log.error({ error }, 'an answer could not be sent');
  const requestId = requestIdOf(undefined);
  const refusal = isRequest
    ? refuse('request.invalid', 'The address or the Host header of the request is not valid.')
    : refuse('service.failed', 'The request failed for a reason of the service.');
  return responseOf(refusedAnswer({ refusal }, requestId), requestId);
}

/** Answers bytes that are no HTTP, and headers that are too slow or too large, with a problem before it hangs up. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, detail] = MALFORMED[error.code ?? ''] ?? (['request.invalid', 'The request is not well-formed HTTP.'] as const);
  const requestId = requestIdOf(undefined);
  const answer = refusedAnswer({ refusal: refuse(code, detail) }, requestId);
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
    ...Object.entries(headersOf(answer, requestId)).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(String(answer.body))}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${String(answer.body)}`);
}

const MALFORMED: { readonly [code: string]: readonly [RefusalCode, string] } = {
  HPE_HEADER_OVERFLOW: ['request.headersTooLarge', 'The headers are larger than the service accepts.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request.timeout', 'The headers did not arrive in time.'],
};
