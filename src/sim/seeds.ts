/** The seeds that a text names: `7`, `1..1000`, `a,b,c`. Undefined where it names none. */
export function seedsOf(text: string): readonly string[] | undefined {
  const range = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text);
  if (range === null) {
    const seeds = text.split(',').filter((seed) => seed !== '');
    return seeds.length === 0 ? undefined : seeds;
  }
  const [from, to] = [Number(range[1]), Number(range[2])];
  return from > to ? undefined : Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
}
