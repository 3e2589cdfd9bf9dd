import { splits, transitions } from '../limits/pure.js';
import { rateRow } from '../rows.js';
import type { Suite } from './suite.js';

/** The split of an order of ten lines, beside XState's bare `transition()`. */
export const split: Suite = {
  name: 'split',
  cells: () => [
    {
      name: 'split',
      measure: async ({ options }) => ({ transition: transitions(options.windowMs / 2), split: splits(options.windowMs / 2) }),
    },
  ],
  rows: (results) => {
    const transition = results.figure('transition');
    return [
      rateRow('bare transition() of the chart', null, transition),
      // Four transitions at most.
      rateRow(
        'split of 10 lines',
        null,
        results.figure('split'),
        { name: 'bare transition()', perSecond: transition.perSecond },
        { atLeast: 0.25 },
      ),
    ];
  },
};
