import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ErasureParts } from './actors/erasure.js';
import { ActorHost } from './actors/host.js';
import { HOST_LIMITS } from './actors/hostPorts.js';
import type { BookStore, Entropy, TemplateSource } from './actors/ports.js';
import { RULES } from './actors/rules.js';
import { type Config, ConfigInvalid, listenSettingsOf, partnersFileOf, secretFileOf, serverSettingsOf } from './config.js';
import { commandId } from './domain/ids.js';
import { appointmentsFrom } from './jobs/embedded/appointments.js';
import { bellFor, type CommitBell } from './jobs/embedded/commitBell.js';
import { alarmsTo, jobLogTo } from './jobs/embedded/logged.js';
import { machineSleeper, randomTokens } from './jobs/embedded/realTime.js';
import { RUNNER_LIMITS, type Runner, startRunner } from './jobs/embedded/runner.js';
import { clockWatch } from './jobs/handlers/clockWatch.js';
import { forgettingSweep } from './jobs/handlers/forgetting.js';
import type { AlarmSink, Carrier, PaymentGateway } from './jobs/ports.js';
import { inProcessLock } from './locks/inProcess.js';
import { ChartBook } from './machines/chartBook.js';
import type { Template } from './machines/template.js';
import { httpGateway } from './partners/http/gateway.js';
import { type PartnersBehaviour, readBehaviour } from './partners/simulated/behaviour.js';
import { embeddedCarrier, embeddedGateway } from './partners/simulated/embedded.js';
import { type Outage, outageSwitch } from './partners/simulated/outage.js';
import { createApp, type Server } from './server/app.js';
import { type MachineTime, machineTime, type ServiceClock, serviceClock } from './server/clock.js';
import type { Dependencies } from './server/dependencies.js';
import { SIGNATURE_HEADER, sign } from './server/edge/signatures.js';
import { createLog } from './server/log.js';
import { readOrMakePartners } from './server/partners.js';
import type { TemplatePublisher } from './server/ports.js';
import { type Listening, serve } from './server/serve.js';
import type { TokenKeys } from './server/sessions.js';
import { readOrMakeSecret } from './server/tokens.js';
import { shippedTemplates } from './store/shippedTemplates.js';
import { keepToOwner } from './store/sqlite/directory.js';
import type { GuardParts } from './store/sqlite/guard.js';
import { openSqliteStore, type SqliteOptions, type SqliteStore } from './store/sqlite/open.js';

/** The one place where the parts are wired together. */

/** Keeps the published templates in memory: decisions ask for them at every application. */
export function rememberedTemplates(stored: TemplateSource & TemplatePublisher): TemplateSource & TemplatePublisher {
  let published: Promise<readonly Template[]> | undefined;
  return {
    published() {
      published ??= stored.published();
      return published;
    },
    version: (id, version) => stored.version(id, version),
    async publish(template, at) {
      try {
        return await stored.publish(template, at);
      } finally {
        published = undefined;
      }
    },
  };
}

/** The parts that everything else is built on: store, clock and host. */
export interface Core {
  readonly store: SqliteStore;
  /** the store's books, telling of each commit */
  readonly books: BookStore;
  readonly bell: CommitBell;
  readonly templates: TemplateSource & TemplatePublisher;
  readonly host: ActorHost;
  readonly clock: ServiceClock;
  readonly time: MachineTime;
}

/** Opens the data and wires the host. A store without templates gets the shipped ones. */
export async function openCore(
  options: Pick<SqliteOptions, 'dataDirectory' | 'writer' | 'guard'>,
  time: MachineTime = machineTime,
): Promise<Core> {
  keepToOwner();
  const store = openSqliteStore(options);
  const templates = rememberedTemplates(store.templates);
  const clock = serviceClock(time, await store.reads.newestInstant());
  if ((await templates.published()).length === 0) {
    for (const template of shippedTemplates()) await templates.publish(template, clock.now());
  }
  const { books, bell } = bellFor(store.books);
  const host = new ActorHost({
    store: books,
    templates,
    evidence: store.evidence,
    lock: inProcessLock(),
    clock,
    entropy: salts(),
    rules: RULES,
    charts: new ChartBook(),
    limits: HOST_LIMITS,
  });
  return { store, books, bell, templates, host, clock, time };
}

/** Says in the log when the store cannot be written any more, and when it can again. */
export function troubleTo(log: Logger): GuardParts['tell'] {
  return (trouble) => {
    if (trouble === undefined) log.warn('the store can be written again');
    else log.error({ alarm: 'store.unwritable', reason: trouble.reason, detail: trouble.detail }, 'alarm');
  };
}

/** Where money and parcels are asked for. */
interface Partners {
  readonly gateway: PaymentGateway;
  readonly carrier: Carrier;
}

/** The gateway that the settings name, or simulated ones; parcels are simulated. */
function partnersOf(core: Core, config: Config, behaviour: PartnersBehaviour, outage: Outage, log: Logger): Partners {
  const { store, books, host, clock, time } = core;
  const parts = { callbacks: { host, payouts: store.reads, books }, clock, behaviour };
  const carrier = embeddedCarrier(parts);
  const { gatewayUrl: url, gatewayTimeoutMs: timeoutMs } = config;
  if (url === undefined) {
    log.warn('payments and parcels are simulated: no money and no goods move');
    return { gateway: embeddedGateway(parts, gatewayFileOf(config.data), outage), carrier };
  }
  log.warn('parcels are simulated: no goods move');
  const secret = gatewaySecretOf(config);
  return { gateway: httpGateway({ url, timeoutMs, sign: (body) => [SIGNATURE_HEADER, sign(secret, body, time.wall())] }), carrier };
}

