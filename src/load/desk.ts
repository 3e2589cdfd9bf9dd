import { z } from 'zod';
import type { Service } from './service/service.js';

/** What the house can do to a sandbox, and ask of any service. */

const page = z.object({ items: z.array(z.unknown()), next: z.string().nullable() });
/** Everything that comes due is done before the service says what time it is, which may take its time. */
const CLOCK_TIMEOUT_MS = 3_600_000;

export class Desk {
  readonly #service: Service;
  readonly #token: string;
  readonly #run: string;
  #asked = 0;

  /** @param token of role operations */
  constructor(service: Service, token: string, run: string) {
    this.#service = service;
    this.#token = token;
    this.#run = run;
  }

  /** Moves the sandbox's clock, and waits until everything that is due by then is done; false where there is no sandbox. */
  moveClock(forward: string): Promise<boolean> {
    return this.#post('clock', { forward });
  }

  /** Cuts the sandbox's gateway off, or lets it answer; false where there is no sandbox. */
  gateway(answers: boolean): Promise<boolean> {
    return this.#post('gateway', { answers });
  }

  /** How many payouts have no known outcome, or wait for another attempt; at most as many as the limit. */
  payoutsInDoubt(limit: number): Promise<number> {
    return this.#count('/v1/operations/payouts?', limit);
  }

  /** How many after-sales are in one of the states; at most as many as the limit. */
  afterSalesIn(states: string, limit: number): Promise<number> {
    return this.#count(`/v1/operations/after-sales?state=${states}&`, limit);
  }

  async #count(path: string, limit: number): Promise<number> {
    let count = 0;
    for (let cursor = ''; count < limit; ) {
      const { status, text } = await this.#service.ask({
        method: 'GET',
        path: `${path}limit=${Math.min(limit, 100)}${cursor}`,
        token: this.#token,
      });
      if (status !== 200) throw new Error(`GET ${path} is answered ${status}: ${text.slice(0, 300)}`);
      const { items, next } = page.parse(JSON.parse(text));
      count += items.length;
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    return count;
  }

  async #post(word: string, body: object): Promise<boolean> {
    this.#asked += 1;
    const { status, text } = await this.#service.ask(
      {
        method: 'POST',
        path: `/v1/operations/${word}`,
        token: this.#token,
        key: `${this.#run}-desk-${this.#asked}`,
        body: JSON.stringify(body),
      },
      CLOCK_TIMEOUT_MS,
    );
    if (status === 200) return true;
    if (text.includes('"sandbox.disabled"')) return false;
    throw new Error(`${word} is answered ${status}: ${text.slice(0, 300)}`);
  }
}
