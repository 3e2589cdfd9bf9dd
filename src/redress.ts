import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { ActorHost } from './actors/host.js';
import { HOST_LIMITS } from './actors/hostPorts.js';
import type { TemplateSource } from './actors/ports.js';
import { RULES } from './actors/rules.js';
import { type Config, listenSettingsOf, partnersFileOf, secretFileOf, serverSettingsOf } from './config.js';
import { inProcessLock } from './locks/inProcess.js';
import { ChartBook } from './machines/step.js';
import { type Template, templateSchema } from './machines/template.js';
import { createApp, type Server } from './server/app.js';
import { type MachineTime, machineTime, type ServiceClock, serviceClock } from './server/clock.js';
import { createLog } from './server/log.js';
import { readOrMakePartners } from './server/partners.js';
import type { TemplatePublisher } from './server/ports.js';
import { type Listening, serve } from './server/serve.js';
import type { TokenKeys } from './server/sessions.js';
import { readOrMakeSecret } from './server/tokens.js';
import { openSqliteStore, type SqliteStore } from './store/sqlite/open.js';

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
  readonly templates: TemplateSource & TemplatePublisher;
  readonly host: ActorHost;
  readonly clock: ServiceClock;
}

/** Opens the data and wires the host. A store without templates gets the shipped ones. */
export async function openCore(
  options: { readonly dataDirectory: string; readonly writer: 'thread' | 'inline' },
  time: MachineTime = machineTime,
): Promise<Core> {
  const store = openSqliteStore(options);
  const templates = rememberedTemplates(store.templates);
  const clock = serviceClock(time, await store.reads.newestInstant());
  if ((await templates.published()).length === 0) {
    for (const template of shippedTemplates()) await templates.publish(template, clock.now());
  }
  const host = new ActorHost({
    store: store.books,
    templates,
    evidence: store.evidence,
    lock: inProcessLock(),
    clock,
    entropy: { salt: () => randomBytes(16).toString('hex') },
    rules: RULES,
    charts: new ChartBook(),
    limits: HOST_LIMITS,
  });
  return { store, templates, host, clock };
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

/** The HTTP edge over a core. */
export function serverOver(core: Core, config: Config, log: Logger): Server {
  const { store, templates, host, clock } = core;
  return createApp({
    host,
    books: store.books,
    reads: store.reads,
    feed: store.feed,
    templates,
    deadLetters: store.jobs,
    evidence: store.evidence,
    readiness: {
      check: async () => {
        await store.reads.newestPosition();
        return { store: true };
      },
    },
    sandbox: config.sandbox ? clock : undefined,
    tokenKeys: tokenKeysOf(config),
    partners: readOrMakePartners(partnersFileOf(config)),
    clock,
    wallClock: () => machineTime.wall(),
    elapsed: () => machineTime.elapsed(),
    log,
    settings: serverSettingsOf(config),
  });
}

/** A running service. */
export interface Service extends Listening {
  readonly core: Core;
}

/** Starts the embedded service: HTTP, jobs and simulated partners in one process. */
export async function startService(config: Config): Promise<Service> {
  const log = createLog(config.logLevel);
  const core = await openCore({ dataDirectory: config.data, writer: 'thread' });
  const server = serverOver(core, config, log);
  const listening = await serve(server, listenSettingsOf(config), log);
  return {
    ...listening,
    core,
    async close() {
      await listening.close();
      await core.store.close();
    },
  };
}
