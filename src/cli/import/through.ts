import { z } from 'zod';
import { isRefusal } from '../../domain/refusals.js';
import { type Line, readLines } from '../../server/edge/lines.js';
import { CliFailure } from '../failure.js';
import type { LineResult } from './result.js';

/** Results are small; a longer line is none of ours. */
const LONGEST_RESULT = 1_048_576;

const problem = z.object({ code: z.string(), detail: z.string(), path: z.string().optional() });
const result = z.object({
  line: z.int(),
  shopId: z.string().optional(),
  orderNo: z.string().optional(),
  outcome: z.enum(['new', 'changed', 'unchanged', 'refused']),
  problem: problem.optional(),
});

/** Sends lines to a running service as one import, and gives its results as they come. */
export async function* importThrough(url: string, token: string, lines: AsyncIterable<Line>): AsyncGenerator<LineResult> {
  const response = await send(`${url.replace(/(?<!\/)\/+$/, '')}/v1/platform/orders/import`, token, lines);
  if (!response.ok || response.body === null) throw new CliFailure(await refusalOf(response));
  try {
    for await (const { text } of readLines(response.body, LONGEST_RESULT)) {
      if (isRefusal(text)) throw new CliFailure('The service answers with something that is no result of an import.');
      yield resultOf(result.parse(JSON.parse(text)));
    }
  } catch (error) {
    if (error instanceof TypeError)
      throw new CliFailure(`The connection broke off; import again, what is there stays as it is. (${causeOf(error)})`);
    throw error;
  }
}

async function send(url: string, token: string, lines: AsyncIterable<Line>): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body: ReadableStream.from(written(lines)),
      duplex: 'half',
    });
  } catch (error) {
    throw new CliFailure(`${url} cannot be reached: ${causeOf(error)}`);
  }
}

/** The lines as bytes. Lines that are left out are sent empty, so that the service counts as this side does. */
async function* written(lines: AsyncIterable<Line>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let sent = 0;
  for await (const { number, text } of lines) {
    // A line that cannot be sent is sent as what the service refuses with the same words.
    const shown = isRefusal(text) ? JSON.stringify(text.detail) : text;
    yield encoder.encode(`${'\n'.repeat(Math.max(0, number - sent - 1))}${shown}\n`);
    sent = number;
  }
}

function resultOf({ line, outcome, shopId, orderNo, problem: why }: z.output<typeof result>): LineResult {
  const names = { ...(shopId === undefined ? {} : { shopId }), ...(orderNo === undefined ? {} : { orderNo }) };
  if (why !== undefined) {
    const { code, detail, path } = why;
    return { line, ...names, outcome: 'refused', why: path === undefined ? { code, detail } : { code, detail, path } };
  }
  return { line, ...names, outcome };
}

async function refusalOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { code, detail } = problem.parse(JSON.parse(text));
    return `The service refuses the import with ${code}: ${detail}`;
  } catch {
    return `${response.url} answers ${response.status}, and not as Redress does.`;
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
