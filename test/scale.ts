/** How many times the usual counts are run: 1 for `npm test`, 10 for `npm run test:long` (REDRESS_TEST_SCALE). */
export const scale = readScale(process.env.REDRESS_TEST_SCALE);

/** The scale of `npm run test:long`. */
const LONG = 10;

/** `count` rounds, cases or runs, times the scale. */
export const scaled = (count: number): number => Math.ceil(count * scale);

/** `usual` rounds in `npm test`, `long` in `npm run test:long`, for counts whose growth is not that of the scale. */
export const counted = (usual: number, long: number): number =>
  Math.ceil(scale <= 1 ? usual * scale : usual + ((long - usual) * (scale - 1)) / (LONG - 1));

function readScale(text: string | undefined): number {
  const value = text === undefined || text === '' ? 1 : Number(text);
  if (!(Number.isFinite(value) && value > 0)) throw new RangeError(`REDRESS_TEST_SCALE must be a positive number, not ${text}`);
  return value;
}
