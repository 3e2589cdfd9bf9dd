import { createHash } from 'node:crypto';
import type { AfterSaleId } from '../domain/ids.js';
import type { BookCommand } from './command.js';
import type { DecisionContext } from './context.js';
import type { PrivateRow } from './rows.js';

/** Words that carry personal data or free text. They stand in a row of their own, so that they can be erased. */
const PRIVATE_WORDS: ReadonlySet<string> = new Set([
  'remark',
  'text',
  'contact',
  'address',
  'returnAddress',
  'evidence',
  'wayBack',
  'account',
  'buyerUid',
]);

type Plain = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parts a command into what the trail keeps and what can be erased. */
function part(value: unknown): { open: unknown; hidden: unknown } {
  if (Array.isArray(value)) return { open: value, hidden: undefined };
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
  return { open, hidden: Object.keys(hidden).length === 0 ? undefined : hidden };
}

/** What the trail keeps of a command, with the row that holds the rest; the trail names it by its salted hash. */
export function partCommand(
  context: DecisionContext,
  command: BookCommand,
  afterSaleId: AfterSaleId | null,
  version: number,
): { open: unknown; row: PrivateRow | undefined } {
  const { open, hidden } = part(command);
  if (hidden === undefined) return { open, row: undefined };
  const content = JSON.stringify(hidden);
  const hash = createHash('sha256').update(context.salt).update(content).digest('hex');
  const type = command.kind === 'afterSale' ? command.command.type : command.kind;
  return { open, row: { id: context.ids.private(version), afterSaleId, kind: type, salt: context.salt, content, hash } };
}
