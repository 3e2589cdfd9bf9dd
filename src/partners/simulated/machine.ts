import { randomInt } from 'node:crypto';
import type { Draw, Pause } from '../ports.js';

/** Waits with a timer of the machine that does not keep the process alive. */
export const machinePause: Pause = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });

export const machineDraw: Draw = { below: (limit) => randomInt(limit) };
