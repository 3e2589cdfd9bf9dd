import { type Answer, type Asked, type Connection, ConnectionLost } from './connection.js';
import type { Time } from './time.js';

/** A time in which the service did not answer, in milliseconds of the load's time. */
export interface Absence {
  readonly from: number;
  readonly to: number;
}

/** The service did not come back in time. */
export class ServiceGone extends Error {
  override readonly name = 'ServiceGone';
}

/** How long is waited between two looks whether the service is back. */
const LOOK_EVERY_MS = 50;
/** How long one look may take: a service that starts is found soon after. */
const LOOK_TIMEOUT_MS = 1_000;
/** An answer that says that nobody knows whether the command was taken; asked again, it is known. */
const UNKNOWN_OUTCOME = '"service.outcomeUnknown"';
const ASK_AGAIN_MS = 200;

/**
 * The service as patient clients see it: where an answer was lost on the way, the same request is sent again, with
 * the same key, once the service is there. So every request has an answer in the end, and each absence is known.
 */
export class Service {
  readonly absences: Absence[] = [];
  /** requests whose answer was lost */
  lost = 0;
  readonly #connection: Connection;
  readonly #time: Time;
  readonly #patienceMs: number;
  #back: Promise<void> | undefined;
  #awaySince: number | undefined;

  constructor(connection: Connection, time: Time, patienceMs: number) {
    this.#connection = connection;
    this.#time = time;
    this.#patienceMs = patienceMs;
  }

  /** for how long it has not answered, where it does not now */
  get awayForMs(): number | undefined {
    return this.#awaySince === undefined ? undefined : this.#time.now() - this.#awaySince;
  }

  /** Throws `ServiceGone`. */
  async ask(asked: Asked, timeoutMs?: number): Promise<Answer> {
    for (;;) {
      await this.#back;
      try {
        const answer = await this.#connection.send(asked, timeoutMs);
        if (answer.status !== 503 || !answer.text.includes(UNKNOWN_OUTCOME)) return answer;
        await this.#time.pause(ASK_AGAIN_MS);
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
        this.lost += 1;
        this.#back ??= this.#awaitReturn();
        await this.#back;
      }
    }
  }

  close(): void {
    this.#connection.close();
  }

  /** A connection that broke while the service stood is no absence. */
  async #awaitReturn(): Promise<void> {
    const from = this.#time.now();
    if (await this.#isThere()) {
      this.#back = undefined;
      return;
    }
    this.#awaySince = from;
    while (!(await this.#isThere())) {
      if (this.#time.now() - from > this.#patienceMs) {
        this.absences.push({ from, to: this.#time.now() });
        throw new ServiceGone(`the service has not answered for ${Math.round(this.#patienceMs / 1_000)} s`);
      }
      await this.#time.pause(LOOK_EVERY_MS);
    }
    this.absences.push({ from, to: this.#time.now() });
    this.#awaySince = undefined;
    this.#back = undefined;
  }

  async #isThere(): Promise<boolean> {
    try {
      return (await this.#connection.send({ method: 'GET', path: '/readyz', token: 'none' }, LOOK_TIMEOUT_MS)).status === 200;
    } catch (error) {
      if (error instanceof ConnectionLost) return false;
      throw error;
    }
  }
}
