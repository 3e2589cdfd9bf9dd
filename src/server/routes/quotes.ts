import { ENTRY_POINTS } from '../../actors/principal.js';
import { isRefusal, type RefusalCode } from '../../domain/refusals.js';
import { versioned } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { type Endpoint, endpoint } from '../endpoint.js';
import { APPLICATION_EXAMPLE, applicationBody, applicationBodyOfHouse, toApplication } from '../wire/application.js';
import { quoteView } from '../wire/views.js';
import { entryPath, operationId } from './paths.js';

/** Refusals of an application, which a quote meets as well. */
export const APPLICATION_REFUSALS: readonly RefusalCode[] = [
  'order.notFound',
  'order.lineNotFound',
  'order.currencyUnknown',
  'order.currencyMixed',
  'split.ambiguous',
  'split.notFound',
  'selection.empty',
  'selection.tooMany',
  'selection.repeated',
  'selection.claimed',
  'selection.mixedStage',
  'selection.weightInvalid',
  'amount.exceedsCost',
  'amount.missing',
  'amount.unexpected',
  'amount.nothingLeft',
  'cap.exceeded',
  'quote.changed',
  'template.notFound',
  'template.mixed',
  'apply.typeNotAllowed',
  'apply.reasonUnknown',
  'apply.claimNotAllowed',
  'apply.windowExpired',
  'apply.notEligible',
  'apply.evidenceMissing',
  'apply.wayBackMissing',
  'apply.wayBackUnexpected',
  'apply.appointmentPast',
  'apply.wantedMissing',
  'apply.wantedUnexpected',
  'apply.limitReached',
  'evidence.notFound',
  'evidence.invalid',
  'command.limitReached',
  'command.notYours',
];

/** What a selection would refund, with its derivation. Reads only; nothing is reserved. */
export function quoteRoutes({ host }: Pick<Dependencies, 'host'>): Endpoint[] {
  return ENTRY_POINTS.map((entry) =>
    endpoint(
      {
        method: 'post',
        path: entryPath(entry, 'quotes'),
        operationId: operationId(entry, 'quote'),
        tag: 'Quotes',
        summary: 'Say what a selection would refund',
        description:
          'Computed by the very code that refunds. Evidence, way back and wanted SKU may still be missing: `needs` names them. Send `refund` as `quoted` with the application to have it refused where it would be another amount.',
        access: entry,
        keyed: false,
        matched: false,
        takes: { kind: 'json' },
        body: entry === 'user' || entry === 'merchant' ? applicationBody : applicationBodyOfHouse,
        bodyExample: APPLICATION_EXAMPLE,
        answers: { 200: { description: 'The quote, line by line', schema: quoteView, headers: ['ETag'] } },
        refusals: APPLICATION_REFUSALS,
        counted: 'quote',
      },
      async ({ principal, body }) => {
        const { book, application } = toApplication(body);
        const quote = await host.quote(book, application, principal);
        return isRefusal(quote) ? { refusal: quote } : versioned(quote);
      },
    ),
  );
}
