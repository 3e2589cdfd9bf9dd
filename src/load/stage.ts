import { type Chance, chanceFor, skewedChoice } from './chance.js';
import type { Clients } from './drive/clients.js';
import { type Pace, runLoop, UnderWay } from './drive/loops.js';
import { inParallel } from './inParallel.js';
import { Book } from './known.js';
import type { Meter } from './measure/meter.js';
import { readCatalog } from './moves/catalog.js';
import { chooseMove } from './moves/choose.js';
import type { Catalog, Habits, Move, Scene } from './moves/move.js';
import { put } from './moves/others.js';
import { type Assortment, drawOrder } from './orders/draw.js';
import type { Cast, Entry } from './people.js';
import type { Answer } from './service/connection.js';
import type { Time } from './service/time.js';

/** What a scenario plays on: orders, people, and a service to load. */

export type Mix = readonly (readonly [Entry, number])[];

/** A part of a run. */
export interface Phase {
  readonly name: string;
  /** milliseconds after the start */
  readonly from: number;
  readonly to: number;
}

export interface PhasePlan {
  readonly name: string;
  readonly seconds: number;
  readonly pace: Pace;
  readonly mix: Mix;
  readonly habits: Habits;
  /** how much the first orders are preferred to the others */
  readonly skew: number;
  /** of so many moves in a hundred the platform puts a new order */
  readonly newOrdersPercent?: number;
  /** ends the phase before its time */
  readonly enough?: () => boolean;
}

export interface StageParts {
  readonly clients: Clients;
  readonly meter: Meter;
  readonly cast: Cast;
  readonly time: Time;
  readonly seed: number;
  /** begins the number of each order, so that runs do not meet */
  readonly run: string;
  /** epoch milliseconds */
  readonly begun: number;
  readonly stopped: () => boolean;
  readonly told: (phase: string) => void;
  /** called when the preparation is over and the load begins */
  readonly started: () => void;
}

/** The service does not let the load begin. */
export class CannotPlay extends Error {
  override readonly name = 'CannotPlay';
}

/** Orders that are put at once while a run is prepared. */
const PUT_AT_ONCE = 64;

export class Stage {
  /** every order of the run: each is read back in the end */
  readonly books: Book[] = [];
  /** those that the load is about */
  readonly crowded: Book[] = [];
  readonly phases: Phase[] = [];
  /** figures of the scenario's own, in the order in which they were noted */
  readonly notes: { readonly what: string; readonly figure: string }[] = [];
  /** requests of phases that are over */
  readonly underWay = new UnderWay();
  readonly parts: StageParts;
  readonly chance: Chance;
  #assortment: Assortment | undefined;
  #catalog: Catalog = () => [];

  constructor(parts: StageParts) {
    this.parts = parts;
    this.chance = chanceFor(parts.seed, -1);
  }

  note(what: string, figure: string): void {
    this.notes.push({ what, figure });
  }

  /** Puts so many orders, which the load is then about, and starts to count. Those aside are left alone by it; gives them. */
  async putOrders(count: number, assortment: Assortment, aside = { count: 0, assortment }): Promise<Book[]> {
    this.#assortment = assortment;
    this.crowded.push(...Array.from({ length: count }, () => this.#newBook(assortment)));
    const apart = Array.from({ length: aside.count }, () => this.#newBook(aside.assortment));
    const books = [...this.crowded, ...apart];
    let done = 0;
    this.parts.told('putting orders');
    await inParallel(books, PUT_AT_ONCE, async (book) => {
      const { status, text } = await this.give('platform', book, put);
      if (status >= 300) throw new CannotPlay(`the platform cannot put an order: ${text.slice(0, 500)}`);
      done += 1;
      if (done % 100 === 0) this.parts.told(`putting orders: ${done} of ${books.length}`);
    });
    this.#catalog = await readCatalog(books, (entry, book) => this.#see(entry, book));
    this.parts.meter.start();
    this.parts.started();
    return apart;
  }

  async #see(entry: Entry, book: Book): Promise<string> {
    const path = `orders/${book.sold.shopId}/${book.sold.orderNo}`;
    const { status, text } = await this.give(entry, book, () => ({ word: 'see order', kind: 'see', path, showsCase: false }));
    if (status !== 200) throw new CannotPlay(`${entry} cannot see order ${book.sold.orderNo}: ${text.slice(0, 300)}`);
    return text;
  }

  #newBook(assortment: Assortment): Book {
    const { seed, run, cast } = this.parts;
    const number = this.books.length;
    const shopId = cast.shops[number % cast.shops.length] ?? '';
    const place = { shopId, orderNo: `${run}-${number + 1}`, platform: cast.platform, buyerUid: cast.buyerOf(number) };
    const book = new Book(number, drawOrder(seed, number, place, assortment));
    this.books.push(book);
    return book;
  }

  scene(entry: Entry, book: Book): Scene {
    return { chance: this.chance, entry, book, catalog: this.#catalog, begun: this.parts.begun };
  }

  /** Somebody does one thing now. */
  give(entry: Entry, book: Book, deed: (scene: Scene) => Move): Promise<Answer> {
    const dueAt = this.parts.time.now();
    this.parts.meter.due(dueAt);
    return this.parts.clients.give(entry, book, deed(this.scene(entry, book)), dueAt);
  }

  /** Marks what is done as a part of the run. */
  async phase<T>(name: string, act: () => Promise<T>): Promise<T> {
    const from = this.parts.meter.elapsed();
    this.parts.told(name);
    try {
      return await act();
    } finally {
      this.phases.push({ name, from, to: this.parts.meter.elapsed() });
    }
  }

  /** Loads the service for a while. */
  async load(plan: PhasePlan): Promise<void> {
    const { time, meter, stopped } = this.parts;
    const pick = skewedChoice(this.crowded.length, plan.skew);
    await this.phase(plan.name, () =>
      runLoop(
        {
          ...{ time, meter, chance: this.chance, underWay: this.underWay },
          stopped: () => stopped() || plan.enough?.() === true,
          until: time.now() + plan.seconds * 1_000,
          act: (dueAt) => this.#act(plan, pick, dueAt),
        },
        plan.pace,
      ),
    );
  }

  async #act(plan: PhasePlan, pick: (chance: Chance) => number, dueAt: number): Promise<void> {
    const { clients } = this.parts;
    const assortment = this.#assortment;
    if (assortment !== undefined && this.chance.percent(plan.newOrdersPercent ?? 0)) {
      const fresh = this.#newBook(assortment);
      this.crowded.push(fresh);
      await clients.give('platform', fresh, put(this.scene('platform', fresh)), dueAt);
      return;
    }
    const book = [this.crowded[pick(this.chance)], this.crowded[0]].find((known) => known?.isThere === true);
    if (book === undefined) throw new Error('there are no orders to load');
    const entry = this.chance.weighted(plan.mix);
    await clients.give(entry, book, chooseMove(plan.habits, this.scene(entry, book)), dueAt);
  }
}
