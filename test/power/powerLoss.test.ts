import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BookKey } from '../../src/domain/ids.js';
import { Random } from '../../src/sim/random.js';
import { databaseFile } from '../../src/store/sqlite/open.js';
import { Load } from '../concurrency/load.js';
import { servingTests, UNSTEADY_GATEWAY } from '../concurrency/serving.js';
import { counted, scaled } from '../scale.js';
import { type Answered, answersOf, filesOf, type Image, imagesOf, layOut, type Recorded } from './images.js';
import { type Acknowledged, acknowledgedOf, faultsOfImage } from './judge.js';
import { readRecording } from './recording.js';
import { type Shim, shims } from './shim.js';

/**
 * The power goes at any moment. A service works under load with every write and sync of its files written down;
 * from that the disk is rebuilt as it may have been at a moment, and the product opens it.
 */

const services = servingTests();
const shim = shims();
const IMAGES = counted(50, 500);
const AGAIN = counted(2, 20);
const FAILING = counted(10, 100);

interface Worked {
  readonly recorded: Recorded;
  readonly load: Load;
  readonly acknowledged: readonly (Acknowledged & Answered)[];
}

/** Lets a service work under load, from an empty directory on, and ends it in the middle. */
async function workedService(
  commands: number,
  disturb: (shim: Shim, load: Load) => Promise<void> = async () => undefined,
): Promise<Worked> {
  const dataDirectory = services.directory();
  const watched = shim(dataDirectory, { recording: true });
  const base = filesOf(dataDirectory);
  const serving = await services.start(dataDirectory, UNSTEADY_GATEWAY, watched.environment);
  const load = new Load(serving, 0);
  await load.open(8);
  const running = load.run(3);
  await disturb(watched, load);
  await load.answered(commands);
  await serving.kill();
  await running;
  const recorded: Recorded = { directory: dataDirectory, base, happenings: readRecording(watched.log) };
  return { recorded, load, acknowledged: await acknowledgedOf(dataDirectory, load.sent, answersOf(recorded)) };
}

/** The books that were changed last are judged in each image, all of them in some. */
function booksOf(number: number, load: Load, acknowledged: readonly Acknowledged[]): readonly BookKey[] {
  return number % 10 === 0 ? load.books : [...new Set(acknowledged.slice(-3).map(({ sent }) => sent.book))];
}

/** Opens images as the product does; `known` tells what was acknowledged before a moment. */
async function faultsOfImages(
  recorded: Recorded,
  load: Load,
  images: Iterable<Image>,
  known: (moment: number) => readonly Acknowledged[],
): Promise<string[]> {
  const place = join(services.directory(), 'image');
  const faults: string[] = [];
  let number = 0;
  for (const image of images) {
    layOut(image, recorded.directory, place);
    const acknowledged = known(image.moment);
    const found = await faultsOfImage(place, { acknowledged, books: booksOf(number, load, acknowledged) });
    faults.push(...found.map((fault) => `${image.left} at ${image.moment}: ${fault}`));
    rmSync(place, { recursive: true, force: true });
    number += 1;
  }
  return faults;
}

const knownIn =
  ({ acknowledged }: Worked) =>
  (moment: number): readonly Acknowledged[] =>
    acknowledged.filter((answer) => answer.moment <= moment);

describe('when the power goes', () => {
  let worked: Worked;
  beforeAll(async () => {
    // Enough to fill the log, carry it into the file and begin it anew.
    worked = await workedService(700);
  });

  it(`nothing that was answered is lost, in ${IMAGES} images of the disk`, { timeout: scaled(240_000) }, async () => {
    const { recorded, load, acknowledged } = worked;
    const images = imagesOf(recorded, IMAGES, new Random('loss of power'));
    expect(await faultsOfImages(recorded, load, images, knownIn(worked))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(300);
    const file = databaseFile(recorded.directory);
    const opened = recorded.happenings.flatMap((happening) =>
      happening.kind === 'opened' && happening.path === file ? [happening.file] : [],
    );
    const answered = recorded.happenings.findIndex(({ kind }) => kind === 'answered');
    const carried = recorded.happenings
      .slice(answered)
      .filter((happening) => happening.kind === 'written' && opened.includes(happening.file));
    expect(carried.length).toBeGreaterThan(100);
  });

  it(`and goes again while the service starts, nothing is lost either, ${AGAIN} times`, { timeout: scaled(240_000) }, async () => {
    const { recorded, load } = worked;
    for (const first of imagesOf(recorded, AGAIN, new Random('loss of power, twice'))) {
      const dataDirectory = services.directory();
      layOut(first, recorded.directory, dataDirectory);
      const watched = shim(dataDirectory, { recording: true });
      const base = filesOf(dataDirectory);
      const serving = await services.start(dataDirectory, UNSTEADY_GATEWAY, watched.environment);
      expect(await serving.stop()).toBe(0);
      const starting: Recorded = { directory: dataDirectory, base, happenings: readRecording(watched.log) };
      const acknowledged = knownIn(worked)(first.moment);
      const images = imagesOf(starting, 5, new Random(`again ${first.moment}`));
      expect(await faultsOfImages(starting, load, images, () => acknowledged)).toEqual([]);
    }
  });
});

it(`loses nothing on a disk whose syncs fail now and then, in ${FAILING} images`, { timeout: scaled(240_000) }, async () => {
  const failures: number[] = [];
  const worked = await workedService(300, async (watched, load) => {
    for (const answered of [20, 60, 100, 150, 200]) {
      await load.answered(answered);
      watched.fail({ operations: ['sync'], error: 'EIO', after: 3, times: 1 });
      await load.answered(answered + 25);
      failures.push(watched.failed());
    }
  });
  expect(failures).toEqual([1, 1, 1, 1, 1]);
  expect(worked.load.sent.filter(({ answer }) => answer?.status === 503).map(({ answer }) => answer?.code)).toContain(
    'service.outcomeUnknown',
  );
  const images = imagesOf(worked.recorded, FAILING, new Random('failing syncs'));
  expect(await faultsOfImages(worked.recorded, worked.load, images, knownIn(worked))).toEqual([]);
});
