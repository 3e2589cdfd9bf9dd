import { hash } from 'node:crypto';
import type { AfterSaleId } from '../domain/ids.js';
import type { BookCommand } from './command.js';
import type { PackedChanges } from './compact.js';
import type { PackedPayout } from './compactPayout.js';
import type { DecisionContext } from './context.js';
import type { AfterSale, Payout, PrivateRow } from './rows.js';

/** Words that carry personal data or free text. They stand in a row of their own, so that they can be erased. */
const PRIVATE_WORDS: ReadonlySet<string> = new Set([
  'remark',
  'text',
  'contact',
  'address',
  'returnAddress',
  'evidence',
  'wayBack',
  'courier',
  'trackingNo',
  'account',
  'buyerUid',
]);

type Plain = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);
const orNothing = <T extends object>(value: T): T | undefined => (Object.keys(value).length === 0 ? undefined : value);

/** Parts a command into what the trail keeps and what can be erased. */
function part(value: unknown): { open: unknown; hidden: unknown } {
  if (!isObject(value)) return { open: value, hidden: undefined };
  const open: Record<string, unknown> = {};
  const hidden: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    if (PRIVATE_WORDS.has(key) && !(Array.isArray(inner) && inner.length === 0)) {
      hidden[key] = inner;
      continue;
    }
    const parts = part(inner);
    open[key] = parts.open;
    if (parts.hidden !== undefined) hidden[key] = parts.hidden;
  }
  return { open, hidden: orNothing(hidden) };
}

/** Puts what was parted together again. */
function join(open: unknown, hidden: unknown): unknown {
  if (!isObject(open) || !isObject(hidden)) return hidden === undefined ? open : hidden;
  const whole: Record<string, unknown> = { ...open };
  for (const [key, inner] of Object.entries(hidden)) whole[key] = join(open[key], inner);
  return whole;
}

/** What rows say that can be erased: the fields as they were, by after-sale and by payout. */
interface HiddenChanges {
  readonly afterSales?: { readonly [id: string]: Partial<Pick<AfterSale, 'returnAddress' | 'shipments'>> };
  readonly accounts?: { readonly [payoutKey: string]: string };
}

type Shipment = AfterSale['shipments'][number];
const tells = ({ courier, trackingNo }: Shipment): boolean => courier !== null || trackingNo !== null;

/** An after-sale without what can be erased; the very same where it says nothing of the kind. */
export function blankAfterSale<T extends Partial<Pick<AfterSale, 'returnAddress' | 'shipments'>>>(row: T): T {
  const addressed = row.returnAddress !== undefined && row.returnAddress !== null;
  const shipped = row.shipments?.some(tells) === true;
  if (!addressed && !shipped) return row;
  return {
    ...row,
    ...(addressed ? { returnAddress: null } : {}),
    ...(shipped ? { shipments: row.shipments?.map(({ leg }) => ({ leg, courier: null, trackingNo: null })) } : {}),
  };
}

/** A payout without the name of the account that it went to; the very same where it names none. */
export function blankPayout<T extends Partial<Pick<Payout, 'account'>>>(payout: T): T {
  return typeof payout.account === 'string' ? { ...payout, account: null } : payout;
}

/** What the trail keeps of changed rows: those fields blank, as they are once erased. */
function partChanges(changes: PackedChanges): { open: PackedChanges; hidden: HiddenChanges | undefined } {
  const afterSales: Record<string, Partial<Pick<AfterSale, 'returnAddress' | 'shipments'>>> = {};
  const accounts: Record<string, string> = {};
  const blankRows = changes.afterSales?.map((row) => {
    const blank = blankAfterSale(row);
    if (blank === row) return row;
    const { returnAddress, shipments } = row;
    afterSales[row.id] = {
      ...(returnAddress === undefined ? {} : { returnAddress }),
      ...(shipments === undefined ? {} : { shipments }),
    };
    return blank;
  });
  const blankPayouts = changes.payouts?.map((payout) => {
    if (typeof payout.account === 'string') accounts[payout.key] = payout.account;
    return blankPayout(payout);
  });
  const hidden = orNothing({
    ...(orNothing(afterSales) === undefined ? {} : { afterSales }),
    ...(orNothing(accounts) === undefined ? {} : { accounts }),
  });
  if (hidden === undefined) return { open: changes, hidden };
  return {
    open: {
      ...changes,
      ...(blankRows === undefined ? {} : { afterSales: blankRows }),
      ...(blankPayouts === undefined ? {} : { payouts: blankPayouts }),
    },
    hidden,
  };
}

