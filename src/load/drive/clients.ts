import { randomUUID } from 'node:crypto';
import type { Chance } from '../chance.js';
import { type Given, isKept, isSame, type Journal, saidOf } from '../journal.js';
import type { Book } from '../known.js';
import type { Meter } from '../measure/meter.js';
import type { Move } from '../moves/move.js';
import type { Cast, Entry, Person } from '../people.js';
import type { Answer } from '../service/connection.js';
import type { Service } from '../service/service.js';

/** Those who send what people do, and keep what they are told. */

export interface ClientParts {
  readonly service: Service;
  readonly cast: Cast;
  readonly meter: Meter;
  readonly journal: Journal;
  readonly chance: Chance;
  /** names this run in its keys */
  readonly run: string;
}

/** Of so many commands in a hundred the client sends two at once with the same key, as an impatient finger does. */
const SENT_TWICE_PERCENT = 3;

const PUT_OFF: ReadonlySet<number> = new Set([429, 503]);

export class Clients {
  readonly #parts: ClientParts;
  #keys = 0;

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  /**
   * Sends a move, keeps it in the journal where it is a command, and lets the book learn from the answer.
   * @param dueAt when it should have been sent: its latency counts from there
   */
  async give(entry: Entry, book: Book, move: Move, dueAt: number): Promise<Answer> {
    const { cast, chance, meter } = this.#parts;
    const person = cast.actor(entry, book.sold, chance);
    const given = this.#begin(person, book, move);
    meter.underWay += 1;
    try {
      const twice = given?.key !== undefined && chance.percent(SENT_TWICE_PERCENT);
      const [answer, second] = await Promise.all([this.#send(person, move, given), twice ? this.#send(person, move, given) : undefined]);
      if (given !== undefined) hear(given, answer, second);
      const taken = answer.status < 400;
      const fate = taken ? 'done' : PUT_OFF.has(answer.status) ? 'putOff' : 'refused';
      meter.answered(entry, move.word, dueAt, fate, taken ? undefined : saidOf(answer).code);
      if (taken && move.showsCase) this.#learn(book, given, answer);
      if (taken && move.kind === 'put') book.isThere = true;
      return answer;
    } finally {
      meter.underWay -= 1;
    }
  }

  #begin(person: Person, book: Book, move: Move): Given | undefined {
    if (move.kind !== 'command' && move.kind !== 'put') return undefined;
    book.given += 1;
    this.#keys += 1;
    return this.#parts.journal.begin({
      ...{ person, word: move.word, book: book.number, caseId: move.about?.id },
      method: move.kind === 'put' ? 'PUT' : 'POST',
      path: `/v1/${person.role}/${move.path}`,
      body: JSON.stringify(move.body ?? {}),
      key: move.kind === 'put' ? undefined : `${this.#parts.run}-${this.#keys}`,
    });
  }

  async #send(person: Person, move: Move, given: Given | undefined): Promise<Answer> {
    const token = await this.#parts.cast.token(person);
    const path = `/v1/${person.role}/${move.path}`;
    if (given !== undefined) {
      const { method, body, key } = given;
      return this.#parts.service.ask({ method, path, body, token, ...(key === undefined ? {} : { key }) });
    }
    if (move.kind === 'see') return this.#parts.service.ask({ method: 'GET', path, token });
    return this.#parts.service.ask({ method: 'POST', path, token, body: JSON.stringify(move.body ?? {}), key: randomUUID() });
  }

  #learn(book: Book, given: Given | undefined, answer: Answer): void {
    const known = book.learn(answer.text);
    if (given !== undefined) given.caseId = known.id;
  }
}

/** Keeps what was said; where two answers to one key are both decided, they must be the same. */
function hear(given: Given, answer: Answer, second: Answer | undefined): void {
  const said = saidOf(answer);
  given.said = said;
  if (second === undefined) return;
  const other = saidOf(second);
  if (!isKept(said)) given.said = other;
  else if (isKept(other) && !isSame(said, other)) given.contradiction = other;
}
