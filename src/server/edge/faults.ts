import type { z } from 'zod';

/** One field that does not fit: where it stands (`selection[0].quantity`), what is wrong, what was expected. */
export interface Fault {
  readonly path: string;
  readonly message: string;
  readonly expected?: string;
}

/** So many are named; a body of nothing but faults does not get an answer of its own size. */
const NAMED = 20;
const LONGEST_MESSAGE = 300;

/** The fields at fault in a failed parse; none where there was no error. */
export function faultsOf(error: z.ZodError | undefined): Fault[] {
  if (error === undefined) return [];
  return error.issues.flatMap((issue) => faultsOfIssue(issue, [])).slice(0, NAMED);
}

function faultsOfIssue(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Fault[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = [...issue.errors].sort((a, b) => weight(a) - weight(b))[0] ?? [];
    return nearest.flatMap((inner) => faultsOfIssue(inner, path));
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: written([...path, key]), message: 'There is no such field here.' }));
  }
  const expected = expectedBy(issue);
  return [{ path: written(path), message: issue.message.slice(0, LONGEST_MESSAGE), ...(expected === undefined ? {} : { expected }) }];
}

/** The alternative that was most likely meant: the one with the fewest faults, unknown names counting most. */
const weight = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce((all, issue) => all + (issue.code === 'unrecognized_keys' ? 10 * issue.keys.length : issue.path.length === 0 ? 5 : 1), 0);

function expectedBy(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(', ').slice(0, LONGEST_MESSAGE);
    case 'too_small':
      return `at least ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_format':
      return issue.format === 'regex' ? inWords(issue) : issue.format;
    default:
      return undefined;
  }
}

/** What a pattern asks for, in the words that stand beside it. */
const inWords = ({ message, pattern }: z.core.$ZodIssueInvalidStringFormat & { pattern?: string }): string =>
  /^expected (.+)/.exec(message)?.[1] ?? `text like ${pattern}`;

/** `['selection', 0, 'quantity']` as `selection[0].quantity`; names that callers made up are cut short. */
function written(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = String(step).slice(0, 100);
    return text === '' ? name : `${text}.${name}`;
  }, '');
}
