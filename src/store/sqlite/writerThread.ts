import { parentPort, workerData } from 'node:worker_threads';
import { openConnection } from './connection.js';
import { recoveringRunner } from './recovering.js';
import type { ThreadMessage } from './threadWriter.js';

/** What the writer's thread is started with. */
export interface ThreadData {
  readonly file: string;
}

const port = parentPort;
if (port === null) throw new Error('the writer runs in a thread of its own');

const { file } = workerData as ThreadData;
const runner = recoveringRunner(() => openConnection(file, { readOnly: false }));

port.on('message', (message: ThreadMessage) => {
  if (message.kind === 'run') {
    port.postMessage(runner.run(message.requests));
    return;
  }
  if (message.kind === 'compact') {
    port.postMessage([runner.compact()]);
    return;
  }
  runner.close();
  port.postMessage('closed');
});
