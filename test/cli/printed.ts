/** Reads the lines that a service prints for pasting, as a shell would. */

export interface Printed {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** The words of a line; single quotes keep what is in them together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)].map(([word]) => word.replaceAll(/'([^']*)'|\\(.)/g, '$1$2'));
}

/** Every curl line of an output, as a request. */
export function printedRequests(output: string): Printed[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('curl '))
    .map((line) => {
      const words = wordsOf(line);
      const after = (flag: string): string[] => words.flatMap((word, i) => (words[i - 1] === flag ? [word] : []));
      const headers = after('-H').map((header): [string, string] => {
        const [name = '', ...value] = header.split(': ');
        return [name, value.join(': ')];
      });
      return {
        url: words.find((word) => word.startsWith('http://')) ?? '',
        method: after('-X')[0] ?? 'GET',
        headers: Object.fromEntries(headers),
        body: after('-d')[0],
      };
    });
}

/** The answer to a printed request, which must be a success. */
export async function follow({ url, method, headers, body }: Printed): Promise<Record<string, unknown>> {
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  if (!response.ok) throw new Error(`${method} ${url} is answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
