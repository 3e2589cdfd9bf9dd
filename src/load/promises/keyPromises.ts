import type { Chance } from '../chance.js';
import { inParallel } from '../inParallel.js';
import { type Given, isKept, isSame, isTaken, saidOf } from '../journal.js';
import { type Cast, nameOf } from '../people.js';
import type { Service } from '../service/service.js';
import type { Findings } from './finding.js';

/** The same key once more: the same request gets the same answer, another request is refused. */

const AT_ONCE = 16;

/** So many of the keys, drawn by chance; all where there are no more. */
function sampled(given: readonly Given[], count: number, chance: Chance): readonly Given[] {
  if (given.length <= count) return given;
  const pool = [...given];
  for (let index = 0; index < count; index += 1) {
    const other = index + chance.below(pool.length - index);
    const [one, two] = [pool[index], pool[other]];
    if (one !== undefined && two !== undefined) [pool[index], pool[other]] = [two, one];
  }
  return pool.slice(0, count);
}

/** Sends requests again with their keys: each must get the answer it had (promise 6). */
export async function judgeKeys(
  parts: {
    readonly service: Service;
    readonly cast: Cast;
    readonly chance: Chance;
    readonly count: number;
    readonly orderOf: (given: Given) => string;
  },
  given: readonly Given[],
  findings: Findings,
): Promise<void> {
  for (const command of given) {
    if (command.contradiction === undefined) continue;
    findings.find({
      promise: 'sameKey',
      order: parts.orderOf(command),
      what: `${told(command)} got another answer when sent twice at once`,
    });
  }
  const keyed = given.filter(({ key, said }) => key !== undefined && said !== undefined && isKept(said));
  await inParallel(sampled(keyed, parts.count, parts.chance), AT_ONCE, async (command) => {
    await sendAgain(parts, command, findings);
    if (command.said !== undefined && isTaken(command.said) && command.caseId !== undefined) await sendAnother(parts, command, findings);
  });
}

type Parts = Parameters<typeof judgeKeys>[0];

const told = ({ person, word, key }: Given): string => `${word} by ${nameOf(person)} with the key ${key ?? 'none'}`;

async function sendAgain({ service, cast, orderOf }: Parts, command: Given, findings: Findings): Promise<void> {
  const { method, path, body, key, person, said } = command;
  if (key === undefined || said === undefined) return;
  const answer = await service.ask({ method, path, body, key, token: await cast.token(person) });
  const now = saidOf(answer);
  // What is put off now says nothing about the kept answer.
  if (!isKept(now)) return;
  findings.expect('sameKey', answer.replayed && isSame(now, said), () => ({
    order: orderOf(command),
    ...(command.caseId === undefined ? {} : { afterSale: command.caseId }),
    what: `${told(command)} was answered ${said.status} ${said.code ?? ''} at first and ${now.status} ${now.code ?? ''} now${answer.replayed ? '' : ', and not as a kept answer'}`,
  }));
}

async function sendAnother({ service, cast, orderOf }: Parts, command: Given, findings: Findings): Promise<void> {
  const { key, person, caseId } = command;
  if (key === undefined || person.role === 'platform') return;
  const path = `/v1/${person.role}/after-sales/${caseId}/note`;
  const now = saidOf(
    await service.ask({ method: 'POST', path, key, body: JSON.stringify({ text: 'Another request.' }), token: await cast.token(person) }),
  );
  if (!isKept(now)) return;
  findings.expect('sameKey', now.code === 'idempotency.reused', () => ({
    order: orderOf(command),
    what: `the key of ${told(command)} was taken for another request: ${now.status} ${now.code ?? ''}`,
  }));
}
