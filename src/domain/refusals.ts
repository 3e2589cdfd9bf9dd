/**
 * Every way in which Redress says no. A refusal is a value: it changes nothing, and its code never
 * changes its meaning. `status` is the HTTP status it is answered with; `docs/errors.md` is made
 * from this table.
 */
export const REFUSALS = {
  'request.invalid': { status: 400, title: 'The request is not of the form that this operation takes' },
  'request.tooLarge': { status: 413, title: 'The body is larger than the service accepts' },
  'request.headersTooLarge': { status: 431, title: 'The headers are larger than the service accepts' },
  'request.unsupportedType': { status: 415, title: 'The body is not of a content type that this operation takes' },
  'request.timeout': { status: 408, title: 'The body did not arrive in time' },
  'request.notFound': { status: 404, title: 'There is no such path' },
  'request.methodNotAllowed': { status: 405, title: 'The path does not take this method' },
  'request.rateLimited': { status: 429, title: 'Too many requests from this caller' },
  'service.overloaded': { status: 503, title: 'The service has more work than it can take now' },
  'service.unavailable': { status: 503, title: 'The service cannot write now' },
  'service.failed': { status: 500, title: 'The service failed; the request id finds the cause in its log' },
  'service.outcomeUnknown': { status: 503, title: 'Whether the command was kept is not known; ask again with the same key' },
  'auth.missing': { status: 401, title: 'No bearer token was given' },
  'auth.invalid': { status: 401, title: 'The bearer token is not valid' },
  'auth.forbidden': { status: 403, title: 'The caller may not use this entry point or operation' },
  'idempotency.missing': { status: 400, title: 'A write needs an Idempotency-Key' },
  'idempotency.reused': { status: 422, title: 'The idempotency key was used for another request' },
  'version.stale': { status: 412, title: 'The order has changed since the version named in If-Match' },

  'order.notFound': { status: 404, title: 'There is no such order' },
  'order.unbalanced': { status: 422, title: 'The order does not add up' },
  'order.currencyUnknown': { status: 422, title: 'The currency is not one of ISO 4217' },
  'order.currencyMixed': { status: 422, title: 'An amount is in another currency than the order' },
  'order.changed': { status: 409, title: 'Amounts of an order cannot change after its first after-sale' },
  'order.factContradicted': { status: 409, title: 'The correction contradicts what the order already promised or reported' },
  'order.lineNotFound': { status: 422, title: 'The order has no such line' },
  'order.tenderNotFound': { status: 422, title: 'The order has no such tender' },

  'split.unbalanced': { status: 422, title: 'The split records do not add up to what was paid' },
  'split.ambiguous': { status: 422, title: 'The selection names units that are not alike' },
  'split.notFound': { status: 422, title: 'No unit of the order is named by the selection' },

  'selection.empty': { status: 422, title: 'The selection names no unit' },
  'selection.tooMany': { status: 409, title: 'More units are asked for than are free' },
  'selection.repeated': { status: 422, title: 'The selection names the same unit twice' },
  'selection.claimed': { status: 409, title: 'A unit is already refunded or in an open after-sale' },
  'selection.mixedStage': { status: 422, title: 'The selection mixes units that are at different stages' },
  'selection.weightInvalid': { status: 422, title: 'The actual weight does not fit the goods' },

  'amount.exceedsCost': { status: 409, title: 'More is asked than is left of what the units cost' },
  'amount.missing': { status: 422, title: 'A claim of money names its amount' },
  'amount.unexpected': { status: 422, title: 'This claim does not take an amount' },
  'amount.nothingLeft': { status: 409, title: 'Nothing is left to refund' },
  'cap.exceeded': { status: 409, title: 'The refund would exceed what was paid' },
  'quote.changed': { status: 409, title: 'The quote has changed since it was made' },

  'template.notFound': { status: 422, title: 'No template is published for this application' },
  'template.mixed': { status: 422, title: 'The units of the selection lead to different templates' },
  'template.tie': { status: 409, title: 'Another template is published for exactly the same scope' },
  'template.invalid': { status: 422, title: 'The template contradicts itself' },

  'apply.typeNotAllowed': { status: 422, title: 'The template does not offer this type at this stage' },
  'apply.reasonUnknown': { status: 422, title: 'The template knows no such reason for this type' },
  'apply.claimNotAllowed': { status: 422, title: 'The reason does not allow this kind of claim' },
  'apply.windowExpired': { status: 409, title: 'The time to apply has passed' },
  'apply.notEligible': { status: 409, title: 'Goods of this order are excluded from this kind of after-sale' },
  'apply.evidenceMissing': { status: 422, title: 'The reason needs evidence' },
  'apply.wayBackMissing': { status: 422, title: 'The goods need a way back' },
  'apply.wayBackUnexpected': { status: 422, title: 'No goods come back in this after-sale' },
  'apply.appointmentPast': { status: 422, title: 'The appointment for the pickup is over already' },
  'apply.wantedMissing': { status: 422, title: 'An exchange names the SKU wanted' },
  'apply.wantedUnexpected': { status: 422, title: 'Only an exchange names a wanted SKU' },
  'apply.limitReached': { status: 409, title: 'The limit of after-sales for this order is reached' },

  'afterSale.notFound': { status: 404, title: 'There is no such after-sale' },
  'command.notAllowed': { status: 409, title: 'The state of the after-sale does not allow this command' },
  'command.notYours': { status: 403, title: 'The caller may not give this command' },
  'command.payoutBegun': { status: 409, title: 'A payout of this after-sale has begun' },
  'command.payoutUnknown': { status: 409, title: 'The outcome of a payout is not known yet' },
  'command.onHold': { status: 409, title: 'The after-sale is on hold' },
  'command.goodsHeld': { status: 409, title: 'The merchant holds the goods; the after-sale cannot end so' },
  'command.addressUnexpected': { status: 422, title: 'No goods come back, so there is no return address' },
  'command.priceMissing': { status: 422, title: 'An exchange for another SKU needs a price' },
  'command.priceUnexpected': { status: 422, title: 'What the after-sale asks for has no price to name' },
  'command.amountInvalid': { status: 422, title: 'The amount does not fit what the after-sale asks for' },
  'command.quantityInvalid': { status: 422, title: 'The units named do not fit what the after-sale asks for' },
  'command.limitReached': { status: 409, title: 'The template allows no more of these' },
  'command.superseded': { status: 409, title: 'The units were claimed by a later after-sale' },
  'command.wayUnknown': { status: 422, title: 'There is no such way for this payout' },
  'difference.amountMismatch': { status: 422, title: 'The payment is not the difference that is due' },
  'goodwill.capExceeded': { status: 409, title: 'The goodwill of this order would exceed its limit' },
  'evidence.notFound': { status: 422, title: 'There is no such uploaded evidence' },
  'evidence.notThere': { status: 404, title: 'There is no such evidence for this caller to see' },
  'evidence.invalid': { status: 422, title: 'The evidence does not match its SHA-256' },

  'payout.notFound': { status: 404, title: 'There is no such payout' },
  'payout.contradicted': { status: 409, title: 'The payout has another definitive outcome already' },
  'callback.invalid': { status: 401, title: 'The signature of the callback is not valid' },
  'job.notFound': { status: 404, title: 'There is no such job' },
  'sandbox.disabled': { status: 409, title: 'Only the sandbox does this' },
  'buyer.notFound': { status: 404, title: 'Nothing is kept of this buyer' },
  'erase.underWay': { status: 409, title: 'An after-sale of the buyer is open' },
  'erase.unpaid': { status: 409, title: 'Money of the buyer is on its way to a named account' },
  'import.lineInvalid': { status: 422, title: 'A line of the import is not a valid order' },
} as const satisfies Record<string, { status: number; title: string }>;

export type RefusalCode = keyof typeof REFUSALS;

/** A value that may stand in an answer. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Why a request was refused. `detail` is a sentence for a person, `path` names the field at fault in
 * the request (`units[0].quantity`), `facts` carry what a program needs (the difference, the candidates).
 */
export interface Refusal {
  readonly kind: 'refusal';
  readonly code: RefusalCode;
  readonly detail: string;
  readonly path?: string;
  readonly facts?: { readonly [key: string]: Json };
}

/** Builds a refusal. */
export function refuse(code: RefusalCode, detail: string, more: { path?: string; facts?: { readonly [key: string]: Json } } = {}): Refusal {
  return { kind: 'refusal', code, detail, ...more };
}

/** Whether a result is a refusal. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'refusal';
}
