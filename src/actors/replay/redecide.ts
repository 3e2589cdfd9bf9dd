import type { AfterSaleId } from '../../domain/ids.js';
import { isRefusal } from '../../domain/refusals.js';
import type { ChartBook } from '../../machines/chartBook.js';
import type { Template } from '../../machines/template.js';
import type { Book } from '../book.js';
import { idsOf } from '../bookContext.js';
import type { BookCommand, Evidence } from '../command.js';
import { type DecisionContext, ELSEWHERE, templateKey } from '../context.js';
import { packOn, settle } from '../decide.js';
import type { Changes } from '../ports.js';
import { blankChanges } from '../private.js';
import type { TrailEvent } from '../reads.js';
import type { Rules } from '../rules.js';
import { principalOf, type ReadBody, readChanges } from './body.js';
import { type Difference, differencesOf } from './finding.js';
import type { TemplateHistory } from './templateHistory.js';

/** What deciding again needs besides the trail. */
export interface ReplayParts {
  readonly rules: Rules;
  readonly charts: ChartBook;
  readonly templates: TemplateHistory;
}

export type Redecided =
  | { readonly kind: 'same'; readonly changes: Changes; readonly afterSaleId: AfterSaleId | null }
  | { readonly kind: 'other'; readonly differences: readonly Difference[]; readonly why: string };

/** Decides an event's command again, on the book as it was then, and compares what comes out with what the trail says. */
export function redecide(book: Book, event: TrailEvent, read: ReadBody, command: BookCommand, parts: ReplayParts): Redecided {
  const under = (published: readonly Template[]) =>
    decideUnder(book, read, command, contextOf(book, event, read, command, parts, published));
  const first = under(parts.templates.at(event.at));
  if (first.kind === 'same') return first;
  for (const published of parts.templates.otherwiseAt(event.at)) {
    const redecided = under(published);
    if (redecided.kind === 'same') return redecided;
  }
  return first;
}

function decideUnder(book: Book, read: ReadBody, command: BookCommand, context: DecisionContext): Redecided {
  const settled = settle(book, command, context);
  if (isRefusal(settled)) return other(read, `decided again, it is refused: ${settled.code}: ${settled.detail}`);
  const { draft, outcome } = settled;
  if (!outcome.changed) return other(read, 'decided again, it changes nothing');
  const changes = draft.changes();
  const text = JSON.stringify(blankChanges(packOn(book, changes)));
  if (text !== read.changes) {
    const differences = differencesOf(JSON.parse(read.changes), JSON.parse(text));
    if (differences.length > 0) return { kind: 'other', differences, why: 'decided again, it comes to something else' };
  }
  return { kind: 'same', changes, afterSaleId: outcome.afterSale?.id ?? null };
}

/** The templates that the after-sales of a book name, with those of this event, as far as they are not there: `id/version`. */
export function templatesGone(book: Book, read: ReadBody, { versions }: TemplateHistory): string[] {
  const named = [...book.afterSales.values(), ...(readChanges(read.changes).afterSales ?? [])];
  const keys = new Set(
    named.flatMap(({ template }) => (template === undefined || template.id === ELSEWHERE ? [] : [templateKey(template)])),
  );
  return [...keys].filter((key) => !versions.has(key));
}

const other = (read: ReadBody, why: string): Redecided => ({
  kind: 'other',
  differences: [{ path: '', stored: JSON.parse(read.changes), expected: undefined }],
  why,
});

function contextOf(
  book: Book,
  event: TrailEvent,
  { body }: ReadBody,
  command: BookCommand,
  { rules, charts, templates }: ReplayParts,
  published: readonly Template[],
): DecisionContext {
  return {
    now: event.at,
    commandId: event.commandId,
    ids: idsOf(event.commandId),
    salt: '',
    rules,
    charts,
    principal: principalOf(body.actor, book.order.buyerUid),
    published,
    templates: templates.versions,
    evidence: evidenceTaken(command),
  };
}

const NO_EVIDENCE: ReadonlyMap<string, string> = new Map();

/** The uploads that a command was taken with: they were the caller's own, with the content that it named. */
function evidenceTaken(command: BookCommand): ReadonlyMap<string, string> {
  const pieces: readonly Evidence[] | undefined =
    command.kind === 'apply'
      ? command.application.evidence
      : command.kind === 'afterSale' && 'evidence' in command.command
        ? command.command.evidence
        : undefined;
  if (pieces === undefined || pieces.length === 0) return NO_EVIDENCE;
  return new Map(pieces.flatMap((piece) => ('evidenceId' in piece ? [[piece.evidenceId, piece.sha256] as const] : [])));
}
