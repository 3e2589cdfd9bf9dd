import { type Refusal, refuse } from '../../domain/refusals.js';

/** An amount that is not in the expected currency, and where it stands. */
interface Mixed {
  readonly path: string;
  readonly currency: string;
}

/**
 * Refuses with `order.currencyMixed`, naming the path, when any amount within a parsed body is in another
 * currency than its order.
 */
export function refuseOtherCurrency(body: unknown, currency: string): Refusal | undefined {
  const mixed = findMixed(body, currency);
  if (mixed === undefined) return undefined;
  return refuse('order.currencyMixed', `The order is in ${currency}, this amount in ${mixed.currency}.`, {
    path: mixed.path,
    facts: { expected: currency, given: mixed.currency },
  });
}

function findMixed(value: unknown, currency: string): Mixed | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isAmount(value)) return value.currency === currency ? undefined : { path: '', currency: value.currency };
  const members = value as { readonly [step: string]: unknown };
  for (const step of Object.keys(members)) {
    const found = findMixed(members[step], currency);
    if (found !== undefined) return { ...found, path: joined(Array.isArray(value) ? `[${step}]` : step, found.path) };
  }
  return undefined;
}

const joined = (step: string, rest: string): string => (rest === '' || rest.startsWith('[') ? step + rest : `${step}.${rest}`);

/** Only amounts have both fields; an order's own `currency` stands without an `amount` beside it. */
const isAmount = (value: object): value is { readonly amount: number; readonly currency: string } =>
  'amount' in value && typeof value.amount === 'number' && 'currency' in value && typeof value.currency === 'string';
