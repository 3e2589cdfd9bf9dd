import { inParallel } from '../inParallel.js';
import type { Book, KnownCase } from '../known.js';
import { EVERYDAY } from '../moves/choose.js';
import { commandOf } from '../moves/deciding.js';
import type { Habits } from '../moves/move.js';
import { list } from '../moves/others.js';
import { ORDINARY } from '../orders/draw.js';
import type { Stage } from '../stage.js';
import { paceOf, type Scenario } from './scenario.js';

const APPLYING: Habits = {
  ...EVERYDAY,
  user: [
    ['apply', 12],
    ['look', 1],
  ],
};
const DESKS = 16;
/** A desk looks at its list after so many decisions. */
const LISTED_EVERY = 20;

export const reviewBacklog: Scenario = {
  name: 'review-backlog',
  title: 'A backlog of reviews',
  help: `Buyers apply for half of the time while every desk is closed; then the desks open and decide everything that
has piled up, as fast as they are answered. Look at how long the backlog took, and at the lists, which are read
while they are long.`,
  needsSandbox: false,
  setsTimers: false,
  defaults: { rate: 200, seconds: 30, orders: 1_000, skew: 0.3 },
  async play(stage, settings) {
    const { skew } = settings;
    const seconds = settings.seconds / 2;
    await stage.putOrders(settings.orders, ORDINARY);
    await stage.load({ name: 'it piles up', seconds, mix: [['user', 1]], skew, pace: paceOf(settings, seconds), habits: APPLYING });
    await stage.underWay.over();
    const backlog = stage.books.flatMap((book) => book.casesIn('reviewing.merchant').map((about) => ({ book, about })));
    const begun = stage.parts.time.now();
    await stage.phase('the desks open', () =>
      inParallel(backlog, settings.connections ?? DESKS, (review, index) => decide(stage, review, index)),
    );
    const tookMs = stage.parts.time.now() - begun;
    stage.note('reviews that had piled up', String(backlog.length));
    stage.note('time to decide them all', `${(tookMs / 1_000).toFixed(1)} s`);
    stage.note('reviews decided a second', tookMs === 0 ? '-' : (backlog.length / (tookMs / 1_000)).toFixed(0));
  },
};

async function decide(stage: Stage, { book, about }: { readonly book: Book; readonly about: KnownCase }, index: number): Promise<void> {
  if (stage.parts.stopped()) return;
  if (index % LISTED_EVERY === 0) await stage.give('merchant', book, list);
  const word = stage.chance.weighted([['approve', 8] as const, ['reject', 2] as const, ['offer', 1] as const]);
  await stage.give('merchant', book, (scene) => commandOf(scene, about, word));
}
