import type { Application, Envelope } from '../actors/command.js';
import type { Principal } from '../actors/principal.js';
import type { AfterSaleId, BookKey } from '../domain/ids.js';
import type { Template } from '../machines/template.js';

/** What is done to a simulation from outside, as it was done: enough to do it again. */
export type Item =
  | { readonly kind: 'send'; readonly atUs: number; readonly host: number; readonly principal: Principal; readonly envelope: Envelope }
  | ({ readonly kind: 'look'; readonly atUs: number; readonly host: number; readonly principal: Principal; readonly book: BookKey } & Look)
  | { readonly kind: 'publish'; readonly atUs: number; readonly template: Template };

const MADE_BY = /\{made by ([^}]+)\}/g;

/** Names after-sales by the commands that made them, so that a replay finds its own. */
export function portable<T>(value: T, madeBy: ReadonlyMap<string, string>): T {
  let text = JSON.stringify(value);
  for (const [id, commandId] of madeBy) if (text.includes(id)) text = text.replaceAll(id, `{made by ${commandId}}`);
  return JSON.parse(text) as T;
}

/** The same with the after-sales of this run; what was never made keeps its name, and is found nowhere. */
export function resolved<T>(value: T, madeOf: (commandId: string) => string | undefined): T {
  const text = JSON.stringify(value);
  if (!text.includes('{made by ')) return value;
  return JSON.parse(text.replaceAll(MADE_BY, (name, commandId: string) => madeOf(commandId) ?? name)) as T;
}

/** What a reader asks for. */
export type Look =
  | { readonly what: 'order' }
  | { readonly what: 'quote'; readonly application: Application }
  | { readonly what: 'afterSale'; readonly afterSaleId: AfterSaleId };
