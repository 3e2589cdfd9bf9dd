import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { orderNo, shopId } from '../../src/domain/ids.js';
import { Random } from '../../src/sim/random.js';
import { openConnection } from '../../src/store/sqlite/connection.js';
import { databaseFile, openSqliteStore } from '../../src/store/sqlite/open.js';
import { counted } from '../scale.js';
import { temporaryStores } from '../store/directories.js';
import { filesOf, imagesOf, layOut, type Recorded } from './images.js';
import { readRecording } from './recording.js';
import { shims } from './shim.js';

/**
 * Whether the images can show a loss at all: the same commits, on a disk that does not sync or with a setting of
 * SQLite that waits for no sync, are seen to be lost.
 */

const stores = temporaryStores();
const shim = shims();
const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const childFile = fileURLToPath(new URL('./child.mjs', import.meta.url));
const IMAGES = counted(25, 250);
const GROUPS = 60;

/** Commits until all groups are done; gives what became of the files. */
async function recordedChild(synchronous: string, syncs: 'kept' | 'swallowed', dataIn = '.'): Promise<Recorded> {
  const directory = stores.directory();
  const watched = shim(directory, { recording: true });
  if (syncs === 'swallowed') watched.swallowSyncs();
  const base = filesOf(directory);
  const child = spawn(process.execPath, [childFile, dist, join(directory, dataIn), synchronous, String(GROUPS)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, ...watched.environment },
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  return { directory, base, happenings: readRecording(watched.log) };
}

/** The newest version of each order that was acknowledged before a moment. */
function acknowledgedBefore({ happenings }: Recorded, moment: number): Map<string, number> {
  const versions = new Map<string, number>();
  for (const happening of happenings.slice(0, moment)) {
    if (happening.kind !== 'answered') continue;
    const [order = '', version] = happening.text.trim().split(' ');
    versions.set(order, Number(version));
  }
  return versions;
}

/** Why what the image holds is not all that was acknowledged; undefined where it is. */
async function lostIn(dataDirectory: string, acknowledged: ReadonlyMap<string, number>): Promise<string | undefined> {
  try {
    const store = openSqliteStore({ dataDirectory, writer: 'inline' });
    try {
      for (const [order, version] of acknowledged) {
        const newest = await store.books.newest({ shopId: shopId('shop'), orderNo: orderNo(order) });
        if ((newest?.version ?? 0) < version) return `${order} is at ${newest?.version}, and ${version} was acknowledged`;
      }
    } finally {
      await store.close();
    }
    const connection = openConnection(databaseFile(dataDirectory), { readOnly: true });
    const said = String(connection.pragma('integrity_check', { simple: true }));
    connection.close();
    return said === 'ok' ? undefined : said;
  } catch (error) {
    return String(error);
  }
}

it.each([
  { synchronous: 'FULL', syncs: 'kept', loses: false },
  { synchronous: 'FULL', syncs: 'swallowed', loses: true },
  { synchronous: 'NORMAL', syncs: 'kept', loses: true },
  { synchronous: 'OFF', syncs: 'kept', loses: true },
] as const)(
  'with synchronous=$synchronous and syncs $syncs, acknowledged commits are lost: $loses',
  async ({ synchronous, syncs, loses }) => {
    const recorded = await recordedChild(synchronous, syncs);
    expect(recorded.happenings.filter(({ kind }) => kind === 'answered')).toHaveLength(4 * GROUPS);
    const place = join(stores.directory(), 'image');
    const lost: string[] = [];
    for (const image of imagesOf(recorded, IMAGES, new Random(`control ${synchronous} ${syncs}`))) {
      layOut(image, recorded.directory, place);
      const found = await lostIn(place, acknowledgedBefore(recorded, image.moment));
      if (found !== undefined) lost.push(`${image.left} at ${image.moment}: ${found}`);
      rmSync(place, { recursive: true, force: true });
    }
    if (loses) expect(lost.length).toBeGreaterThan(0);
    else expect(lost).toEqual([]);
  },
);

it('a data directory that is made has its name on disk, and so have those above it, before anything is acknowledged', async () => {
  const { directory, happenings } = await recordedChild('FULL', 'kept', 'new/data');
  const answered = happenings.findIndex(({ kind }) => kind === 'answered');
  const synced = new Set(happenings.slice(0, answered).flatMap((happening) => (happening.kind === 'syncEnded' ? [happening.file] : [])));
  const names = happenings.flatMap((happening) => (happening.kind === 'opened' && synced.has(happening.file) ? [happening.path] : []));
  expect(names).toEqual(expect.arrayContaining([directory, join(directory, 'new'), join(directory, 'new/data')]));
});
