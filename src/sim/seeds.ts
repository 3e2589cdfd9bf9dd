const RANGE = /^(\d{1,9})\.\.(\d{1,9})$/;
/** `1-5`, `1...5`, `1..`: whoever writes that means no seed of this name. */
const LIKE_RANGE = /^(?:\d+(?:\.+|[-–—:~]+|to)\d*|(?:\.+|[-–—:~]+)\d+)$/;

/** Whether a text reads as a range, well written or not. */
export const readsAsRange = (text: string): boolean => LIKE_RANGE.test(text.replaceAll(/\s/g, ''));

/** The seeds that a text names: `7`, `1..1000`, `a,b,c`. Undefined where it names none, or may be a range that is mistyped. */
export function seedsOf(text: string): readonly string[] | undefined {
  const range = RANGE.exec(text);
  if (range === null) {
    const seeds = text.split(',').filter((seed) => seed !== '');
    return seeds.length === 0 || seeds.some(readsAsRange) ? undefined : seeds;
  }
  const [from, to] = [Number(range[1]), Number(range[2])];
  return from > to ? undefined : Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
}
