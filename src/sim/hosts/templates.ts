import type { TemplateSource } from '../../actors/ports.js';
import type { Template } from '../../machines/template.js';
import { type Caller, type CallNames, callPort } from './calls.js';

/** Templates as the service has them: the published ones are read once and remembered. */
export function rememberTemplates(caller: Caller, names: CallNames): TemplateSource {
  const { store } = caller.ground;
  const call = { port: 'templates', of: 'templates', fails: 'store.readFails', reads: true } as const;
  let published: Promise<readonly Template[]> | undefined;
  return {
    published: () => {
      published ??= callPort(caller, names, call, () => store.templates.published()).catch((error: unknown) => {
        published = undefined;
        throw error;
      });
      return published;
    },
    version: (id, version) => callPort(caller, names, call, () => store.templates.version(id, version)),
  };
}
