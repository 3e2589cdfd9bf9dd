import type { Bench } from '../bench.js';
import { rateRow, valueRow } from '../rows.js';
import { loadCell, loadName, type Seen, type Suite } from './suite.js';

/** Applications and withdrawals of single pieces: all of one order of ten thousand, beside the same on distinct orders. */

const AT = 64;
/** The hot order is watched for longer: what it has seen must not slow it down. */
const LONGER = 4;

export const hotOrder: Suite = {
  name: 'hotOrder',
  cells: () => [loadCell('product', 'applyAndWithdraw', AT), { name: loadName('product', 'hotOrder', AT), measure }],
  rows: (results) => {
    const distinct = results.figure(loadName('product', 'applyAndWithdraw', AT));
    const hot = results.figure(loadName('product', 'hotOrder', AT));
    return [
      rateRow('applyAndWithdraw', AT, distinct),
      rateRow('hotOrder', AT, hot, { name: 'the same on distinct orders', perSecond: distinct.perSecond }, { atLeast: 0.5 }),
      rateRow(
        'hotOrder, second half',
        AT,
        results.figure('hotOrder/second'),
        { name: 'its first half', perSecond: results.figure('hotOrder/first').perSecond },
        { atLeast: 0.9 },
      ),
      valueRow('after-sales of the hot order in the end', { value: results.value('hotOrder/afterSales'), unit: 'rows' }),
    ];
  },
};

async function measure(bench: Bench): Promise<Seen> {
  const windowMs = LONGER * bench.options.windowMs;
  const measured = await bench.measure('product', 'hotOrder', AT, windowMs);
  const half = (ended: number) => ({ perSecond: ended / (windowMs / 2_000), p50Ms: Number.NaN, p99Ms: Number.NaN });
  return {
    [loadName('product', 'hotOrder', AT)]: measured,
    'hotOrder/first': half(measured.halves[0]),
    'hotOrder/second': half(measured.halves[1]),
    'hotOrder/afterSales': measured.ended / 2,
  };
}
