import { connect, type Socket } from 'node:net';

/** An answer as far as it matters here: all text is Latin-1, so that characters are bytes. */
export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** One keep-alive connection that carries one request at a time, as a client without pipelining does. */
export interface Connection {
  send(request: string): void;
  close(): void;
}

export interface Listener {
  answered(answer: Answer): void;
  /** the connection went away; `underWay` where an answer was still waited for */
  gone(underWay: boolean): void;
}

const BUFFER_BYTES = 65_536;

/**
 * A connection written by hand on a plain socket: the load shares two cores with what it measures, so it must
 * cost little. Bytes are read into one buffer, and an answer that came whole is cut without copying twice.
 */
export function open(port: number, listener: Listener): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const reader = answerReader((answer) => listener.answered(answer));
    const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    const socket: Socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          reader.take(buffer.toString('latin1', 0, length));
          return true;
        },
      },
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      // Told as `gone`, which follows.
      socket.on('error', () => undefined);
      socket.once('close', () => listener.gone(reader.waiting));
      resolve({
        send: (request) => {
          reader.waiting = true;
          socket.write(request, 'latin1');
        },
        close: () => socket.destroy(),
      });
    });
  });
}

/** Cuts answers out of what arrives. Knows what this benchmark meets: answers with a Content-Length, one at a time. */
export function answerReader(told: (answer: Answer) => void): { waiting: boolean; take(text: string): void } {
  let pending = '';
  const reader = {
    waiting: false,
    take(text: string): void {
      pending = pending === '' ? text : pending + text;
      const headEnd = pending.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const bodyEnd = headEnd + 4 + lengthOf(pending, headEnd);
      if (pending.length < bodyEnd) return;
      const answer = {
        status: Number(pending.slice(9, 12)),
        head: pending.slice(0, headEnd),
        body: pending.slice(headEnd + 4, bodyEnd),
      };
      pending = pending.slice(bodyEnd);
      reader.waiting = false;
      told(answer);
    },
  };
  return reader;
}

const LENGTH = 'ontent-length: ';

function lengthOf(text: string, headEnd: number): number {
  let at = text.indexOf(LENGTH);
  if (at < 0 || at > headEnd) at = text.slice(0, headEnd).toLowerCase().indexOf(LENGTH);
  if (at < 0) throw new Error(`an answer without a length: ${text.slice(0, headEnd)}`);
  return Number.parseInt(text.slice(at + LENGTH.length, at + LENGTH.length + 12), 10);
}
