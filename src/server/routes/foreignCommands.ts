import { ENTRY_POINTS, type EntryPoint } from '../../actors/principal.js';
import { refuse } from '../../domain/refusals.js';
import { type Endpoint, endpoint } from '../endpoint.js';
import { COMMAND_BODIES } from '../wire/commands.js';
import { entryPath, operationId } from './paths.js';

const COMMAND_PATH = /^\/v1\/([a-z]+)\/after-sales\/[^/]+\/([A-Za-z]+)$/;

/**
 * What answers a command that stands under other entry points only: `command.notYours` to those who may use this
 * one, and nothing about the after-sale. It has no place in the document, for it is not there to be called.
 */
export function foreignCommands(): (method: string, path: string) => Endpoint | undefined {
  const byEntry = new Map<string, Endpoint>(ENTRY_POINTS.map((entry) => [entry, foreignCommand(entry)]));
  return (method, path) => {
    const [, entry = '', word = ''] = method === 'POST' ? (COMMAND_PATH.exec(path) ?? []) : [];
    return Object.hasOwn(COMMAND_BODIES, word) ? byEntry.get(entry) : undefined;
  };
}

function foreignCommand(entry: EntryPoint): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: entryPath(entry, 'after-sales/{id}/{command}'),
      operationId: operationId(entry, 'foreignCommand'),
      tag: 'Commands',
      summary: 'A command that others may give',
      access: entry,
      keyed: false,
      matched: false,
      takes: { kind: 'nothing' },
      answers: {},
      refusals: ['command.notYours'],
      counted: 'foreignCommand',
    },
    async () => ({ refusal: refuse('command.notYours', `This is not a command of ${entry}.`) }),
  );
}
