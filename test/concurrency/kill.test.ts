import { expect, it } from 'vitest';
import { openConnection } from '../../src/store/sqlite/connection.js';
import { databaseFile, openSqliteStore } from '../../src/store/sqlite/open.js';
import { counted, scaled } from '../scale.js';
import { gatewayPayments } from '../stories/payments.js';
import { Load, type Sent, sendAgain } from './load.js';
import { faultsOfData, type Serving, servingTests, UNSTEADY_GATEWAY } from './serving.js';
import { differencesOf } from './verified.js';

/**
 * The service is killed in the middle of its work, and started again on what is left. A gateway that is slow, forgets
 * to answer and settles later makes sure that payouts are everywhere on their way when it happens.
 */

const services = servingTests();
const KILLS = counted(10, 500);

/** Asks again for every answer: what was acknowledged is answered the same, what was not is decided now and stays so. */
async function judgeAnswers(serving: Serving, sent: readonly Sent[]): Promise<{ lost: Sent[]; decidedNow: number }> {
  const lost: Sent[] = [];
  let decidedNow = 0;
  for (let from = 0; from < sent.length; from += 50) {
    await Promise.all(
      sent.slice(from, from + 50).map(async (command) => {
        const { status, code, text, headers } = await sendAgain(serving, command);
        if (command.answer === undefined) {
          if (headers.get('idempotency-replayed') === null) decidedNow += 1;
          command.answer = { status, code, text };
          return;
        }
        const same = command.answer.status === status && (status < 300 ? command.answer.text === text : command.answer.code === code);
        if (!same || headers.get('idempotency-replayed') !== 'true') lost.push(command);
      }),
    );
  }
  return { lost, decidedNow };
}

/** A count that differs from round to round, the same in every run. */
const momentOf = (round: number): number => 1 + ((round * 271) % 211);

it(`loses no acknowledged command and keeps no part of another, ${KILLS} times`, { timeout: scaled(240_000) }, async () => {
  const dataDirectory = services.directory();
  const everySent: Sent[] = [];
  const everyBook: Load['books'] = [];
  let unanswered = 0;
  let decidedNow = 0;
  for (let round = 0; round < KILLS; round += 1) {
    const serving = await services.start(dataDirectory, UNSTEADY_GATEWAY);
    const before = everySent.slice(-400);
    const judged = await judgeAnswers(serving, before);
    expect(judged.lost).toEqual([]);
    decidedNow += judged.decidedNow;

    const load = new Load(serving, round);
    await load.open(3);
    const running = load.run(5);
    await load.answered(momentOf(round));
    await serving.kill();
    await running;
    everySent.push(...load.sent);
    everyBook.push(...load.books);
    unanswered += load.sent.filter(({ answer }) => answer === undefined).length;
    expect(await faultsOfData(dataDirectory, load.books)).toEqual([]);
    if (round % (KILLS / 5) === 0) expect(await differencesOf(dataDirectory)).toEqual([]);
  }
  // Some commands were under way at each kill: of these some had been kept, and some had not.
  expect(unanswered).toBeGreaterThan(KILLS);
  expect(decidedNow).toBeGreaterThan(0);

  const serving = await services.start(dataDirectory);
  expect((await judgeAnswers(serving, everySent)).lost).toEqual([]);
  await settle(serving);
  expect(await faultsOfData(dataDirectory, everyBook)).toEqual([]);
  expect(await differencesOf(dataDirectory)).toEqual([]);
  expect(await serving.stop()).toBe(0);
  await judgeRest(dataDirectory, everySent);
});

it('that is told to stop answers what is under way, and nothing of it is lost', async () => {
  const dataDirectory = services.directory();
  const serving = await services.start(dataDirectory, UNSTEADY_GATEWAY);
  const load = new Load(serving, 1_000);
  await load.open(2);
  const running = load.run(5);
  await load.answered(100);
  expect(await serving.stop()).toBe(0);
  await running;
  const unanswered = load.sent.filter(({ answer }) => answer === undefined).length;
  const again = await services.start(dataDirectory);
  // What was not answered had not been taken either.
  expect(await judgeAnswers(again, load.sent)).toEqual({ lost: [], decidedNow: unanswered });
  await settle(again);
  expect(await faultsOfData(dataDirectory, load.books)).toEqual([]);
});

/** Time passes until every payout is known: an unknown one is asked about, a declined one tried again. */
async function settle(serving: Serving): Promise<void> {
  const operations = await serving.caller({ role: 'operations', id: 'operator' });
  for (const forward of ['5m', '5m', '10m', '20m', '1h']) await operations.send('POST', 'clock', { body: { forward } });
  const doubtful = await operations.send('GET', 'payouts');
  expect(doubtful.body).toEqual({ items: [], next: null });
}

/** The file is whole, nothing waits in it, and each payout was paid once whatever was sent how often. */
async function judgeRest(dataDirectory: string, sent: readonly Sent[]): Promise<void> {
  const connection = openConnection(databaseFile(dataDirectory), { readOnly: true });
  expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
  connection.close();
  const payments = gatewayPayments(dataDirectory).filter(({ outcome }) => outcome === 'paid');
  expect(payments.length).toBeGreaterThan(0);
  expect(new Set(payments.map(({ key }) => key)).size).toBe(payments.length);
  const store = openSqliteStore({ dataDirectory, writer: 'inline', readOnly: true });
  expect(await store.outbox.read(10)).toEqual([]);
  for (const { key } of payments) expect((await store.reads.findPayout(key))?.payout.state).toBe('paid');
  await store.close();
  expect(sent.filter(({ answer }) => answer?.status === 201).length).toBeGreaterThan(KILLS);
}
