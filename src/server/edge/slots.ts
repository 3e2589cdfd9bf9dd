/** A bounded number of places for work that is under way. */
export interface Slots {
  /** Takes a place; false when all are taken. */
  enter(): boolean;
  leave(): void;
  readonly taken: number;
}

/**
 * Bounds the requests that are worked on at once: what comes beyond is answered at once, before its body is
 * read, so that those admitted stay fast and memory stays bounded.
 */
export function createSlots(limit: number): Slots {
  let taken = 0;
  return {
    enter() {
      if (taken >= limit) return false;
      taken += 1;
      return true;
    },
    leave() {
      taken -= 1;
    },
    get taken() {
      return taken;
    },
  };
}
