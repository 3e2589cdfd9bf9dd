/** Seeded randomness. Probabilities are ratios of whole numbers, so that a seed means the same everywhere. */

/** Mixes a text into four words of 32 bits. */
function mix(text: string): readonly [number, number, number, number] {
  let a = 1779033703;
  let b = 3144134277;
  let c = 1013904242;
  let d = 2773480762;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ code, 597399067);
    b = c ^ Math.imul(b ^ code, 2869860233);
    c = d ^ Math.imul(c ^ code, 951274213);
    d = a ^ Math.imul(d ^ code, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return [(a ^ b ^ c ^ d) >>> 0, (b ^ a) >>> 0, (c ^ a) >>> 0, (d ^ a) >>> 0];
}

/** A number below 2^32 that depends on the text alone: for draws that must not move when others are left out. */
export function hashOf(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
  hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A stream of draws (sfc32). */
export class Random {
  readonly #name: string;
  #a: number;
  #b: number;
  #c: number;
  #count: number;

  constructor(name: string) {
    this.#name = name;
    const [a, b, c, d] = mix(name);
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#count = d;
    for (let i = 0; i < 12; i++) this.word();
  }

  /** a whole number below 2^32 */
  word(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return sum >>> 0;
  }

  /** a whole number from 0 to below the limit, which is at most 2^32 */
  below(limit: number): number {
    return Math.floor((this.word() / 4294967296) * limit);
  }

  /** a whole number between two, both included */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** true `of` times `outOf` */
  chance(of: number, outOf: number): boolean {
    return of > 0 && this.below(outOf) < of;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** One of them, each as often as its weight says. */
  weighted<T>(items: readonly (readonly [T, number])[]): T {
    let at = this.below(items.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [item, weight] of items) {
      at -= weight;
      if (at < 0) return item;
    }
    throw new RangeError('nothing to pick from');
  }

  /** Spread over orders of magnitude: small ones as often as large ones. */
  spread(least: number, most: number): number {
    const octaves = Math.max(0, Math.ceil(Math.log2((most + 1) / Math.max(1, least))));
    const low = Math.max(1, least) * 2 ** this.below(octaves + 1);
    return Math.min(most, least + this.below(Math.max(1, low)));
  }

  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const [x, y] = [result[i], result[j]];
      if (x === undefined || y === undefined) continue;
      result[i] = y;
      result[j] = x;
    }
    return result;
  }

  /** A stream of its own, which the draws of this one do not move. */
  fork(name: string): Random {
    return new Random(`${this.#name}/${name}`);
  }

  /** A text of the form of a UUID. */
  uuid(): string {
    const hex = [this.word(), this.word(), this.word(), this.word()].map((word) => word.toString(16).padStart(8, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }
}