/** Changed rows as the trail keeps them: as they are once erased. */
export const blankChanges = (changes: PackedChanges): PackedChanges => partChanges(changes).open;

function joinChanges(open: PackedChanges, { afterSales = {}, accounts = {} }: HiddenChanges): PackedChanges {
  return {
    ...open,
    ...(open.afterSales === undefined ? {} : { afterSales: open.afterSales.map((row) => ({ ...row, ...afterSales[row.id] })) }),
    ...(open.payouts === undefined ? {} : { payouts: open.payouts.map((payout) => ({ ...payout, ...accountIn(accounts, payout.key) })) }),
  };
}

function accountIn(accounts: NonNullable<HiddenChanges['accounts']>, key: string): Pick<PackedPayout, 'account'> {
  const account = accounts[key];
  return account === undefined ? {} : { account };
}

/** A command and the changes that it made, as an event tells of them. */
export interface Told {
  readonly command: unknown;
  readonly changes: PackedChanges;
}

/** What the trail keeps of an event, with the row that holds the rest; the trail names it by its salted hash. */
export function partEvent(
  context: Pick<DecisionContext, 'ids' | 'salt'>,
  event: { readonly command: BookCommand; readonly changes: PackedChanges },
  afterSaleId: AfterSaleId | null,
  version: number,
): Told & { row: PrivateRow | undefined } {
  const { open: command, hidden } = part(event.command);
  const { open: changes, hidden: hiddenChanges } = partChanges(event.changes);
  if (hidden === undefined && hiddenChanges === undefined) return { command, changes, row: undefined };
  const content = JSON.stringify({
    ...(isObject(hidden) ? hidden : {}),
    ...(hiddenChanges === undefined ? {} : { changes: hiddenChanges }),
  });
  const hash = hashPrivate(context.salt, content);
  return {
    command,
    changes,
    row: { id: context.ids.private(version), afterSaleId, kind: kindOf(event.command), salt: context.salt, content, hash },
  };
}

/** What private rows of a command are called. */
export const kindOf = (command: BookCommand): string => (command.kind === 'afterSale' ? command.command.type : command.kind);

/** The hash by which the trail names a private row. */
export const hashPrivate = (salt: string, content: string): string => hash('sha256', salt + content);

/**
 * An event as it was decided, from what the trail keeps and the content of its private row. Where that is
 * erased the changes are those of the blank rows, which is what is stored since, and the command lacks its texts.
 * @param content of the private row that the event names; null once erased, undefined where it names none
 */
export function wholeEvent({ command, changes }: Told, content: string | null | undefined): Told {
  if (content === null || content === undefined) return { command, changes };
  const { changes: hidden } = JSON.parse(content) as { readonly changes?: HiddenChanges };
  return { command: wholeCommand(command, content), changes: hidden === undefined ? changes : joinChanges(changes, hidden) };
}

/** The command alone, as it was given. */
export function wholeCommand(open: unknown, content: string): unknown {
  const { changes: _, ...texts } = JSON.parse(content) as { readonly changes?: HiddenChanges };
  return join(open, texts);
}

/** Of a private row's content what came with the command; undefined where that is nothing. */
export function textsOf(content: string): object | undefined {
  const { changes: _, ...texts } = JSON.parse(content) as { readonly changes?: HiddenChanges };
  return orNothing(texts);
}
