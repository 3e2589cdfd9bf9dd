import type { PayoutOutcome } from '../../actors/command.js';
import type { Settled } from '../../actors/partners.js';
import { isOutdated } from '../../actors/payoutDue.js';
import type { Clock } from '../../actors/ports.js';
import type { PayoutRecord } from '../../actors/reads.js';
import type { Payout } from '../../actors/rows.js';
import { instant } from '../../domain/ids.js';
import { CATALOG, type PayoutJob } from '../catalog.js';
import type { AlarmSink, PaymentGateway, PayoutSource } from '../ports.js';
import { type CommandHost, CommandRefused, commandIdOf, type Sent, sendAs } from '../sendCommand.js';
import { again, DONE, doneWith, type Handler, type Outcome } from '../work.js';
import { hearAgain, hearGateway } from './hearGateway.js';

/** While a person is waited for, the gateway is still asked, less and less often, down to once in this time. */
const SLOWEST_ASK_MS = 3_600_000;

export interface PayoutParts {
  readonly gateway: PaymentGateway;
  readonly payouts: PayoutSource;
  readonly host: CommandHost;
  readonly clock: Clock;
  readonly alarms: AlarmSink;
}

/**
 * Carries one attempt of a payout to its gateway. The intent is committed before, the gateway is called
 * outside any transaction with the payout's key and its attempt, and what it says is given to the book.
 * This handler never makes a new attempt: what is not known is asked for, and paid again only under the
 * same key and attempt, which a gateway that knows them does not pay twice.
 */
export function payoutHandler(parts: PayoutParts): Handler {
  return {
    topic: 'payout',
    run: async (job) => {
      const order = CATALOG.payout.payload.parse(job.payload);
      const record = await parts.payouts.findPayout(order.payoutKey);
      if (record === undefined) throw new Error(`payout ${order.payoutKey} is not there`);
      if (isOvertaken(record.payout, order, job.attempt)) return askOnly(parts, record, order, job);
      if (!isWaitedFor(record.payout, order)) return doneWith(`nothing to do: attempt ${record.payout.attempt} is ${record.payout.state}`);
      // A second run may follow a call that nobody saw the end of.
      const said = isOutdated(record.payout, order.attempt)
        ? await hearAgain(parts.gateway, order.payoutKey, order.attempt)
        : await hearGateway(parts.gateway, record.payout, order.ask || job.attempt > 1);
      if (said === undefined) return giveUp(parts, record, order);
      if (said.settled !== null) return settle(parts, record, said.attempt, said.settled);
      if (order.ask) return askAgain(parts, record, order, job, said.why);
      if (said.outcome === 'accepted') return again(inMs(parts, order.askEveryMs), said.why);
      const sent = await sendResult(parts, record, order.attempt, { outcome: 'unknown' });
      return sent.kind === 'done' ? doneWith(said.why) : afterTrouble(parts, sent);
    },
  };
}

/** A job by its key, and which run of it this is. */
interface AskJob {
  readonly key: string;
  readonly attempt: number;
}

/** What is unknown is a matter for those jobs that ask. */
function isWaitedFor(payout: Payout, { attempt, ask }: PayoutJob): boolean {
  return payout.attempt === attempt && (payout.state === 'begun' || (ask && payout.state === 'unknown'));
}

/** The payout was settled otherwise while this attempt may have been on its way. */
function isOvertaken({ state, way, attempt }: Payout, order: PayoutJob, run: number): boolean {
  return state === 'paid' && way === 'hand' && attempt === order.attempt && (order.ask || run > 1);
}

/**
 * Whether an attempt that nobody needs any more was paid all the same is asked until it is known. It is never sent, but a run
 * before this one may still be about to send it: that the gateway has not seen it is believed only after a while.
 */
async function askOnly(parts: PayoutParts, record: PayoutRecord, order: PayoutJob, job: AskJob): Promise<Outcome> {
  const said = await hearAgain(parts.gateway, order.payoutKey, order.attempt);
  if (said === undefined) return job.attempt < order.asks ? again(inMs(parts, order.askEveryMs), NEVER_SEEN) : doneWith(NEVER_SEEN);
  return said.settled === null ? askAgain(parts, record, order, job, said.why) : settle(parts, record, said.attempt, said.settled);
}

/**
 * A part of the payout moved outside since this attempt was made, so that it would pay too much: it is not sent any more, only
 * asked about. One that the gateway never saw, although a run that knew nothing of the part had time enough to send it, counts as
 * declined, and the next attempt pays the rest.
 */
async function giveUp(parts: PayoutParts, record: PayoutRecord, order: PayoutJob): Promise<Outcome> {
  const waited = parts.clock.now() - record.payout.updatedAt;
  if (waited < order.asks * order.askEveryMs) return again(inMs(parts, order.askEveryMs), NEVER_SEEN);
  return settle(parts, record, order.attempt, { outcome: 'declined', code: 'gateway.neverSeen' });
}

const NEVER_SEEN = 'the gateway never saw this attempt';

/** The book learns what became of the attempt. The id of the command is that of its words, so that a repetition is one. */
function sendResult({ host }: PayoutParts, { book, payout }: PayoutRecord, attempt: number, result: PayoutOutcome): Promise<Sent> {
  const id = commandIdOf('payoutResult', payout.key, attempt, result.outcome);
  return sendAs(host, 'payouts', { id, book, command: { kind: 'payoutResult', payoutKey: payout.key, attempt, result } });
}

async function settle(parts: PayoutParts, record: PayoutRecord, attempt: number, result: Settled): Promise<Outcome> {
  const sent = await sendResult(parts, record, attempt, result);
  if (sent.kind === 'done') return DONE;
  if (sent.kind === 'again' || sent.refusal.code !== 'payout.contradicted') return afterTrouble(parts, sent);
  const { book, payout } = record;
  await parts.alarms.raise({
    ...{ key: `alarm:${payout.key}:${attempt}:contradicted`, name: 'payout.contradicted', book, afterSaleId: payout.afterSaleId },
    ...{ detail: `attempt ${attempt} was paid, and the gateway now says ${result.outcome}`, at: parts.clock.now() },
  });
  return doneWith('the gateway contradicts itself');
}

/** Asked in vain: again after a while, and once that was often enough a person is told, who may have it asked at once. */
async function askAgain(parts: PayoutParts, record: PayoutRecord, order: PayoutJob, job: AskJob, why: string): Promise<Outcome> {
  const beyond = job.attempt - order.asks;
  if (beyond < 0) return again(inMs(parts, order.askEveryMs), why);
  const { book, payout } = record;
  // Told once by each job, however often it asks on: a person who had it asked again waits for the end of that.
  const id = commandIdOf('payoutStuck', job.key);
  const sent = await sendAs(parts.host, 'payouts', {
    ...{ id, book, idempotency: { key: `stuck/${job.key}`, hash: id } },
    command: { kind: 'payoutStuck', payoutKey: payout.key, attempt: order.attempt },
  });
  if (sent.kind !== 'done') return afterTrouble(parts, sent);
  const slower = order.askEveryMs * 2 ** Math.min(beyond, 20);
  return again(inMs(parts, Math.max(order.askEveryMs, Math.min(slower, SLOWEST_ASK_MS))), why);
}

function afterTrouble(parts: PayoutParts, sent: Exclude<Sent, { kind: 'done' }>): Outcome {
  if (sent.kind === 'refused') throw new CommandRefused(sent.refusal);
  return again(inMs(parts, sent.afterMs), 'the service could not take the result');
}

const inMs = ({ clock }: PayoutParts, milliseconds: number) => instant(clock.now() + milliseconds);
