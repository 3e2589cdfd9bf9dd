import { apply, approve, lifecycle } from './commands.js';
import { hotOrder } from './hotOrder.js';
import { importing } from './importing.js';
import { memory } from './memory.js';
import { overload } from './overload.js';
import { list, quote } from './reads.js';
import { split } from './split.js';
import { startUp } from './startUp.js';
import type { Suite } from './suite.js';
import { written } from './written.js';

/** In the order in which they are measured: what needs a service that has seen little comes first. */
export const SUITES: readonly Suite[] = [
  apply,
  approve,
  lifecycle,
  hotOrder,
  quote,
  list,
  split,
  importing,
  written,
  overload,
  startUp,
  memory,
];
