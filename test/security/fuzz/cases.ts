import { sees } from '../../../src/actors/authorize.js';
import type { AfterSaleCommandType } from '../../../src/actors/command.js';
import type { AfterSaleRecord } from '../../../src/actors/reads.js';
import { isRefusal } from '../../../src/domain/refusals.js';
import { COMMAND_BODIES } from '../../../src/server/wire/commands.js';
import { drawCommand } from '../../../src/sim/clients/commands.js';
import type { Random } from '../../../src/sim/random.js';
import { SECRET_WORD } from '../../stories/caller.js';
import type { Request } from '../client.js';
import { apply, evidenceFor, type Move } from './deeds.js';
import { type Person, requestOf, type Town } from './town.js';
import { wireCommand } from './wire.js';

/** An after-sale is led on by those who may give it a command now. */

const leanings = {
  verdicts: { upheld: 1, refund: 3, return: 2, exchange: 2, repair: 2, bearer: 1 },
  inspections: { all: 3, part: 3, none: 2 },
};

export async function commandOf(
  town: Town,
  random: Random,
  person: Person,
  record: AfterSaleRecord,
  word: AfterSaleCommandType,
): Promise<Request> {
  const about = { order: record.order, afterSale: record.afterSale, now: town.running.service.core.clock.now(), leanings };
  const drawn: object = wireCommand(drawCommand(random, word, about));
  const evidence = 'evidence' in drawn ? { evidence: await evidenceFor(town, random, person, 1 + random.below(2)) } : {};
  const note = 'visibility' in drawn && drawn.visibility === 'internal' ? { text: SECRET_WORD } : {};
  return requestOf(person, 'POST', `/v1/${person.holder.role}/after-sales/${record.afterSale.id}/${word}`, {
    ...drawn,
    ...evidence,
    ...note,
  });
}

/** Those who may give some command to an after-sale now, each with these commands. */
async function allowedNow(town: Town, record: AfterSaleRecord): Promise<(readonly [Person, readonly AfterSaleCommandType[]])[]> {
  const { host } = town.running.service.core;
  const concerned = town.people.filter(({ holder }) => sees(holder, record.order));
  const views = await Promise.all(
    concerned.map(async (person) => [person, await host.afterSale(record.afterSale.id, person.holder)] as const),
  );
  return views.flatMap(([person, view]) => {
    if (isRefusal(view)) throw new Error(`${person.holder.role} is refused ${view.code}`);
    const words = view.allowedCommands.filter(isCommand);
    return words.length === 0 ? [] : [[person, words] as const];
  });
}
const isCommand = (word: string): word is AfterSaleCommandType => word in COMMAND_BODIES;

/** What changes little; a walk that takes these as often as all others comes nowhere. */
const IDLE: ReadonlySet<string> = new Set(['note', 'extend', 'hold', 'withdraw', 'override', 'provide', 'repayFreight']);

/** Somebody gives a command that their view of the after-sale allows, and so on for some steps. */
export const follow: Move = async (town, random) => {
  if (town.afterSales.length === 0) return apply(town, random);
  const id = random.pick(town.afterSales.slice(-8));
  for (let steps = random.between(1, 5); steps > 0; steps -= 1) {
    const record = await town.recordOf(id);
    if (record === undefined) throw new Error(`after-sale ${id} is gone`);
    const allowed = (await allowedNow(town, record)).map(([person, words]) => {
      const leading = random.chance(9, 10) ? words.filter((word) => !IDLE.has(word)) : words;
      return [person, leading] as const;
    });
    const able = allowed.filter(([, words]) => words.length > 0);
    if (able.length === 0) return;
    const [person, words] = random.pick(able);
    const asked = await commandOf(town, random, person, record, random.pick(words));
    await town.send(asked, person);
    if (random.chance(1, 15)) await town.as(person, 'GET', `/v1/${person.holder.role}/after-sales/${id}`);
    if (random.chance(1, 25)) await rush(town, random, record, able);
  }
};

/** Several at the same time, each with a key of their own. */
async function rush(
  town: Town,
  random: Random,
  record: AfterSaleRecord,
  able: readonly (readonly [Person, readonly AfterSaleCommandType[]])[],
): Promise<void> {
  const asked = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const [person, words] = random.pick(able);
      return [await commandOf(town, random, person, record, random.pick(words)), person] as const;
    }),
  );
  await Promise.all(asked.map(([one, person]) => town.send(one, person)));
}
