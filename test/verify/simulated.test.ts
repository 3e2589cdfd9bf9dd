import { expect, it } from 'vitest';
import type { Commit } from '../../src/actors/ports.js';
import { verifyAll } from '../../src/cli/verify/run.js';
import { instant } from '../../src/domain/ids.js';
import type { Template } from '../../src/machines/template.js';
import { nobody } from '../../src/sim/judge.js';
import { drawPlan } from '../../src/sim/plan.js';
import { run } from '../../src/sim/run.js';
import { commitGroup } from '../../src/store/sqlite/commitGroup.js';
import { openConnection } from '../../src/store/sqlite/connection.js';
import { migrate } from '../../src/store/sqlite/migrate.js';
import { MIGRATIONS } from '../../src/store/sqlite/schema.js';
import { scaled } from '../scale.js';
import { verifierOf } from './house.js';

/** Whatever several hosts decide, with books that they kept or loaded anew, is decided the same again. */
it.each(Array.from({ length: scaled(3) }, (_, number) => `verified-${number}`))(
  'a simulated world leaves nothing to be found: %s',
  async (seed) => {
    const commits: Commit[] = [];
    const templates: Template[] = [];
    const plan = drawPlan(seed, { store: 'memory', orders: 4, acts: 40 });
    await run(
      { ...plan, mix: { ...plan.mix, publish: 0 } },
      {
        judge: {
          ...nobody,
          published: (template) => templates.push(template),
          committed: (commit, { outcome }) => {
            if (outcome === 'committed' && commit.write !== null) commits.push(commit);
          },
        },
      },
    );
    const connection = openConnection(':memory:', { readOnly: false });
    migrate(connection, ':memory:', MIGRATIONS);
    const publish = connection.prepare('INSERT INTO template (id, version, published_at, body) VALUES (?, ?, ?, ?)');
    for (const template of templates) publish.run(template.id, template.version, instant(0), JSON.stringify(template));
    for (const { outcome } of commits.flatMap((commit) => commitGroup(connection, [{ ...commit, answer: null }])))
      expect(outcome).toBe('committed');

    const opened = { verifier: verifierOf(connection), close: () => undefined };
    const tally = await verifyAll(opened, { dataDirectory: '', jobs: 1 }, () => undefined);
    expect(tally.findings).toEqual([]);
    expect(tally).toMatchObject({ orders: 4, events: commits.length, older: 0 });
    // In some worlds buyers are erased.
    expect(tally.decided + tally.erased).toBe(commits.length);
    expect(tally.decided).toBeGreaterThan(commits.length / 2);
    connection.close();
  },
);
