import { memoryStore } from '../../src/sim/store/memoryStore.js';
import { describeBookStore } from '../store/conformance.js';
import { describeFiles } from '../store/fileConformance.js';
import { describeWork } from '../store/workConformance.js';

const make = async () => memoryStore();

describeBookStore('the simulated store', make);
describeWork('the simulated store', make);
describeFiles('the simulated store', make);
