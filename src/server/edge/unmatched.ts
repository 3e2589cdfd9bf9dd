import { type RefusalCode, refuse } from '../../domain/refusals.js';
import type { Refused } from '../answer.js';
import type { EndpointDocument } from '../endpoint.js';

/** What is said of a path or method that no operation has. */
export function createUnmatched(endpoints: readonly Pick<EndpointDocument, 'method' | 'path'>[]): (path: string) => Refused {
  const paths = endpoints.map(({ method, path }) => ({ method: method.toUpperCase(), steps: path.split('/') }));
  return (path) => {
    const steps = path.split('/');
    const methods = new Set(paths.filter((known) => fits(known.steps, steps)).map(({ method }) => method));
    if (methods.size === 0) return refused('request.notFound', 'No operation has this path.');
    if (methods.has('GET')) methods.add('HEAD');
    const allow = [...methods].sort().join(', ');
    return { ...refused('request.methodNotAllowed', `This path takes ${allow}.`), headers: { allow } };
  };
}

const refused = (code: RefusalCode, detail: string): Refused => ({ refusal: refuse(code, detail) });

const fits = (known: readonly string[], given: readonly string[]): boolean =>
  known.length === given.length && known.every((step, i) => (step.startsWith('{') ? given[i] !== '' : step === given[i]));
