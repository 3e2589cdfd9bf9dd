import { hash } from 'node:crypto';
import type { Person } from './people.js';
import type { Answer } from './service/connection.js';

/** Every command of a run and what it was answered, to hold the service to its word afterwards. */

/** An answer, as far as it is decided: what the same key must be answered with again. */
export interface Said {
  readonly status: number;
  /** of a refusal */
  readonly code: string | undefined;
  /** hash of a success's text, or of a refusal's code and detail */
  readonly digest: string;
  /** the book's version after it */
  readonly version: number | undefined;
}

/** A command that was given. */
export interface Given {
  readonly person: Person;
  /** as reports name it */
  readonly word: string;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: string;
  /** undefined where the command is named by its content */
  readonly key: string | undefined;
  /** number of the order in the run */
  readonly book: number;
  /** the after-sale it was given to, or made */
  caseId: string | undefined;
  /** undefined until it is answered */
  said: Said | undefined;
  /** an answer to the same key that was another one */
  contradiction: Said | undefined;
}

const problem = (text: string): { readonly code: string; readonly detail: string } => {
  const read: unknown = text.startsWith('{') ? JSON.parse(text) : {};
  const { code = 'none', detail = '' } = read as { code?: string; detail?: string };
  return { code, detail };
};

/** What of an answer is remembered: status, version and a digest of its text. */
export function saidOf({ status, text, version }: Answer): Said {
  if (status < 400) return { status, code: undefined, digest: hash('sha1', text), version };
  const { code, detail } = problem(text);
  return { status, code, digest: hash('sha1', `${code} ${detail}`), version: undefined };
}

/** Answers that invite a retry; they are not kept, and the next may be another one. */
const INVITES_RETRY: ReadonlySet<number> = new Set([401, 403, 412, 429, 503]);
/** Whether the same key must get the same answer again. */
export const isKept = ({ status }: Said): boolean => !INVITES_RETRY.has(status);
/** Whether the service said yes. */
export const isTaken = ({ status }: Said): boolean => status < 300;
/** Whether two answers say the same. */
export const isSame = (one: Said, other: Said): boolean => one.status === other.status && one.digest === other.digest;

export class Journal {
  readonly given: Given[] = [];

  begin(given: Omit<Given, 'said' | 'contradiction'>): Given {
    const kept: Given = { ...given, said: undefined, contradiction: undefined };
    this.given.push(kept);
    return kept;
  }

  /** commands that were taken */
  taken(): Given[] {
    return this.given.filter(({ said }) => said !== undefined && isTaken(said));
  }
}
