import type { Json } from '../domain/refusals.js';
import { durationText } from '../machines/duration.js';
import type { BookCommand, Evidence } from './command.js';
import { wholeCommand } from './private.js';
import type { Payout } from './rows.js';
import { deadlineName } from './view.js';

type Fields = { readonly [field: string]: Json };

/** What a command brought, as timelines tell it: under the names, and in the words, of its body. */
export interface Happening {
  /** all but the three below; times in RFC 3339, lengths of time such as `1d 2h` */
  readonly data: Fields;
  readonly remark: string | null;
  /** of a note */
  readonly text: string | null;
  readonly evidence: readonly Evidence[];
}

interface Body {
  readonly command?: unknown;
  readonly changes?: { readonly payouts?: readonly Pick<Payout, 'key' | 'amount' | 'currency'>[] };
}

/**
 * Reads what an audit event's command brought.
 * @param body as `decide` wrote it
 * @param content of the private row that the event names; null where it is erased, hidden, or names none: then
 *   personal data and free text are left out
 */
export function happeningOf(body: string, content: string | null): Happening {
  const { command: open, changes } = JSON.parse(body) as Body;
  if (open === undefined) return { data: {}, remark: null, text: null, evidence: [] };
  const command = (content === null ? open : wholeCommand(open, content)) as BookCommand;
  const { remark = null, text = null, evidence = [], ...data } = fieldsOf(command) as Partial<Happening>;
  const payout = 'payoutKey' in command ? changes?.payouts?.find(({ key }) => key === command.payoutKey) : undefined;
  const amount = payout === undefined ? {} : { amount: { amount: payout.amount, currency: payout.currency } };
  return { data: inWords({ ...data, ...amount }), remark, text, evidence };
}

function fieldsOf(command: BookCommand): object {
  switch (command.kind) {
    case 'apply':
      return command.application;
    case 'afterSale':
      return withoutType(command.command);
    case 'report':
      return withoutType(command.report);
    case 'goodwill': {
      const { kind: _, ...rest } = command;
      return rest;
    }
    case 'payoutResult':
      return { payoutKey: command.payoutKey, attempt: command.attempt, ...command.result };
    case 'payoutStuck':
      return { payoutKey: command.payoutKey, attempt: command.attempt };
    case 'payout':
      return { payoutKey: command.payoutKey, command: command.command.type, ...withoutType(command.command) };
    case 'timer':
      return { deadline: deadlineName(command.timerId) };
    case 'putOrder':
    case 'erase':
      return {};
  }
}

function withoutType({ type: _, ...rest }: { readonly type: string }): object {
  return rest;
}

const TIMES: ReadonlySet<string> = new Set(['at', 'from', 'to']);

/** Fields as requests write them: times as text, and an extension by its length. */
const inWords = (fields: object): Fields =>
  Object.fromEntries(Object.entries(fields).map(([field, value]) => inWord(field, value as Json)));

function inWord(field: string, value: Json): [string, Json] {
  if (typeof value === 'number' && TIMES.has(field)) return [field, new Date(value).toISOString()];
  if (typeof value === 'number' && field === 'byMs') return ['by', durationText(value)];
  return [field, typeof value === 'object' && value !== null && !Array.isArray(value) ? inWords(value) : value];
}
