import type { Application, Envelope } from '../actors/command.js';
import type { Principal } from '../actors/principal.js';
import type { AfterSaleId, BookKey } from '../domain/ids.js';
import type { Template } from '../machines/template.js';

/** What is done to a simulation from outside, as it was done: enough to do it again. */
export type Item =
  | { readonly kind: 'send'; readonly atUs: number; readonly host: number; readonly principal: Principal; readonly envelope: Envelope }
  | ({ readonly kind: 'look'; readonly atUs: number; readonly host: number; readonly principal: Principal; readonly book: BookKey } & Look)
  | { readonly kind: 'publish'; readonly atUs: number; readonly template: Template };

/** What a reader asks for. */
export type Look =
  | { readonly what: 'order' }
  | { readonly what: 'quote'; readonly application: Application }
  | { readonly what: 'afterSale'; readonly afterSaleId: AfterSaleId };
