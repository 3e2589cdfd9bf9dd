import { callerOf } from '../../src/actors/principal.js';
import type { BookKey } from '../../src/domain/ids.js';
import { openConnection } from '../../src/store/sqlite/connection.js';
import { databaseFile, openSqliteStore, type SqliteStore } from '../../src/store/sqlite/open.js';
import { holderOf, type Sent } from '../concurrency/load.js';
import { type Running, startRunning } from '../stories/service.js';
import type { Answered } from './images.js';

/** Opens what a loss of power has left as the product does, and looks for what is missing or does not agree. */

/** A command, the answer that its caller may have seen, and what the service kept of it. */
export interface Acknowledged {
  readonly sent: Sent;
  readonly status: number;
  readonly kept: string;
}

export interface Expected {
  /** in the order of their answers */
  readonly acknowledged: readonly Acknowledged[];
  /** those that are judged row by row, which takes its time */
  readonly books: readonly BookKey[];
}

const isKept = (status: number): boolean => status < 500 && ![401, 403, 412, 429].includes(status);

/** The commands that were answered for good, in the order of their answers, with what was kept of them in the end. */
export async function acknowledgedOf(
  dataDirectory: string,
  sent: readonly Sent[],
  answers: ReadonlyMap<string, Answered>,
): Promise<(Acknowledged & Answered)[]> {
  const store = openSqliteStore({ dataDirectory, writer: 'inline', readOnly: true });
  const acknowledged: (Acknowledged & Answered)[] = [];
  for (const command of sent) {
    const answer = answers.get(command.key);
    if (answer !== undefined && isKept(answer.status))
      acknowledged.push({ ...answer, sent: command, kept: (await keptOf(store, command)) ?? '' });
  }
  await store.close();
  return acknowledged.sort((a, b) => a.moment - b.moment);
}

async function keptOf(store: SqliteStore, { by, buyerUid, key }: Sent): Promise<string | undefined> {
  const answer = await store.books.findAnswer(callerOf(holderOf(by, buyerUid)), key);
  return answer === undefined ? undefined : `${answer.status} ${answer.body}`;
}

/** Why an image is not as it should be, as sentences; none where all is well. */
export async function faultsOfImage(dataDirectory: string, expected: Expected): Promise<string[]> {
  const running = await startRunning({ dataDirectory, settings: { REDRESS_LOG: 'error' } });
  try {
    return [
      ...integrityOf(dataDirectory),
      ...(await lostOf(running, expected.acknowledged)),
      ...(await brokenBooksOf(running, expected)),
      ...(await answeredOtherwise(running, expected.acknowledged.slice(-8))),
    ];
  } finally {
    await running.close();
  }
}

function integrityOf(dataDirectory: string): string[] {
  const connection = openConnection(databaseFile(dataDirectory), { readOnly: true });
  try {
    const said = String(connection.pragma('integrity_check', { simple: true }));
    return said === 'ok' ? [] : [`integrity: ${said}`];
  } finally {
    connection.close();
  }
}

async function lostOf({ service }: Running, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const lost: string[] = [];
  for (const { sent, status, kept } of acknowledged) {
    const found = await keptOf(service.core.store, sent);
    if (found === undefined) lost.push(`lost: ${sent.path} ${sent.key}, answered ${status}`);
    else if (found !== kept || !found.startsWith(`${status} `)) lost.push(`changed: ${sent.path} ${sent.key}`);
  }
  return lost;
}

/** Chain, sums, states and the gateway's payments of books; those of which something was acknowledged must be there. */
async function brokenBooksOf(running: Running, { acknowledged, books }: Expected): Promise<string[]> {
  const faults: string[] = [];
  const needed = new Set(acknowledged.map(({ sent }) => sent.book.orderNo));
  for (const book of books) {
    const isThere = (await running.service.core.store.books.newest(book)) !== undefined;
    if (isThere) faults.push(...(await running.faultsOf(book)).map((fault) => `${book.orderNo}: ${fault}`));
    else if (needed.has(book.orderNo)) faults.push(`lost: order ${book.orderNo}`);
  }
  return faults;
}

/** Commands that are sent once more, with a token from before, and not answered as they were. */
async function answeredOtherwise(running: Running, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const faults: string[] = [];
  for (const { sent, status } of acknowledged) {
    const caller = await running.caller(holderOf(sent.by, sent.buyerUid));
    const answer = await caller.send('POST', sent.path, { body: sent.body, key: sent.key });
    const seen = sent.answer;
    const same = answer.status === status && (seen === undefined || answer.text === seen.text || status >= 300);
    if (!same || answer.headers.get('idempotency-replayed') !== 'true')
      faults.push(`${sent.path} ${sent.key} was answered ${status}, and now ${answer.status} ${answer.code}`);
  }
  return faults;
}
