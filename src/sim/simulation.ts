import type { Envelope } from '../actors/command.js';
import type { Principal } from '../actors/principal.js';
import type { Template } from '../machines/template.js';
import { openSqliteStore } from '../store/sqlite/open.js';
import { SHA, uploadOf } from './clients/applications.js';
import { UPLOADERS } from './clients/roles.js';
import { bump, Seenings } from './coverage.js';
import { Faults } from './faults.js';
import { type Ground, trueNow } from './ground.js';
import { CallNames } from './hosts/calls.js';
import { CommitGroups } from './hosts/commits.js';
import { type HostWorld, SimHost } from './hosts/host.js';
import { LockService } from './hosts/lock.js';
import { Receiver } from './hosts/receiver.js';
import type { Judge } from './judge.js';
import { worldCarrier } from './partners/carrier.js';
import { worldGateway } from './partners/gateway.js';
import type { Plan } from './plan.js';
import { Random } from './random.js';
import { NO_SABOTAGE, type Sabotage } from './sabotage.js';
import { Latency, Scheduler } from './schedule.js';
import { memoryStore, type WorldStore } from './store/memoryStore.js';
import { Trace } from './trace.js';
import { WatchedCharts } from './watchedCharts.js';
import { Seen } from './world/seen.js';
import { drawTemplates } from './world/templates.js';

const SETTLING_POLL_MS = 24 * 3_600_000;

export interface Options {
  readonly judge: Judge;
  readonly sabotage?: Sabotage;
  /** in a replay: the faults that happen, and no others */
  readonly faults?: readonly string[];
  /** in a replay: the templates of that run, however they would be drawn today */
  readonly templates?: readonly Template[];
}

/** A world that is wired and ready to run: hosts over one store, partners outside, somebody who judges. */
export class Simulation {
  readonly plan: Plan;
  readonly templates: readonly Template[];
  readonly scheduler = new Scheduler();
  readonly trace = new Trace();
  readonly faults: Faults;
  readonly store: WorldStore;
  readonly seen = new Seen();
  readonly seenings = new Seenings();
  readonly charts = new WatchedCharts();
  readonly alarms = new Map<string, number>();
  readonly ground: Ground;
  readonly hosts: readonly SimHost[];
  readonly receiver: Receiver;
  readonly judge: Judge;
  readonly #world: HostWorld & { pollMs: number };

