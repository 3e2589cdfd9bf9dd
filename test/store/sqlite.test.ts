import { describeBookStore } from './conformance.js';
import { temporaryStores } from './directories.js';
import { describeFiles } from './fileConformance.js';
import { describeReads } from './readConformance.js';
import { describeWork } from './workConformance.js';

const stores = temporaryStores();
const inFile = async () => stores.open();
const inMemory = async () => stores.open({ dataDirectory: ':memory:' });

describeBookStore('SQLite in a file', inFile);
describeBookStore('SQLite in memory', inMemory);
describeWork('SQLite in a file', inFile);
describeWork('SQLite in memory', inMemory);
describeReads('SQLite in a file', inFile);
describeFiles('SQLite in a file', inFile);
