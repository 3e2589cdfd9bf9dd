import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { BookKey } from '../../src/domain/ids.js';
import { Random } from '../../src/sim/random.js';
import { databaseFile } from '../../src/store/sqlite/open.js';
import { Load } from '../concurrency/load.js';
import { type Serving, servingTests, UNSTEADY_GATEWAY } from '../concurrency/serving.js';
import { differencesOf } from '../concurrency/verified.js';
import { counted, scaled } from '../scale.js';
import { orderBody, photo } from '../stories/sketches.js';
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
  /** when somebody was told that `ERASED` is nowhere any more */
  readonly erasedAt: number;
}

const ERASED = 'The buyer who wrote this wants to be forgotten.';

/** Somebody buys, applies, withdraws, and has everything erased that they said. */
async function buyAndBeErased(serving: Serving): Promise<void> {
  const buyer = { platform: 'demo', buyerUid: 'gone' };
  const user = await serving.caller({ role: 'user', ...buyer });
  const platform = await serving.caller({ role: 'platform', id: 'machine', platform: 'demo' });
  const operations = await serving.caller({ role: 'operations', id: 'operator' });
  const body = orderBody({ lines: [{ sku: 'cup', price: 1_000 }] }, buyer.buyerUid, Date.now());
  expect((await platform.send('PUT', 'shops/shop-1/orders/gone', { body })).status).toBe(201);
  const application = { shopId: 'shop-1', orderNo: 'gone', type: 'refund', reason: 'missing', claim: { kind: 'unit' }, remark: ERASED };
  const selection = [{ lineNo: 1, quantity: 1 }];
  const applied = await user.send('POST', 'after-sales', { body: { ...application, selection, evidence: [photo()] } });
  expect(applied.status).toBe(201);
  const { id } = applied.body as { readonly id: string };
  expect((await user.send('POST', `after-sales/${id}/withdraw`, { body: {} })).status).toBe(200);
  const erased = await operations.send('POST', 'erasures', { body: buyer, headers: { 'x-request-id': 'erasure' } });
  expect([erased.status, erased.text]).toEqual([200, erased.text]);
}

const holdsErased = (directory: string): boolean => [...filesOf(directory).values()].some((bytes) => bytes.includes(ERASED));

/** Lets a service work under load, from an empty directory on, and ends it in the middle. */
async function workedService(
  commands: number,
  disturb: (shim: Shim, load: Load, serving: Serving) => Promise<void> = async () => undefined,
): Promise<Worked> {
  const dataDirectory = services.directory();
  const watched = shim(dataDirectory, { recording: true });
  const base = filesOf(dataDirectory);
  const serving = await services.start(dataDirectory, UNSTEADY_GATEWAY, watched.environment);
  const load = new Load(serving, 0);
  await load.open(8);
  const running = load.run(3);
  await disturb(watched, load, serving);
  await load.answered(commands);
  await serving.kill();
  await running;
  const recorded: Recorded = { directory: dataDirectory, base, happenings: readRecording(watched.log) };
  const answers = answersOf(recorded);
  const erasedAt = answers.get('erasure')?.moment ?? Number.POSITIVE_INFINITY;
  return { recorded, load, erasedAt, acknowledged: await acknowledgedOf(dataDirectory, load.sent, answers) };
}

/** The books that were changed last are judged in each image, all of them in some. */
function booksOf(number: number, load: Load, acknowledged: readonly Acknowledged[]): readonly BookKey[] {
  return number % 10 === 0 ? load.books : [...new Set(acknowledged.slice(-3).map(({ sent }) => sent.book))];
}

/** Opens images as the product does; `known` tells what was acknowledged before a moment. */
async function faultsOfImages(
  recorded: Recorded,
  { load, erasedAt }: Pick<Worked, 'load' | 'erasedAt'>,
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
    if (number % 5 === 0) found.push(...(await differencesOf(place)));
    if (image.moment >= erasedAt && holdsErased(place)) found.push('what was erased is there again');
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
    worked = await workedService(700, async (_, load, serving) => {
      await load.answered(250);
      await buyAndBeErased(serving);
    });
  });

  it(`nothing that was answered is lost, in ${IMAGES} images of the disk`, { timeout: scaled(240_000) }, async () => {
    const { recorded, acknowledged } = worked;
    const images = imagesOf(recorded, IMAGES, new Random('loss of power'));
    expect(await faultsOfImages(recorded, worked, images, knownIn(worked))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(300);
    expect(worked.erasedAt).toBeLessThan(recorded.happenings.length);
    expect(recorded.happenings.some((happening) => happening.kind === 'written' && happening.bytes.includes(ERASED))).toBe(true);
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
      expect(
        await faultsOfImages(
          starting,
          { load, erasedAt: first.moment >= worked.erasedAt ? 0 : Number.POSITIVE_INFINITY },
          images,
          () => acknowledged,
        ),
      ).toEqual([]);
    }
  });
});

it(`loses nothing on a disk whose syncs fail now and then, in ${FAILING} images`, { timeout: scaled(240_000) }, async () => {
  const worked = await workedService(300, async (watched, load) => {
    for (const answered of [20, 60, 100, 150, 200]) {
      await load.answered(answered);
      watched.fail({ operations: ['sync'], error: 'EIO', after: 3, times: 1 });
      await vi.waitUntil(() => watched.failed() === 1, { timeout: 20_000, interval: 2 });
    }
  });
  expect(worked.load.sent.filter(({ answer }) => answer?.status === 503).map(({ answer }) => answer?.code)).toContain(
    'service.outcomeUnknown',
  );
  const images = imagesOf(worked.recorded, FAILING, new Random('failing syncs'));
  expect(await faultsOfImages(worked.recorded, worked, images, knownIn(worked))).toEqual([]);
});
