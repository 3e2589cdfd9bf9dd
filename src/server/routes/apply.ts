import { ENTRY_POINTS } from '../../actors/principal.js';
import { isRefused, type Outcome, replied } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { type Endpoint, endpoint } from '../endpoint.js';
import { APPLICATION_EXAMPLE, applicationBody, applicationBodyOfHouse, toApplication } from '../wire/application.js';
import { afterSaleView } from '../wire/views.js';
import { envelope } from './envelope.js';
import { entryPath, operationId } from './paths.js';
import { APPLICATION_REFUSALS } from './quotes.js';

/** Applying for an after-sale. The platform's applications are automatic refunds: short weight, short picking. */
export function applyRoutes({ host }: Pick<Dependencies, 'host'>): Endpoint[] {
  return ENTRY_POINTS.map((entry) =>
    endpoint(
      {
        method: 'post',
        path: entryPath(entry, 'after-sales'),
        operationId: operationId(entry, 'apply'),
        tag: 'After-sales',
        summary: entry === 'platform' ? 'Apply for an automatic refund' : 'Apply for a refund, return, exchange or repair',
        access: entry,
        keyed: true,
        matched: true,
        takes: { kind: 'json' },
        body: entry === 'user' || entry === 'merchant' ? applicationBody : applicationBodyOfHouse,
        bodyExample: APPLICATION_EXAMPLE,
        answers: {
          201: { description: 'The new after-sale', schema: afterSaleView, headers: ['ETag', 'Location', 'Idempotency-Replayed'] },
        },
        refusals: APPLICATION_REFUSALS,
        counted: 'apply',
      },
      async (call) => {
        const { book, application } = toApplication(call.body);
        const reply = await host.send(envelope(call, book, { kind: 'apply', application }), call.principal);
        return located(replied(reply), entry);
      },
    ),
  );
}

/** A view begins with its id; reading it off the text spares parsing the whole answer again. */
const ID = /^\{"id":"([0-9a-f-]{36})"/;

function located(outcome: Outcome, entry: string): Outcome {
  if (isRefused(outcome) || typeof outcome.body !== 'string') return outcome;
  const id = ID.exec(outcome.body)?.[1];
  return id === undefined ? outcome : { ...outcome, headers: { ...outcome.headers, location: `/v1/${entry}/after-sales/${id}` } };
}
