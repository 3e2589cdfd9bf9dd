import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readReplay, writeReplay } from '../../src/sim/replay.js';
import { catchSaboteur, SABOTEURS } from '../../src/sim/saboteurs/all.js';
import { runReplay, shrink } from '../../src/sim/shrink.js';
import { scaled } from '../scale.js';

describe('a broken promise', () => {
  it.each(['fees-taken-twice', 'unknown-is-failed', 'exchange-frees-early', 'moved-money-ignored'])(
    'shrinks to a short sequence that breaks it again, also from its file: %s',
    async (name) => {
      const saboteur = SABOTEURS.find((candidate) => candidate.name === name);
      if (saboteur === undefined) throw new Error(`there is no saboteur ${name}`);
      const { outcome } = await catchSaboteur(saboteur, { seeds: 60, heldSeeds: 0 });
      if (outcome?.violation === undefined) throw new Error('it was not found');
      const shrunk = await shrink(outcome, saboteur.sabotage, name);
      expect(shrunk.reproduced).toBe(true);
      expect(shrunk.replay.items.length).toBeLessThanOrEqual(Math.min(25, outcome.items.length));
      expect(outcome.story.length).toBeGreaterThan(0);

      const directory = mkdtempSync(join(tmpdir(), 'redress-replay-'));
      const file = join(directory, 'replay.json');
      writeReplay(file, shrunk.replay);
      const again = await runReplay(readReplay(file), saboteur.sabotage);
      rmSync(directory, { recursive: true });
      expect(again.violation).toMatchObject({ promise: outcome.violation.promise, check: outcome.violation.check });
      const twice = await runReplay(shrunk.replay, saboteur.sabotage);
      expect(twice.traceHash).toBe(again.traceHash);
    },
    scaled(180_000),
  );
});
