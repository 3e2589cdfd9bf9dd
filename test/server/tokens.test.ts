import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOrMakePartners } from '../../src/server/partners.js';
import { readOrMakeSecret } from '../../src/server/tokens.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'redress-secrets-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('the secret', () => {
  it('is made on the first start, for its owner alone, and the same on the next', () => {
    const file = join(folder, 'new', 'secret');
    const first = readOrMakeSecret(file);
    expect([first.byteLength, modeOf(file)]).toEqual([32, '600']);
    expect(Buffer.from(readOrMakeSecret(file))).toEqual(Buffer.from(first));
    expect(Buffer.from(readOrMakeSecret(join(folder, 'other')))).not.toEqual(Buffer.from(first));
  });

  it('that others may read is taken from them', () => {
    const file = join(folder, 'secret');
    readOrMakeSecret(file);
    chmodSync(file, 0o644);
    readOrMakeSecret(file);
    expect(modeOf(file)).toBe('600');
  });

  it.each(['', 'short', 'A'.repeat(42)])('of %j is too short to be one', (text) => {
    const file = join(folder, 'secret');
    writeFileSync(file, text);
    expect(() => readOrMakeSecret(file)).toThrow(/fewer than 32 bytes/);
  });
});

describe('partners', () => {
  it('are made on the first start with secrets of their own, for the owner alone', () => {
    const file = join(folder, 'new', 'partners.json');
    const first = readOrMakePartners(file);
    expect([...first].map(([name, { says }]) => [name, says])).toEqual([
      ['gateway', 'payouts'],
      ['carrier', 'parcels'],
    ]);
    expect(new Set([...first.values()].map(({ secret }) => secret)).size).toBe(2);
    expect(modeOf(file)).toBe('600');
    expect(readOrMakePartners(file)).toEqual(first);
    expect(readFileSync(file, 'utf8')).toContain('"gateway"');
  });

  it.each(['{', '{"a":{"secret":"short","says":"payouts"}}', `{"a":{"secret":"${'x'.repeat(32)}","says":"all"}}`])(
    'of %s are refused',
    (text) => {
      const file = join(folder, 'partners.json');
      writeFileSync(file, text);
      expect(() => readOrMakePartners(file)).toThrow();
    },
  );
});
