// A payment gateway in a process of its own, with faults and with records of its own. It shares no code with the
// service. Prints `listening PORT`, and `holding WHEN` when it stands still before or after the effect of a payment.
// argv: JSON of { secret, seed, holds: { received: number[], effected: number[] } }.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';

/** @typedef {{ key: string, attempt: number, amount: number, currency: string, outcome: 'paid' | 'declined', settled: boolean, late: boolean }} Payment */

const { secret, seed, holds } = JSON.parse(process.argv[2] ?? '{}');
/** every attempt that had an effect, by key and attempt @type {Map<string, Payment>} */
const payments = new Map();
/** attempts that it declined and is going to pay all the same @type {Payment[]} */
const secondThoughts = [];
let callbackUrl = '';
let calm = false;
let seen = 0;
let telling = 0;
let state = seed;

/** Whether something happens now, `of` times out of a hundred. @param {number} of */
function happens(of) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return !calm && Math.floor(state / 65_536) % 100 < of;
}
/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** @param {Payment} payment */
const name = ({ key, attempt }) => `${key}#${attempt}`;
/** @param {Payment} payment */
const saying = (payment) =>
  payment.outcome === 'paid'
    ? { outcome: 'paid', reference: `gw-${name(payment)}`.slice(0, 200) }
    : { outcome: 'declined', code: 'not-now' };

/** Tells the service of an attempt until it was heard. @param {Payment} payment @param {'paid' | 'declined'} says @param {number} afterMs */
async function tell(payment, says, afterMs, number = 0) {
  telling += 1;
  await pause(afterMs);
  const { key: payoutKey, attempt } = payment;
  const what =
    says === 'paid'
      ? { type: 'payout.paid', reference: `gw-${name(payment)}`.slice(0, 200) }
      : { type: 'payout.declined', code: 'not-now' };
  const body = JSON.stringify({ eventId: `${name(payment)}-${says}-${number}`, payoutKey, attempt, ...what });
  for (let status = 0; status === 0 || status >= 500 || status === 429; ) {
    const seconds = Math.floor(Date.now() / 1_000);
    const v1 = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    const headers = { 'content-type': 'application/json', 'redress-signature': `t=${seconds},v1=${v1}` };
    status = await fetch(callbackUrl, { method: 'POST', headers, body }).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 0 || status >= 500) await pause(50);
  }
  telling -= 1;
}

/** The effect of a new attempt, and all that it will say of it by itself. @param {Payment} payment @param {boolean} later */
function enter(payment, later) {
  payments.set(name(payment), payment);
  if (later) {
    setTimeout(() => Object.assign(payment, { settled: true }), 20 + (seen % 60));
    if (!happens(30)) void tell(payment, payment.outcome, 30 + (seen % 300));
  }
  if (happens(15)) for (const number of [1, 1, 2]) void tell(payment, payment.outcome, seen % 200, number);
  if (payment.outcome === 'paid' && happens(5)) void tell(payment, 'declined', seen % 200, 3);
  if (payment.outcome === 'declined' && happens(40)) secondThoughts.push(payment);
}

/** Pays what it had declined. Money that moves so is the gateway's own fault. */
function thinkAgain() {
  for (const payment of secondThoughts.splice(0)) {
    Object.assign(payment, { outcome: 'paid', late: true });
    void tell(payment, 'paid', 0, 4);
  }
}

/** Undefined: no answer comes. @param {Payment} asked */
function pay(asked) {
  const known = payments.get(name(asked));
  if (known !== undefined) {
    if (known.amount !== asked.amount || known.currency !== asked.currency) throw new Error(`${name(asked)} has changed`);
    return known.settled ? saying(known) : { outcome: 'accepted' };
  }
  seen += 1;
  if (isDue(holds.received)) return hold('received');
  if (happens(5)) return undefined;
  const later = happens(25);
  const payment = {
    ...asked,
    outcome: happens(15) ? /** @type {const} */ ('declined') : /** @type {const} */ ('paid'),
    settled: !later,
    late: false,
  };
  enter(payment, later);
  if (isDue(holds.effected)) return hold('effected');
  if (happens(8)) return undefined;
  return later ? { outcome: 'accepted' } : saying(payment);
}

/** Whether it is to stand still now: from that number on, since the attempt of just that number may be one that gets lost. @param {number[]} numbers */
function isDue(numbers) {
  const isNow = seen >= (numbers[0] ?? Infinity);
  if (isNow) numbers.shift();
  return isNow;
}

/** @param {string} when */
function hold(when) {
  process.stdout.write(`holding ${when}\n`);
  return undefined;
}

/** @param {Payment} asked */
function question(asked) {
  if (happens(5)) return undefined;
  const known = payments.get(name(asked));
  if (known === undefined) return { outcome: 'notFound' };
  return known.settled ? saying(known) : { outcome: 'pending' };
}

/** What the test says and asks. @param {{ callbackUrl?: string, calm?: boolean, thinkAgain?: boolean }} said */
function control(said) {
  callbackUrl = said.callbackUrl ?? callbackUrl;
  calm = said.calm ?? calm;
  if (said.thinkAgain === true) thinkAgain();
  return { telling, seen, payments: [...payments.values()] };
}

/** @param {import('node:http').IncomingMessage} request @param {string} body */
function answerTo(request, body) {
  const said = JSON.parse(body);
  if (request.url === '/control') return control(said);
  const [, seconds, given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers['redress-signature'])) ?? [];
  if (createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex') !== given) throw new Error('a request is not signed');
  const { key, attempt, amount, currency } = said;
  const asked = /** @type {Payment} */ ({ key, attempt, amount, currency });
  const answer = request.url === '/payments' ? pay(asked) : question(asked);
  return answer === undefined ? undefined : { key, attempt, ...answer };
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (part) => {
    body += part;
  });
  request.on('end', () => {
    const answer = answerTo(request, body);
    // Half of what is not answered is cut off, the other half hangs until the asker has had enough.
    if (answer === undefined) return void (happens(50) && request.destroy());
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`listening ${typeof address === 'object' ? address?.port : ''}\n`);
});
