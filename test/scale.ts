/** How many times the usual counts are run: 1 for `npm test`, 10 for `npm run test:long` (REDRESS_TEST_SCALE). */
export const scale = readScale(process.env.REDRESS_TEST_SCALE);

/** `count` rounds, cases or runs, times the scale. */
export const scaled = (count: number): number => Math.ceil(count * scale);

function readScale(text: string | undefined): number {
  const value = text === undefined || text === '' ? 1 : Number(text);
  if (!(Number.isFinite(value) && value > 0)) throw new RangeError(`REDRESS_TEST_SCALE must be a positive number, not ${text}`);
  return value;
}
