import { openForVerifying } from '../../src/cli/verify/run.js';
import type { BookKey } from '../../src/domain/ids.js';

/** What `redress verify` would say of books, as sentences; told beside a running service or from what one left. */
export function faultsFound(dataDirectory: string, keys: readonly BookKey[]): string[] {
  const { verifier, close } = openForVerifying(dataDirectory);
  try {
    return keys.flatMap((key) => {
      const number = verifier.find(key);
      if (number === undefined) return [`${key.orderNo}: there is no such order`];
      const { findings } = verifier.book(number, Number.MAX_SAFE_INTEGER);
      return findings.map((finding) => `${key.orderNo}: ${JSON.stringify(finding)}`);
    });
  } finally {
    close();
  }
}
