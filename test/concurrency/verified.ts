import { openForVerifying, verifyAll } from '../../src/cli/verify/run.js';

/** What `redress verify` finds in a data directory, as sentences; none where everything is as its trail says. */
export async function differencesOf(dataDirectory: string): Promise<string[]> {
  const opened = openForVerifying(dataDirectory);
  try {
    const { findings } = await verifyAll(opened, { dataDirectory, jobs: 1 }, () => undefined);
    return findings.map((finding) => JSON.stringify(finding));
  } finally {
    opened.close();
  }
}
