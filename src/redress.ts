import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { ErasureParts } from './actors/erasure.js';
import { ActorHost } from './actors/host.js';
import { HOST_LIMITS } from './actors/hostPorts.js';
import type { BookStore, Entropy, TemplateSource } from './actors/ports.js';
import { RULES } from './actors/rules.js';
import { type Config, listenSettingsOf, partnersFileOf, secretFileOf, serverSettingsOf } from './config.js';
import { commandId } from './domain/ids.js';
import { bellFor, type CommitBell } from './jobs/embedded/commitBell.js';
import { machineSleeper, randomTokens } from './jobs/embedded/realTime.js';
import { RUNNER_LIMITS, type Runner, startRunner } from './jobs/embedded/runner.js';
import { clockWatch } from './jobs/handlers/clockWatch.js';
import { forgettingSweep } from './jobs/handlers/forgetting.js';
import type { AlarmSink, JobLog } from './jobs/ports.js';
import { inProcessLock } from './locks/inProcess.js';
import { ChartBook } from './machines/chartBook.js';
import { type Template, templateSchema } from './machines/template.js';
import { callbacksOf } from './partners/callbacks.js';
import { type PartnersBehaviour, readBehaviour } from './partners/simulated/behaviour.js';
import { simulatedCarrier } from './partners/simulated/carrier.js';
import { simulatedGateway } from './partners/simulated/gateway.js';
import { fileLedger } from './partners/simulated/gatewayLedger.js';
import { plansByChance } from './partners/simulated/gatewayPlans.js';
import { machineDraw, machinePause } from './partners/simulated/machine.js';
import { type Outage, outageSwitch, withOutages } from './partners/simulated/outage.js';
import { createApp, type Server } from './server/app.js';
import { type MachineTime, machineTime, type ServiceClock, serviceClock } from './server/clock.js';
import { createLog } from './server/log.js';
import { readOrMakePartners } from './server/partners.js';
import type { TemplatePublisher } from './server/ports.js';
import { type Listening, serve } from './server/serve.js';
import type { TokenKeys } from './server/sessions.js';
import { readOrMakeSecret } from './server/tokens.js';
import { keepToOwner } from './store/sqlite/directory.js';
import type { GuardParts } from './store/sqlite/guard.js';
import { openSqliteStore, type SqliteOptions, type SqliteStore } from './store/sqlite/open.js';

/** The one place where the parts are wired together. */

/** The templates that a new store begins with. */
export function shippedTemplates(): Template[] {
  const folder = fileURLToPath(new URL('../templates/', import.meta.url));
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => templateSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
}

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

/** Where a person sees what the service cannot settle by itself: the log, and the list of payouts in doubt. */
function alarmsTo(log: Logger): AlarmSink {
  return {
    raise: async ({ key, name, book, afterSaleId, detail }) => {
      log.warn({ alarm: name, key, orderNo: book?.orderNo, shopId: book?.shopId, afterSaleId, detail }, 'alarm');
    },
  };
}

function jobLogTo(log: Logger): JobLog {
  return {
    tell(event) {
      if (event.kind === 'done' || event.kind === 'again') log.debug(event, `job ${event.kind}`);
      else log.warn(event, `job ${event.kind}`);
    },
  };
}

/** Starts the embedded jobs with the partners that are built in. */
export function startJobs(core: Core, log: Logger, behaviour: PartnersBehaviour, ledgerFile: string, outage: Outage): Runner {
  const { store, books, bell, host, clock } = core;
  const callbackParts = { host, payouts: store.reads, books };
  const gateway = simulatedGateway({
    ledger: fileLedger(ledgerFile),
    plans: withOutages(plansByChance(behaviour.gateway, machineDraw), outage, machineDraw),
    callbacks: callbacksOf('gateway', callbackParts),
    clock,
    pause: machinePause,
  });
  const carrier = simulatedCarrier({
    callbacks: callbacksOf('carrier', callbackParts),
    pause: machinePause,
    draw: machineDraw,
    behaviour: behaviour.carrier,
  });
  return startRunner({
    host,
    jobs: store.jobs,
    outbox: store.outbox,
    timers: store.timers,
    payouts: store.reads,
    afterSales: books,
    gateway,
    carrier,
    alarms: alarmsTo(log),
    log: jobLogTo(log),
    clock,
    sleeper: machineSleeper(clock),
    tokens: randomTokens,
    bell,
    sweeps: [
      forgettingSweep({ forgetAnswers: store.forgetAnswers, clock }),
      clockWatch({ clock, drift: clock.drift, alarms: alarmsTo(log) }),
    ],
    limits: RUNNER_LIMITS,
  });
}

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

/** The HTTP edge over a core. */
export function serverOver(core: Core, config: Config, log: Logger, outage: Outage): Server {
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

/** Starts the embedded service: HTTP, jobs and simulated partners in one process. */
export async function startService(config: Config): Promise<Service> {
  const log = createLog(config.logLevel);
  const behaviour = readBehaviour(config.simulationFile);
  const core = await openCore({ dataDirectory: config.data, writer: 'thread', guard: { tell: troubleTo(log) } });
  return serveCore(core, config, behaviour, log);
}

/** Serves a core over HTTP and drives its jobs. Closing the service closes the core; so does a failure to start. */
export async function serveCore(core: Core, config: Config, behaviour: PartnersBehaviour, log: Logger): Promise<Service> {
  try {
    log.warn('payments and parcels are simulated: no money and no goods move');
    const outage = outageSwitch();
    const runner = startJobs(core, log, behaviour, gatewayFileOf(config.data), outage);
    const server = serverOver({ ...core, clock: wakingClock(core.clock, runner) }, config, log, outage);
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
