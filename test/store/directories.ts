import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openSqliteStore, type SqliteOptions, type SqliteStore } from '../../src/store/sqlite/open.js';

/** Gives directories and stores that are gone after each test of the file. */
export function temporaryStores() {
  const directories: string[] = [];
  const stores: SqliteStore[] = [];

  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
  });

  const directory = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'redress-store-'));
    directories.push(made);
    return made;
  };
  return {
    directory,
    open: (options: Partial<SqliteOptions> = {}): SqliteStore => {
      const store = openSqliteStore({ dataDirectory: options.dataDirectory ?? directory(), writer: 'inline', ...options });
      stores.push(store);
      return store;
    },
  };
}
