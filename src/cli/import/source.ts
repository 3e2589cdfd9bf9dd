import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { isRefusal, type Refusal, refuse } from '../../domain/refusals.js';
import { parseJson } from '../../server/edge/canonical.js';
import { type Line, readLines } from '../../server/edge/lines.js';
import { CliFailure, EXIT } from '../failure.js';
import type { Terminal } from '../terminal.js';

/** Opens a file of orders, or what is piped in (`-`). */
export async function openSource(terminal: Pick<Terminal, 'stdin'>, file: string): Promise<ReadableStream<Uint8Array>> {
  if (file === '-') return terminal.stdin();
  try {
    const handle = await open(file);
    const isFile = (await handle.stat()).isFile();
    await handle.close();
    if (!isFile) throw new CliFailure(`${file} is no file.`, EXIT.usage);
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    throw new CliFailure(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, EXIT.usage);
  }
  return Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;
}

/**
 * The orders of a source, a line each. A source that is one JSON document, however it is laid out, gives its
 * order, or each of its list; anything else is read as NDJSON. No more than one line, or one document of that
 * size, is kept in memory.
 */
export async function* ordersIn(source: ReadableStream<Uint8Array>, limitBytes: number): AsyncGenerator<Line> {
  const lines = readLines(source, limitBytes);
  const head: Line[] = [];
  let size = 0;
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
    head.push(next.value);
    size += isRefusal(next.value.text) ? limitBytes : next.value.text.length;
    if (head.length === 1 && isJson(next.value.text) && !isList(next.value.text)) break;
    if (size >= limitBytes) break;
  }
  // A line that is JSON by itself begins an NDJSON source, or is a whole document: both give the same.
  const document = head.length > 1 || isList(head[0]?.text) ? documentOf(head) : undefined;
  if (document !== undefined) yield* document;
  else yield* head;
  yield* lines;
}

const isJson = (text: string | Refusal): boolean => typeof text === 'string' && !isRefusal(parseJson(text));
const isList = (text: string | Refusal | undefined): boolean => typeof text === 'string' && text.trimStart().startsWith('[');

function documentOf(lines: readonly Line[]): Line[] | undefined {
  const texts = lines.map(({ text }) => text);
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  const parsed = parseJson(texts.join('\n'));
  if (isRefusal(parsed)) return undefined;
  const orders: readonly unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  return orders.map((order, i) => ({ number: i + 1, text: JSON.stringify(order) }));
}

/** The JSON of a line; `import.lineInvalid` where it is none. */
export function jsonOf(text: string | Refusal): { readonly value: unknown } | Refusal {
  if (isRefusal(text)) return text;
  const parsed = parseJson(text);
  return isRefusal(parsed) ? refuse('import.lineInvalid', parsed.detail) : parsed;
}
