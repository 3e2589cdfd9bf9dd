import { connect, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { createLog } from '../../src/server/log.js';
import { type Listening, type ListenSettings, serve } from '../../src/server/serve.js';
import type { World } from '../server/world.js';
import type { Answered } from './contract.js';

/** The edge over fakes on a port of its own, and bytes that are sent to it as they are. */

const SETTINGS: ListenSettings = {
  host: '127.0.0.1',
  port: 0,
  connectionLimit: 100,
  headersTimeoutMs: 1_000,
  headersLimitBytes: 16_384,
  keepAliveTimeoutMs: 5_000,
  shutdownTimeoutMs: 100,
};

export interface Served extends Listening {
  /** Sends bytes and gives all that comes back until the other side hangs up. */
  bytes(text: string): Promise<string>;
  /** Opens a connection that a test goes on with by itself; it ends with the test. */
  open(text: string): Connection;
}

export interface Connection {
  readonly socket: Socket;
  /** Resolves once something that matches has come back. */
  until(pattern: RegExp): Promise<string>;
  /** Resolves with everything that came, once the other side has hung up. */
  readonly ended: Promise<string>;
}

/** Serves worlds until the end of each test. */
export function servedWorlds(): (world: World, settings?: Partial<ListenSettings>) => Promise<Served> {
  const endings: (() => void | Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });
  return async (world, settings = {}) => {
    const listening = await serve(world, { ...SETTINGS, ...settings }, createLog('silent'));
    endings.push(() => listening.close());
    const open = (text: string): Connection => {
      const connection = opened(listening.port, text);
      endings.push(() => {
        connection.socket.destroy();
      });
      return connection;
    };
    return { ...listening, open, bytes: (text) => open(text).ended };
  };
}

function opened(port: number, text: string): Connection {
  const socket = connect(port, '127.0.0.1', () => socket.write(text));
  let back = '';
  const waiting = new Set<() => void>();
  socket.on('data', (data: Buffer) => {
    back += data.toString('latin1');
    for (const look of [...waiting]) look();
  });
  const ended = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(back));
    // Being cut is an end like another.
    socket.on('error', () => resolve(back));
  });
  const until = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(back)) return;
        waiting.delete(look);
        resolve(back);
      };
      waiting.add(look);
      void ended.then(() => reject(new Error(`it ended with ${back}`)));
      look();
    });
  return { socket, until, ended };
}

/** The one answer within bytes that came back; none where they are no HTTP. */
export function answerIn(bytes: string): Answered | undefined {
  const [head = '', ...rest] = bytes.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1];
  if (status === undefined) return undefined;
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status: Number(status), headers, text: Buffer.from(rest.join('\r\n\r\n'), 'latin1').toString('utf8') };
}
