import { apply, quote } from './applying.js';
import { decide, note } from './deciding.js';
import type { Deed, DeedName, Habits, Move, Scene } from './move.js';
import { goodwill, list, look, moved, put, report } from './others.js';

const DEEDS: { readonly [D in DeedName]: Deed } = { apply, decide, note, look, list, quote, goodwill, put, report, moved };

/** What a day is like: buyers apply and look, shops decide, the house helps, machines report. */
export const EVERYDAY: Habits = {
  user: [
    ['apply', 9],
    ['decide', 5],
    ['quote', 2],
    ['look', 3],
    ['note', 1],
  ],
  merchant: [
    ['decide', 14],
    ['look', 2],
    ['list', 2],
    ['note', 1],
    ['apply', 1],
  ],
  operations: [
    ['decide', 8],
    ['look', 3],
    ['list', 2],
    ['goodwill', 1],
    ['note', 2],
  ],
  platform: [
    ['apply', 4],
    ['decide', 5],
    ['put', 3],
    ['report', 1],
    ['moved', 1],
  ],
};

/** What somebody does at an order: what their habits say, or a look where there is no occasion for it. */
export function chooseMove(habits: Habits, scene: Scene): Move {
  const name = scene.chance.weighted(habits[scene.entry]);
  return DEEDS[name](scene) ?? look(scene);
}