/** What requests to the gateway are signed with: the secret that its callbacks are. */
function gatewaySecretOf(config: Config): string {
  const file = partnersFileOf(config);
  const gateway = readOrMakePartners(file).get('gateway');
  if (gateway?.says === 'payouts') return gateway.secret;
  throw new ConfigInvalid([`REDRESS_GATEWAY_URL: needs a partner named gateway in ${file} that says payouts`]);
}

/** Starts the embedded jobs. */
function startJobs(core: Core, log: Logger, alarms: AlarmSink, { gateway, carrier }: Partners): Runner {
  const { store, books, bell, host, clock } = core;
  return startRunner({
    host,
    jobs: store.jobs,
    outbox: store.outbox,
    timers: store.timers,
    payouts: store.reads,
    afterSales: books,
    appointments: appointmentsFrom(store.reads),
    gateway,
    carrier,
    alarms,
    log: jobLogTo(log),
    clock,
    sleeper: machineSleeper(clock),
    tokens: randomTokens,
    bell,
    sweeps: [forgettingSweep({ forgetAnswers: store.forgetAnswers, clock }), clockWatch({ clock, drift: clock.drift, alarms })],
    limits: RUNNER_LIMITS,
  });
}

/** What verifies tokens: a key set where one is named, else the secret of the data directory, made at the first start. */
export function tokenKeysOf(config: Config): TokenKeys {
  if (config.jwksUrl === undefined) return { kind: 'secret', secret: readOrMakeSecret(secretFileOf(config)) };
  return {
    kind: 'jwks',
    url: new URL(config.jwksUrl),
    issuer: config.jwtIssuer ?? '',
    audience: config.jwtAudience ?? '',
    algorithms: config.jwtAlgorithms,
  };
}

/** What erasing a buyer needs. */
export const erasingOf = ({ store }: Pick<Core, 'store'>): Pick<ErasureParts, 'store' | 'names'> => ({
  store: store.erasing,
  names: { pseudonym: () => `erased-${randomUUID()}`, commandId: () => commandId(randomUUID()) },
});

/** What else the edge shows and moves. */
interface Beside extends Pick<Dependencies, 'alarmsRaised'> {
  readonly outage: Outage;
}

/** The HTTP edge over a core. */
export function serverOver(core: Core, config: Config, log: Logger, { outage, alarmsRaised }: Beside): Server {
  const { store, books, templates, host, clock, time } = core;
  return createApp({
    host,
    books,
    reads: store.reads,
    feed: store.feed,
    templates,
    deadLetters: store.jobs,
    evidence: store.evidence,
    erasing: erasingOf(core),
    readiness: {
      check: async () => {
        await store.reads.newestPosition();
        return { reading: true, writing: await store.writable() };
      },
    },
    clockDrift: clock.drift,
    alarmsRaised,
    sandbox: config.sandbox ? { clock, gateway: { answers: (doesAnswer) => outage.set(!doesAnswer) } } : undefined,
    tokenKeys: tokenKeysOf(config),
    partners: readOrMakePartners(partnersFileOf(config)),
    clock,
    wallClock: () => time.wall(),
    elapsed: () => time.elapsed(),
    log,
    settings: serverSettingsOf(config),
  });
}

/** A running service. */
export interface Service extends Listening {
  readonly core: Core;
  readonly runner: Runner;
}

/** Starts the embedded service: HTTP and jobs in one process, with its partners. */
export async function startService(config: Config): Promise<Service> {
  const log = createLog(config.logLevel);
  const behaviour = readBehaviour(config.simulationFile);
  const core = await openCore({ dataDirectory: config.data, writer: 'thread', guard: { tell: troubleTo(log) } });
  return serveCore(core, config, behaviour, log);
}

/** Serves a core over HTTP and drives its jobs. Closing the service closes the core; so does a failure to start. */
export async function serveCore(core: Core, config: Config, behaviour: PartnersBehaviour, log: Logger): Promise<Service> {
  try {
    const outage = outageSwitch();
    const alarms = alarmsTo(log);
    const runner = startJobs(core, log, alarms, partnersOf(core, config, behaviour, outage, log));
    const server = serverOver({ ...core, clock: wakingClock(core.clock, runner) }, config, log, { outage, alarmsRaised: alarms.raised });
    const listening = await serve(server, listenSettingsOf(config), log).catch(async (error: unknown) => {
      await runner.stop();
      throw error;
    });
    return {
      ...listening,
      core,
      runner,
      async close() {
        await listening.close();
        await runner.stop();
        await core.store.close();
      },
    };
  } catch (error) {
    await core.store.close();
    throw error;
  }
}

/** Where the simulated gateway remembers what it has paid. */
export const gatewayFileOf = (dataDirectory: string): string => join(dataDirectory, 'simulated-payments.db');

/** When the sandbox moves the clock, what has come due meanwhile is looked for at once, and done before it answers. */
function wakingClock(clock: ServiceClock, runner: Runner): ServiceClock {
  return {
    ...clock,
    forward: async (milliseconds) => {
      const now = await clock.forward(milliseconds);
      await runner.settled();
      return now;
    },
  };
}

const SALT_BYTES = 16;
const SALTS_AT_ONCE = 256;

/** Salts of 16 random bytes. Every command needs one, and asking the machine for each costs more than the rest of it. */
function salts(): Entropy {
  let drawn = Buffer.alloc(0);
  let next = 0;
  return {
    salt: () => {
      if (next === drawn.length) {
        drawn = randomBytes(SALT_BYTES * SALTS_AT_ONCE);
        next = 0;
      }
      next += SALT_BYTES;
      return drawn.toString('hex', next - SALT_BYTES, next);
    },
  };
}
