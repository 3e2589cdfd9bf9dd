import type { Readiness } from './ports.js';

/** An answer is good for so long. */
const GOOD_FOR_MS = 1_000;

/**
 * Asks at most once a second, however often it is asked itself: to tell whether writing works is to write, and
 * anybody may ask.
 * @param elapsed milliseconds that never go back
 */
export function rememberedReadiness(readiness: Readiness, elapsed: () => number): Readiness {
  let asked: { readonly at: number; readonly parts: ReturnType<Readiness['check']> } | undefined;
  return {
    check() {
      const now = elapsed();
      if (asked === undefined || now - asked.at >= GOOD_FOR_MS) asked = { at: now, parts: readiness.check() };
      return asked.parts;
    },
  };
}
