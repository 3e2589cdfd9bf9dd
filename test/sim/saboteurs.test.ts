import { describe, expect, it } from 'vitest';
import { catchSaboteur, SABOTEURS } from '../../src/sim/saboteurs/all.js';
import { scaled } from '../scale.js';

describe('a simulation without one of its guards', () => {
  it('has at least twenty names', () => {
    expect(new Set(SABOTEURS.map(({ name }) => name)).size).toBeGreaterThanOrEqual(20);
  });

  it.each(SABOTEURS.map((saboteur) => [saboteur.name, saboteur] as const))(
    'is found out: %s',
    async (_, saboteur) => {
      const { outcome, held } = await catchSaboteur(saboteur, { seeds: 60, heldSeeds: scaled(3) });
      expect(saboteur.breaks).toContain(outcome?.violation?.promise);
      expect(held?.broken?.violation).toBeUndefined();
    },
    scaled(180_000),
  );
});
