import fc from 'fast-check';

/** What may happen to a book at random; numbers choose among what is possible when it happens. */
export interface Move {
  readonly what: What;
  readonly which: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const WHAT = [
  'apply',
  'likely',
  'command',
  'gateway',
  'pay',
  'timer',
  'oldTimer',
  'report',
  'moved',
  'goodwill',
  'again',
  'lateAnswer',
  'appeal',
  'override',
  'hold',
  'release',
  'paid',
] as const;
type What = (typeof WHAT)[number];

/** How often each thing happens beside the others. */
type Mix = Readonly<Record<What, number>>;

/** Mostly what usually comes next, so that stories get far. */
const EVERYDAY: Mix = {
  apply: 5,
  likely: 22,
  command: 4,
  gateway: 7,
  pay: 2,
  timer: 2,
  oldTimer: 1,
  report: 1,
  moved: 1,
  goodwill: 1,
  again: 1,
  lateAnswer: 0,
  appeal: 0,
  override: 0,
  hold: 0,
  release: 0,
  paid: 0,
};

/** Money is on its way, and is moved, held, ruled on or answered for late meanwhile. */
export const CROSSING: Mix = {
  ...EVERYDAY,
  apply: 3,
  likely: 14,
  command: 0,
  gateway: 5,
  pay: 0,
  timer: 3,
  goodwill: 0,
  moved: 5,
  lateAnswer: 1,
  appeal: 3,
  override: 5,
  hold: 3,
  release: 3,
  paid: 3,
};

/** Little else than what comes next, payments and appeals. */
const APPEALED: Mix = {
  ...EVERYDAY,
  apply: 2,
  likely: 6,
  command: 1,
  pay: 2,
  gateway: 0,
  timer: 0,
  oldTimer: 0,
  report: 0,
  goodwill: 0,
  again: 0,
};

const number = fc.nat({ max: 9999 });
/** Stories of `least` to `most` moves; fast-check alone would tell short ones only. */
export const anyMoves = (least: number, most: number, mix: Mix = EVERYDAY): fc.Arbitrary<Move[]> => {
  const what = fc.constantFrom(...WHAT.flatMap((each) => Array.from({ length: mix[each] }, () => each)));
  return fc.array(fc.record({ what, which: number, a: number, b: number, c: number }), { minLength: least, maxLength: most, size: 'max' });
};

/** Stories of verdicts: what has ended goes on by appeals as readily as what is open does otherwise. */
export const anyAppeals = (least: number, most: number): fc.Arbitrary<Move[]> =>
  // A multiple of 7 picks among all after-sales, those that have ended too.
  anyMoves(least, most, APPEALED).map((moves) => moves.map((move) => ({ ...move, which: (move.which % 1000) * 7 })));
