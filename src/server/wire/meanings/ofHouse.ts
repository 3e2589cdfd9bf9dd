import type { Meanings } from './meanings.js';

/** What operations, partners and probes see, bodies of commands and parameters. */

const PARCEL = { courier: 'Who carries it', trackingNo: 'Its number with the courier' };
const DECLINED = { payoutKey: 'The declined payout' };
const ANOTHER_WAY = {
  ...DECLINED,
  way: 'To the buyer’s `wallet`, or to an `account`',
  account: 'Which one, exactly where the way is `account`',
};
const PAID_BY_HAND = { ...DECLINED, reference: 'What the bank calls the payment' };

export const OF_HOUSE: Meanings = {
  Health: { status: 'The process answers' },
  Readiness: { ready: 'Whether it takes work now', parts: 'The same, part by part' },
  Problem: {
    type: 'The code as a reference into the documentation',
    title: 'The code’s meaning, the same at each time',
    status: 'Status of the answer',
    detail: 'This refusal in a sentence for a person; it may be worded otherwise tomorrow',
    code: 'For programs; never changes its meaning',
    path: 'The field at fault, such as `selection[0].quantity`',
    errors: 'Every field of a malformed request that is at fault',
    'errors.path': 'The field',
    'errors.message': 'What is wrong with it',
    'errors.expected': 'What was expected instead',
    facts: 'What a program needs to do better: the difference, the candidates, the version',
    requestId: 'Finds the request in the log',
  },
  AfterSalePage: { items: 'After-sales, newest first' },
  OrderPage: { items: 'Orders, newest first' },
  PayoutPage: { items: 'Payouts, those first that have not changed for longest' },
  DeadLetterPage: { items: 'Jobs that were given up, newest first' },
  TemplateList: { items: 'The newest version of each' },
  DeadLetter: {
    key: 'Names the job, and puts it back to work',
    topic: 'What kind of work it is',
    attempts: 'How often it was tried',
    error: 'What the last attempt failed with',
    diedAt: 'When it was given up',
  },
  GoodwillGiven: { amount: 'How much, from the platform’s account', to: 'Where it goes', remark: 'Why, for the trail' },
  ClockMoved: { now: 'The time in the sandbox' },
  Erased: {
    orders: 'Orders that were the buyer’s',
    uploads: 'Uploads that were removed',
    answers: 'Kept answers that were sealed',
    compacted: 'What rewriting the file came to; null where it was not asked for',
  },
  Compacted: { bytesAfter: 'Size of the database after' },
  Taken: { taken: 'The event counts, now or before' },
  Callback: {
    eventId: 'Names the event with the partner: told again under the same, it changes nothing',
    type: 'What happened',
    payoutKey: 'The payout, as the gateway was given it',
    attempt: 'Which attempt of it, from 1',
    reference: 'What the gateway calls the payment',
    code: 'Why the gateway declined',
    ...PARCEL,
  },

  approve: {
    returnAddress: 'Where the goods go back to; without it where the template says',
    price: 'Price of one new piece, tax included: for an exchange for another SKU, and only there',
  },
  reject: { remark: 'Why, for the buyer to read' },
  offer: {
    amount: 'Money for all units together, the goods kept',
    price: 'Price of one new piece of an exchange, tax included; instead of `amount`',
  },
  askEvidence: { remark: 'What should be shown, for the buyer to read' },
  provide: { remark: 'What the evidence shows' },
  handOver: PARCEL,
  ship: PARCEL,
  reschedule: { from: 'The new appointment begins; RFC 3339', to: 'It ends, later than it begins and not in the past; RFC 3339' },
  inspect: {
    result: 'Whether all of it passed, a part, or nothing',
    passed: 'The units that passed; exactly where the result is `part`',
    sellable: 'Whether what passed can be sold again; decides the cost offset',
    bearer: 'Who carries the cost by what was found; without it whoever did',
  },
  anotherWay: ANOTHER_WAY,
  paidByHand: PAID_BY_HAND,
  retry: DECLINED,
  paid: { amount: 'What the buyer paid: the whole difference', reference: 'Names the payment: told again, it changes nothing' },
  diagnose: { price: 'What the repair costs the buyer; without it, nothing' },
  appeal: { remark: 'Why the decision is wrong' },
  rule: { verdict: 'What is decided, for good', remark: 'Why, for both sides to read' },
  override: {
    verdict: 'What is decided in place of everybody else',
    remark: 'Why, for the trail',
    returnAddress: 'Where the goods go back to, for a return; without it where the template says',
  },
  note: { text: 'What is noted', visibility: '`all`, or `internal`: hidden from buyers' },
  extend: { by: 'By how long, such as `48h`: each deadline that runs' },
  hold: { remark: 'Why everything stands still' },
  repayFreight: {
    amount: 'What the buyer advanced; at most what the template repays',
    evidence: 'The proof',
    to: 'Where it goes',
    account: 'Which one, exactly where it goes to an `account`',
  },
  resume: { key: 'The job, as the list of dead letters names it' },
  clock: { forward: 'How far, such as `48h`' },

  parameter: {
    id: 'Id of the after-sale',
    type: 'Of this type alone',
    state: 'In this state alone',
  },
};
