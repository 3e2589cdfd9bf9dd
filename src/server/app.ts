import { type Context, Hono } from 'hono';
import { refuse } from '../domain/refusals.js';
import type { Refused } from './answer.js';
import type { Dependencies } from './dependencies.js';
import { renderDocs } from './docs/page.js';
import { createRateLimit } from './edge/rateLimit.js';
import { requestIdOf } from './edge/requestId.js';
import { type Bindings, type Edge, responseOf, run } from './edge/run.js';
import { createShares, createSlots } from './edge/slots.js';
import { createUnmatched } from './edge/unmatched.js';
import type { Endpoint } from './endpoint.js';
import { createEventHub } from './events/hub.js';
import { createMetrics } from './metrics.js';
import { createOnce } from './once.js';
import { documentOf } from './openapi.js';
import { refusedAnswer } from './problem.js';
import { rememberedReadiness } from './readiness.js';
import { afterSaleRoutes } from './routes/afterSales.js';
import { applyRoutes } from './routes/apply.js';
import { callbackRoutes } from './routes/callbacks.js';
import { commandRoutes } from './routes/commands.js';
import { erasureRoutes } from './routes/erasures.js';
import { eventRoutes } from './routes/events.js';
import { evidenceRoutes } from './routes/evidence.js';
import { foreignCommands } from './routes/foreignCommands.js';
import { importRoutes } from './routes/importOrders.js';
import { operationsRoutes } from './routes/operations.js';
import { orderRoutes } from './routes/orders.js';
import { payoutRoutes } from './routes/payouts.js';
import { platformOrderRoutes } from './routes/platformOrders.js';
import { quoteRoutes } from './routes/quotes.js';
import { serviceRoutes } from './routes/service.js';
import { templateRoutes } from './routes/templates.js';
import { createSessions } from './sessions.js';

export type ServerApp = Hono<{ Bindings: Bindings }>;

export interface Server {
  readonly app: ServerApp;
  /** every operation that is served, as the document shows it */
  readonly endpoints: readonly Endpoint[];
  /** Stops being ready and ends the streams of live events; requests under way go on. */
  stopAccepting(): void;
  /** requests that are worked on now */
  inFlight(): number;
}

/** Callbacks have a part of their own beside all other places. */
const SIGNED_PART = 2;

/** Wires routes to what they need. Pure wiring: it opens no port and reads no file. */
export function createApp(parts: Dependencies): Server {
  const { settings, log, clock, elapsed, wallClock } = parts;
  const slots = createSlots(settings.inFlightLimit);
  const signedSlots = createSlots(Math.ceil(settings.inFlightLimit / SIGNED_PART));
  const inFlight = () => slots.taken + signedSlots.taken;
  const readiness = rememberedReadiness(parts.readiness, elapsed);
  const metrics = createMetrics({
    workCounts: () => parts.reads.counts(clock.now()),
    inFlight,
    readiness,
    clockDrift: parts.clockDrift,
    alarmsRaised: parts.alarmsRaised,
  });
  const edge: Edge = {
    sessions: createSessions(parts.tokenKeys, wallClock, settings.tokensRemembered),
    slots,
    signedSlots,
    shares: createShares(),
    rateLimit: createRateLimit(settings.rateCallers, elapsed),
    rates: settings.rates,
    strangers: settings.strangers,
    body: { bytes: settings.bodyLimitBytes, timeoutMs: settings.bodyTimeoutMs },
    metrics,
    log,
    elapsed,
  };
  let accepting = true;
  const hub = createEventHub({
    feed: parts.feed,
    reads: parts.reads,
    streams: settings.eventStreams,
    streamsOfCaller: settings.eventStreamsOfCaller,
    buffer: settings.eventBuffer,
    heartbeatMs: settings.heartbeatMs,
    wallClock,
    onCount: metrics.streams,
    onFault: (error) => log.warn({ error }, 'a stream of events broke off'),
  });

  const once = createOnce(parts.books, () => clock.now());
  const app: ServerApp = new Hono();
  const document = madeOnce(() => documentOf(endpoints));
  const documentText = madeOnce(() => JSON.stringify(document()));
  const page = madeOnce(() => renderDocs(document()));
  const endpoints: readonly Endpoint[] = [
    ...serviceRoutes({ readiness, log, metrics, accepting: () => accepting, document: documentText, page }),
    ...quoteRoutes(parts),
    ...applyRoutes(parts),
    ...afterSaleRoutes(parts),
    ...commandRoutes(parts),
    ...orderRoutes(parts),
    ...evidenceRoutes({ ...parts, once }),
    ...eventRoutes(hub),
    ...templateRoutes({ ...parts, once }),
    ...payoutRoutes(parts),
    ...operationsRoutes({ ...parts, once }),
    ...erasureRoutes(parts),
    ...platformOrderRoutes(parts),
    ...importRoutes(parts),
    ...callbackRoutes(parts),
  ];
  for (const endpoint of endpoints) mount(app, edge, endpoint);
  answerTheRest(app, edge, endpoints);
  return {
    app,
    endpoints,
    stopAccepting() {
      accepting = false;
      hub.close();
    },
    inFlight,
  };
}

function mount(app: ServerApp, edge: Edge, endpoint: Endpoint): void {
  const path = endpoint.path.replaceAll(/\{([^{}]+)\}/g, ':$1');
  app.on(endpoint.method.toUpperCase(), path, (context) => run(edge, endpoint, context));
}

/** Paths, methods and commands that are not there, and faults that nothing else caught. */
function answerTheRest(app: ServerApp, edge: Edge, endpoints: readonly Endpoint[]): void {
  const unmatched = createUnmatched(endpoints);
  const foreign = foreignCommands();
  const answer = (context: Context, refused: Refused) => {
    const requestId = requestIdOf(context.req.header('x-request-id'));
    return responseOf(refusedAnswer(refused, requestId), requestId);
  };
  app.notFound((context) => {
    const endpoint = foreign(context.req.method, context.req.path);
    return endpoint === undefined ? answer(context, unmatched(context.req.path)) : run(edge, endpoint, context);
  });
  app.onError((error, context) => {
    edge.log.error({ error }, 'request failed');
    return answer(context, { refusal: refuse('service.failed', 'The request failed for a reason of the service.') });
  });
}

function madeOnce<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
