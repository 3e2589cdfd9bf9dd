import { parentPort, workerData } from 'node:worker_threads';
import type { Range } from '../../store/sqlite/verify/walk.js';
import { openForVerifying, verifyPart } from './run.js';
import type { HelperData } from './threads.js';

// A thread of `redress verify --jobs`: verifies each range of orders that it is sent, and answers with what it came to.
const port = parentPort;
if (port === null) throw new Error('this file runs in a thread');
const { dataDirectory, scope } = workerData as HelperData;
const { verifier } = openForVerifying(dataDirectory);
port.on('message', (range: Range) => port.postMessage(verifyPart(verifier, scope, range)));
port.postMessage('ready');
