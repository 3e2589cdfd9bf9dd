import { type Refusal, refuse } from '../../domain/refusals.js';
import { textOf } from './body.js';

/** A line of a stream, counted from 1; a refusal in place of its text where it is too long or not UTF-8. */
export interface Line {
  readonly number: number;
  readonly text: string | Refusal;
}

const NEWLINE = 10;

/** A stream of which nothing came for too long. */
export class Silence extends Error {
  override readonly name = 'Silence';
}

/**
 * The lines of a stream as they come; empty ones are counted and left out. No more than one line is kept. Throws
 * `Silence` where nothing comes for `silenceMs`, if that is given: who has to send something has no reason to wait.
 */
export async function* readLines(stream: ReadableStream<Uint8Array>, limitBytes: number, silenceMs?: number): AsyncGenerator<Line> {
  const line = new LineBuffer(limitBytes);
  for await (const chunk of chunksOf(stream, silenceMs)) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      line.add(chunk.subarray(start, end));
      start = end + 1;
      const whole = line.take();
      if (whole !== undefined) yield whole;
    }
    line.add(chunk.subarray(start));
  }
  const last = line.take();
  if (last !== undefined) yield last;
}

class LineBuffer {
  readonly #limit: number;
  #parts: Uint8Array[] = [];
  #size = 0;
  #number = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Beyond the limit only the size is kept. */
  add(part: Uint8Array): void {
    this.#size += part.byteLength;
    if (this.#size > this.#limit) this.#parts = [];
    else if (part.byteLength > 0) this.#parts.push(part);
  }

  take(): Line | undefined {
    this.#number += 1;
    const number = this.#number;
    const [only] = this.#parts;
    const bytes = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts);
    const size = this.#size;
    this.#parts = [];
    this.#size = 0;
    if (size > this.#limit) return { number, text: refuse('request.tooLarge', `A line may have at most ${this.#limit} bytes.`) };
    const text = textOf(bytes);
    return typeof text === 'string' && text.trim() === '' ? undefined : { number, text };
  }
}

async function* chunksOf(stream: ReadableStream<Uint8Array>, silenceMs: number | undefined): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = silenceMs === undefined ? await reader.read() : await soon(reader.read(), silenceMs);
      if (done) return;
      yield value;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

function soon<T>(promise: Promise<T>, silenceMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Silence(`nothing came for ${silenceMs} ms`)), silenceMs);
    promise.finally(() => clearTimeout(late)).then(resolve, reject);
  });
}
