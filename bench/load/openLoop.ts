import { connect } from 'node:net';
import { quantile } from '../quantile.js';
import { type Answer, type Connection, open } from './connection.js';
import type { Script } from './scripts.js';

/** Requests that come when their time is there, however long the answers take. */
export interface Schedule {
  readonly perSecond: number;
  readonly forMs: number;
  /** connections to send on; an arrival that finds none free waits for one */
  readonly connections: number;
}

export interface Overloaded {
  /** requests that were due */
  readonly due: number;
  /** done per second, over the whole time */
  readonly completedPerSecond: number;
  readonly rejectedPerSecond: number;
  /** 503 without a Retry-After, and every other answer that was not asked for */
  readonly wrong: number;
  readonly firstWrong: string | null;
  /** from when a request was due to its answer */
  readonly admittedP50Ms: number;
  readonly admittedP99Ms: number;
  readonly rejectedP50Ms: number;
  readonly rejectedP99Ms: number;
  /** requests that never found a connection */
  readonly unsent: number;
  /** connections that the other side closed, and were opened anew */
  readonly reopened: number;
  /** requests that kept their body back: how many were refused by then, of all */
  readonly probes: { readonly sent: number; readonly refusedBeforeBody: number };
}

const TICK_MS = 1;
const PROBE_EVERY_MS = 100;

export async function openLoop(port: number, script: Script, schedule: Schedule): Promise<Overloaded> {
  const crowd = new Crowd(port, script);
  await crowd.gather(schedule.connections);
  const probes: Promise<boolean>[] = [];
  const startedAt = performance.now();
  const interval = 1_000 / schedule.perSecond;
  let due = 0;
  for (let now = startedAt; now < startedAt + schedule.forMs; now = performance.now()) {
    for (; startedAt + due * interval <= now; due++) crowd.arrive(startedAt + due * interval);
    if (probes.length * PROBE_EVERY_MS < now - startedAt) {
      const request = script.next(schedule.connections + probes.length) ?? '';
      probes.push(probe(port, request, Math.min(PATIENCE_MS, schedule.forMs)));
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const refused = (await Promise.all(probes)).filter((isRefused) => isRefused).length;
  return { due, ...crowd.disperse(seconds), probes: { sent: probes.length, refusedBeforeBody: refused } };
}

interface Member {
  readonly lane: number;
  connection: Connection | undefined;
  /** when the request that it carries was due */
  dueAt: number | undefined;
}

/** Connections of which each carries one request at a time, and the arrivals that wait for one. */
class Crowd {
  readonly #port: number;
  readonly #script: Script;
  readonly #idle: Member[] = [];
  readonly #members: Member[] = [];
  readonly #waiting: number[] = [];
  readonly #admitted: number[] = [];
  readonly #rejected: number[] = [];
  #wrong = 0;
  #firstWrong: string | null = null;
  #reopened = 0;
  #over = false;

  constructor(port: number, script: Script) {
    this.#port = port;
    this.#script = script;
  }

  async gather(connections: number): Promise<void> {
    for (let lane = 0; lane < connections; lane++) {
      const member: Member = { lane, connection: undefined, dueAt: undefined };
      this.#members.push(member);
      await this.#open(member);
    }
  }

  arrive(dueAt: number): void {
    this.#waiting.push(dueAt);
    this.#serve();
  }

  disperse(seconds: number): Omit<Overloaded, 'due' | 'probes'> {
    this.#over = true;
    for (const { connection } of this.#members) connection?.close();
    const admitted = Float64Array.from(this.#admitted).sort();
    const rejected = Float64Array.from(this.#rejected).sort();
    return {
      completedPerSecond: admitted.length / seconds,
      rejectedPerSecond: rejected.length / seconds,
      wrong: this.#wrong,
      firstWrong: this.#firstWrong,
      admittedP50Ms: quantile(admitted, 0.5),
      admittedP99Ms: quantile(admitted, 0.99),
      rejectedP50Ms: quantile(rejected, 0.5),
      rejectedP99Ms: quantile(rejected, 0.99),
      unsent: this.#waiting.length,
      reopened: this.#reopened,
    };
  }

  async #open(member: Member): Promise<void> {
    const listener = {
      answered: (answer: Answer) => this.#answered(member, answer),
      gone: () => this.#gone(member),
    };
    member.connection = await open(this.#port, listener);
    member.dueAt = undefined;
    this.#idle.push(member);
    this.#serve();
  }

  #serve(): void {
    while (this.#waiting.length > 0 && !this.#over) {
      const member = this.#idle.pop();
      if (member === undefined) return;
      const request = this.#script.next(member.lane);
      if (request === undefined) throw new Error('there are no orders left for the overload');
      member.dueAt = this.#waiting.shift();
      member.connection?.send(request);
    }
  }

  #answered(member: Member, answer: Answer): void {
    const tookMs = performance.now() - (member.dueAt ?? 0);
    member.dueAt = undefined;
    if (this.#over) return;
    const verdict = this.#script.judge(member.lane, answer);
    if (verdict === 'done') this.#admitted.push(tookMs);
    else if (answer.status === 503 && /\r\nretry-after: \d/i.test(answer.head)) this.#rejected.push(tookMs);
    else this.#complain(`${answer.head}\n\n${answer.body}`);
    if (/\r\nconnection: close/i.test(answer.head)) return;
    this.#idle.push(member);
    this.#serve();
  }

  #complain(what: string): void {
    this.#wrong += 1;
    this.#firstWrong ??= what;
  }

  #gone(member: Member): void {
    if (this.#over) return;
    if (member.dueAt !== undefined) this.#complain('a connection was closed before its answer');
    const at = this.#idle.indexOf(member);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#reopened += 1;
    this.#open(member).catch((error: unknown) => this.#complain(String(error)));
  }
}

/** How long a probe keeps its body back where no answer comes: longer than a busy service takes to look at it. */
const PATIENCE_MS = 2_000;

/** Sends the head of a request and keeps its body back: whether 503 comes all the same. One that is let in gets its body. */
function probe(port: number, request: string, patienceMs: number): Promise<boolean> {
  const bodyAt = request.indexOf('\r\n\r\n') + 4;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    let keptBack = true;
    const late = setTimeout(() => {
      keptBack = false;
      socket.write(request.slice(bodyAt));
    }, patienceMs);
    let isRefused = false;
    socket.setEncoding('latin1');
    socket.write(request.slice(0, bodyAt));
    socket.once('data', (text) => {
      isRefused = keptBack && String(text).startsWith('HTTP/1.1 503');
      clearTimeout(late);
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(isRefused));
  });
}
