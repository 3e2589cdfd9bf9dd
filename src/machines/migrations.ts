import { CHART_VERSION } from './chart.js';
import type { ChartContext } from './context.js';
import { type Snapshot, type StateValue, statePath } from './step.js';

/** What changed with one version of the charts for snapshots that are already stored. */
export interface ChartMigration {
  /** the version that changed it */
  readonly version: number;
  /** states by their new names: `{ 'reviewing.offered': 'reviewing.countered' }`; a state's children move with it */
  readonly renamed: Readonly<Record<string, string>>;
  /** values of context that charts before did not have */
  readonly added: Partial<ChartContext>;
}

/** In the order of their versions. Each one has a test of its own. */
export const MIGRATIONS: readonly ChartMigration[] = [];

/** Timer ids end in the state that waits: `xstate.after.offer.afterSale.reviewing.offered`. */
const TIMER = /^(xstate\.after\.[^.]+\.afterSale\.)(.+)$/;

/**
 * A stored snapshot as the charts of today read it: the same object where nothing changed since.
 * Throws for a snapshot of newer charts, which this program cannot read.
 */
export function migrateSnapshot(
  snapshot: Snapshot,
  migrations: readonly ChartMigration[] = MIGRATIONS,
  version: number = CHART_VERSION,
): Snapshot {
  if (snapshot.version === version) return snapshot;
  const missed = migrationsSince(snapshot.version, migrations, version);
  const value = nestedValue(missed.reduce((path, migration) => renamed(path, migration), statePath(snapshot.value)));
  const context: ChartContext = Object.assign({}, ...missed.map(({ added }) => added), snapshot.context);
  return { version, value, context };
}

/** The id of a stored timer whose state has another name today. `stored` is the version of its after-sale's snapshot. */
export function migrateTimerId(
  timerId: string,
  stored: number,
  migrations: readonly ChartMigration[] = MIGRATIONS,
  version: number = CHART_VERSION,
): string {
  const [, prefix, path] = TIMER.exec(timerId) ?? [];
  if (stored === version || prefix === undefined || path === undefined) return timerId;
  return prefix + migrationsSince(stored, migrations, version).reduce((known, migration) => renamed(known, migration), path);
}

function migrationsSince(stored: number, migrations: readonly ChartMigration[], version: number): readonly ChartMigration[] {
  if (stored > version) throw new RangeError(`the snapshot is of charts ${stored}; this program knows charts up to ${version}`);
  return migrations.filter((migration) => migration.version > stored && migration.version <= version);
}

function renamed(path: string, migration: ChartMigration): string {
  for (const [from, to] of Object.entries(migration.renamed)) {
    if (path === from) return to;
    if (path.startsWith(`${from}.`)) return to + path.slice(from.length);
  }
  return path;
}

/** `reviewing.merchant` as `{ reviewing: 'merchant' }`. */
function nestedValue(path: string): StateValue {
  const [first = '', ...rest] = path.split('.');
  return rest.length === 0 ? first : { [first]: nestedValue(rest.join('.')) };
}
