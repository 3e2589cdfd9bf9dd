import { expect, it } from 'vitest';
import { instant } from '../../src/domain/ids.js';
import { memoryStore } from '../../src/sim/store/memoryStore.js';
import { at, keyOf, newBook } from '../store/commits.js';
import { describeBookStore } from '../store/conformance.js';
import { describeFiles } from '../store/fileConformance.js';
import { describeWork } from '../store/workConformance.js';

const make = async () => memoryStore();

describeBookStore('the simulated store', make);
describeWork('the simulated store', make);
describeFiles('the simulated store', make);

it('the newest instant is that of the last commit, whatever time it says, as SQLite has it', async () => {
  const store = memoryStore();
  expect(await store.reads.newestInstant()).toBe(instant(0));
  await store.books.commit(newBook(keyOf(1), {}, { at: at(5) }));
  await store.books.commit(newBook(keyOf(2), {}, { at: at(3) }));
  expect(await store.reads.newestInstant()).toBe(at(3));
});
