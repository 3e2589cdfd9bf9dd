import { type Minor, shareHalfUp } from './money.js';
import { type Refusal, refuse } from './refusals.js';

/**
 * Whether `actualGrams` can be the real weight of a unit sold as `weightGrams`: a whole number of grams,
 * not negative and less than was sold. Refuses with `selection.weightInvalid`, also where the goods have no weight.
 */
export function checkWeight(weightGrams: number | undefined, actualGrams: number): Refusal | undefined {
  if (weightGrams === undefined) return refuse('selection.weightInvalid', 'These goods are not sold by weight.');
  if (Number.isSafeInteger(actualGrams) && actualGrams >= 0 && actualGrams < weightGrams) return undefined;
  return refuse('selection.weightInvalid', `${actualGrams} g is no short weight of a unit of ${weightGrams} g.`, {
    facts: { weightGrams, actualGrams },
  });
}

/**
 * The price of what a unit weighs less than was sold, tax contained: the missing part of the cost, half up
 * (EXAMPLES 6: 500 g for 1990 that weigh 430 g give 279). Refuses with `selection.weightInvalid`.
 */
export function missingWeight(costGross: Minor, weightGrams: number, actualGrams: number): Minor | Refusal {
  return checkWeight(weightGrams, actualGrams) ?? shareHalfUp(costGross, weightGrams - actualGrams, weightGrams);
}
