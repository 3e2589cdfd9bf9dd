/** A bounded number of places for work that is under way. */
export interface Slots {
  /** Takes a place; false when all are taken. */
  enter(): boolean;
  leave(): void;
  readonly taken: number;
  readonly limit: number;
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
    limit,
  };
}

/** How much of something each caller has at once. */
export interface Shares {
  /** Takes one for the caller; false when it has `most` already. */
  enter(caller: string, most: number): boolean;
  leave(caller: string): void;
}

/** Bounds what one caller has at once, so that nobody takes every place for themselves. Who has nothing is not remembered. */
export function createShares(): Shares {
  const held = new Map<string, number>();
  return {
    enter(caller, most) {
      const count = held.get(caller) ?? 0;
      if (count >= most) return false;
      held.set(caller, count + 1);
      return true;
    },
    leave(caller) {
      const count = held.get(caller) ?? 0;
      if (count > 1) held.set(caller, count - 1);
      else held.delete(caller);
    },
  };
}
