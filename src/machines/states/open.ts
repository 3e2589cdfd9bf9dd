import type { ChartSetup } from '../setup.js';
import type { AfterSaleType } from '../words.js';

/** What a ruling or an override may bring about, by the type applied for. */
export const REMEDIES = {
  refund: ['refund', 'return'],
  return: ['refund', 'return'],
  exchange: ['refund', 'return', 'exchange'],
  repair: ['refund', 'return', 'exchange', 'repair'],
} as const satisfies Record<AfterSaleType, readonly AfterSaleType[]>;

const grantsOverride = { type: 'grant', params: { kind: 'override' } } as const;

/** Money goes while the goods are on their way or being looked at: they still arrive and are inspected. */
const paidBeforeInspection = [
  {
    guard: 'overridableUnderway',
    target: '#afterSale.refunding',
    reenter: true,
    actions: ['drop', { type: 'setEarly', params: { next: 'inTransit' } }, grantsOverride],
  },
  {
    guard: 'overridableInspecting',
    target: '#afterSale.refunding',
    reenter: true,
    actions: ['drop', { type: 'setNext', params: { next: 'inspecting' } }, grantsOverride],
  },
] as const;

/** Where the goods can be in a state; `none`: they never left; `early`: on their way or being looked at, with money granted for them. */
export type Place = 'none' | 'buyer' | 'underway' | 'early' | 'merchant' | 'lost';

/** The merchant owes something for goods at these places: there the buyer cannot be left with nothing. */
const OWED: readonly Place[] = ['underway', 'early', 'merchant'];

/** An override that gives goods something else, from each place where they can be. */
function overridesOf(remedy: 'return' | 'exchange' | 'repair', places: readonly Place[]) {
  // Nothing is sent back any more: all goods that are there get the remedy.
  const actions = ['drop' as const, 'clearRest' as const, { type: 'setRemedy' as const, params: { remedy } }];
  const ways = [
    { place: 'underway', guard: 'overridableForOther' as const, target: '#afterSale.returning.inTransit' },
    { place: 'merchant', guard: 'overridableAtMerchant' as const, target: '#afterSale.passed' },
    { place: 'buyer', guard: 'overridableAtBuyer' as const, target: '#afterSale.returning.awaitingHandover' },
  ] as const;
  return ways
    .filter(({ place }) => places.includes(place) && !(remedy === 'return' && place === 'merchant'))
    .map(({ guard, target }) => ({ guard, target, actions }));
}

/**
 * The commands of every open state: notes, longer deadlines, hold and release, override. `places` are
 * those where the goods can be there; a way from another place is not drawn.
 */
export function openCommands(chart: ChartSetup, type: AfterSaleType, places: readonly Place[]) {
  const remedies: readonly AfterSaleType[] = REMEDIES[type];
  const goods = (remedy: 'return' | 'exchange' | 'repair') => {
    const ways = remedies.includes(remedy) ? overridesOf(remedy, places) : [];
    return ways.length === 0 ? {} : { [`override.${remedy}` as const]: ways };
  };
  return chart.createStateConfig({
    on: {
      note: { actions: 'record' },
      extend: { guard: 'notHeld', actions: 'record' },
      repayFreight: { guard: 'notHeld', actions: 'record' },
      hold: { guard: 'notHeld', actions: ['setHeld', 'holdTimer'] },
      release: { guard: 'held', actions: ['setReleased', 'stopHoldTimer', 'pay'] },
      holdExpired: { guard: 'held', actions: ['setReleased', 'pay'] },
      ...(places.every((place) => OWED.includes(place))
        ? {}
        : { 'override.upheld': { guard: 'overridableToNothing' as const, target: '#afterSale.refused', actions: 'drop' as const } }),
      'override.refund': [
        ...(places.includes('early') ? paidBeforeInspection : []),
        {
          guard: 'overridable',
          target: '#afterSale.refunding',
          reenter: true,
          actions: ['drop', 'clearRest', { type: 'setNext', params: { next: 'end' } }, grantsOverride],
        },
      ],
      'override.bearer': { guard: 'overridable', actions: ['rebear'] },
      ...goods('return'),
      ...goods('exchange'),
      ...goods('repair'),
    },
  }).on;
}
