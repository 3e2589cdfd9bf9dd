import { inProcessLock } from '../../src/locks/inProcess.js';
import { describeLock } from './conformance.js';

describeLock('the lock within a process', inProcessLock);
