import type { Instant } from '../domain/ids.js';
import { type AfterSaleId, afterSaleId, type CommandId } from '../domain/ids.js';
import type { ChartBook } from '../machines/chartBook.js';
import type { Template } from '../machines/template.js';
import type { Principal } from './principal.js';
import type { AfterSale } from './rows.js';
import type { Rules } from './rules.js';

/** Names made from the command's id and a counter: deciding again gives the same. */
export interface Ids {
  /** `version`: the book's version that the decision makes, so that a command id used again long after makes no id twice */
  afterSale(version: number): AfterSaleId;
  private(version: number): string;
}

/** What a decision knows besides the book and the command. Everything that is not a value of these is out of reach. */
export interface DecisionContext {
  readonly now: Instant;
  readonly commandId: CommandId;
  readonly ids: Ids;
  readonly salt: string;
  readonly rules: Rules;
  readonly charts: ChartBook;
  readonly principal: Principal;
  /** the published templates, newest versions: for applications */
  readonly published: readonly Template[];
  /** every version that the book's after-sales began with, keyed `id/version` */
  readonly templates: ReadonlyMap<string, Template>;
  /** ids of the uploaded evidence that exists, with its SHA-256, as far as the command names any */
  readonly evidence: ReadonlyMap<string, string>;
}

/** The one text of a template version, for maps: `id/version`. */
export const templateKey = (template: { readonly id: string; readonly version: number }): string => `${template.id}/${template.version}`;

/** Named in place of a template by what records money that moved elsewhere: no chart follows from it. */
export const ELSEWHERE = 'elsewhere';

/** The template version that an after-sale began with. The host has put it into the context. */
export function templateOf(context: Pick<DecisionContext, 'templates'>, a: Pick<AfterSale, 'template' | 'id'>): Template {
  const template = context.templates.get(templateKey(a.template));
  if (template === undefined) throw new Error(`the template ${templateKey(a.template)} of after-sale ${a.id} was not loaded`);
  return template;
}

/** Ids for tests and replays that give the names themselves. */
export const fixedIds = (afterSale: string, privateId: string): Ids => ({
  afterSale: () => afterSaleId(afterSale),
  private: () => privateId,
});