  constructor(plan: Plan, { judge, sabotage = NO_SABOTAGE, faults, templates }: Options) {
    this.plan = plan;
    this.templates = templates ?? drawTemplates(new Random(`${plan.seed}/templates`));
    this.judge = judge;
    this.faults = new Faults(plan.seed, plan.rates, faults);
    this.store = plan.store === 'sqlite' ? openSqliteStore({ dataDirectory: ':memory:', writer: 'inline' }) : memoryStore(sabotage.guards);
    this.scheduler.onStep = (label, owner) => this.trace.add(`${this.scheduler.nowUs} ${owner.name} ${label}`);
    this.ground = {
      scheduler: this.scheduler,
      latency: new Latency(plan.seed),
      faults: this.faults,
      trace: this.trace,
      store: this.store,
      onCommit: (commit, outcome, at) => {
        this.seen.take(commit, outcome);
        judge.committed(commit, outcome, at);
      },
    };
    this.#world = this.#hostWorld(sabotage);
    const hosts: SimHost[] = [];
    this.receiver = new Receiver(this.ground, hosts);
    const random = new Random(`${plan.seed}/hosts`);
    for (let i = 0; i < plan.hosts; i++) hosts.push(new SimHost(`host-${i}`, this.#world, { runsJobs: i === 0 || random.chance(1, 2) }));
    this.hosts = hosts;
  }

  #hostWorld(sabotage: Sabotage): HostWorld & { pollMs: number } {
    const { plan, ground, judge } = this;
    const names = new CallNames();
    const late: { gateway?: ReturnType<typeof worldGateway>; carrier?: ReturnType<typeof worldCarrier> } = {};
    return {
      ground,
      names,
      groups: new CommitGroups(ground, names),
      locks: new LockService(ground, names),
      rules: sabotage.rules,
      charts: this.charts,
      limits: plan.limits,
      pollMs: plan.pollMs,
      gatewayOf: (caller) => {
        late.gateway ??= worldGateway(ground, this.receiver, {
          asked: (request) => judge.gatewayAsked(request, trueNow(ground)),
          moved: judge.gatewayMoved.bind(judge),
        });
        return sabotage.wrapGateway(late.gateway.portOf(caller));
      },
      carrierOf: (caller) => {
        late.carrier ??= worldCarrier(ground, this.receiver);
        return late.carrier.portOf(caller);
      },
      onAlarm: (alarm) => {
        bump(this.alarms, alarm.name);
        judge.alarmed(alarm);
      },
      onSend: (envelope, principal) => {
        this.trace.add(`command ${envelope.id} ${JSON.stringify(envelope.command)}`);
        this.seenings.began(envelope);
        judge.sent(envelope, principal, trueNow(ground));
      },
      onReply: (envelope, principal, reply) => {
        this.trace.add(`reply ${envelope.id} ${reply.status} ${reply.body}`);
        this.seenings.ended(envelope, reply);
        judge.replied(envelope, principal, reply, trueNow(ground));
      },
      onDropped: (envelope) => this.seenings.ended(envelope, undefined),
      onBug: (envelope, error) => {
        this.trace.add(`bug ${envelope.id} ${error instanceof Error ? error.message : String(error)}`);
        judge.broke(envelope.command.kind, envelope.book, error);
      },
      wrapBooks: sabotage.wrapBooks,
      wrapLock: sabotage.wrapLock,
    };
  }

  /** Publishes the templates, puts evidence in place and starts every host. */
  async begin(): Promise<void> {
    for (const template of this.templates) {
      await this.store.templates.publish(template, trueNow(this.ground));
      this.judge.published(template);
    }
    for (const caller of UPLOADERS) {
      const at = trueNow(this.ground);
      const file = { id: uploadOf(caller), caller, kind: 'photo', mediaType: 'image/png', sha256: SHA, size: 1, at };
      await this.store.evidence.put(file, Uint8Array.from([1]));
    }
    for (const host of this.hosts) await host.start();
  }

  /** Faults end: every host starts anew with the right time, partners answer, and time only passes. */
  async heal(): Promise<void> {
    this.faults.on = false;
    this.#world.pollMs = SETTLING_POLL_MS;
    this.trace.add('faults heal');
    for (const host of this.hosts) {
      host.crash();
      await host.start();
    }
  }

  /** Gives a command to a host, or to another while that is down. Undefined: no answer came in time. */
  async send(host: number, envelope: Envelope, principal: Principal) {
    try {
      return await this.receiver.deliver(envelope, principal, host);
    } catch (error) {
      this.trace.add(`no answer ${envelope.id} ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /** What has not come to its end yet, in words; nothing once everything has settled. */
  async unsettled(): Promise<string[]> {
    const left: string[] = [];
    for (const book of this.seen.books.values()) {
      for (const a of book.afterSales.values()) {
        if (typeof a.chart.value !== 'string' || !['settled', 'closed', 'cancelled'].includes(a.chart.value)) {
          left.push(`after-sale ${a.refundId} of ${book.key.orderNo} is ${JSON.stringify(a.chart.value)}`);
        }
      }
      for (const { key, state } of book.payouts.values()) {
        if (state !== 'paid' && state !== 'held' && state !== 'dropped') left.push(`payout ${key} is ${state}`);
      }
    }
    const counts = await this.store.reads.counts(trueNow(this.ground));
    if (counts.outbox > 0) left.push(`${counts.outbox} entries are in the outbox`);
    if (counts.jobsQueued > 0) left.push(`${counts.jobsQueued} jobs wait`);
    if (counts.jobsDead > 0) left.push(`${counts.jobsDead} jobs are dead`);
    return left;
  }

  async close(): Promise<void> {
    for (const host of this.hosts) host.crash();
    await this.store.close();
  }
}
