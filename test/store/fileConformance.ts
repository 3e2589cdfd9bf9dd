import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TemplateSource } from '../../src/actors/ports.js';
import type { EvidenceFile } from '../../src/actors/reads.js';
import type { Template } from '../../src/machines/template.js';
import type { EvidenceStore, TemplatePublisher } from '../../src/server/ports.js';
import { at, NOON } from './commits.js';

export interface FilesUnderTest {
  readonly templates: TemplatePublisher & TemplateSource;
  readonly evidence: EvidenceStore & { remove(id: string): Promise<void> };
  close(): Promise<void>;
}

/** Only what the store itself looks at is real: the rest of a template is its own business. */
const template = (id: string, version: number, name = 'any'): Template => JSON.parse(JSON.stringify({ id, version, name })) as Template;

const file: EvidenceFile = {
  id: 'e-1',
  caller: 'user/demo/buyer-1',
  kind: 'photo',
  mediaType: 'image/png',
  sha256: 'abc',
  size: 4,
  at: NOON,
};

/** What every store does with templates and evidence. `make` gives an empty one. */
export function describeFiles(name: string, make: () => Promise<FilesUnderTest>): void {
  let store: FilesUnderTest;
  beforeEach(async () => {
    store = await make();
  });
  afterEach(() => store.close());

  describe(`${name} keeps templates`, () => {
    it('every version for good, and the newest of each as published', async () => {
      for (const [id, version] of [
        ['b', 1],
        ['a', 2],
        ['a', 1],
        ['a', 10],
      ] as const) {
        expect(await store.templates.publish(template(id, version), at(version))).toBe(true);
      }
      expect(await store.templates.published()).toEqual([template('a', 10), template('b', 1)]);
      expect(await store.templates.version('a', 1)).toEqual(template('a', 1));
      expect(await store.templates.version('a', 3)).toBeUndefined();
    });

    it('and never changes a version that was published', async () => {
      expect(await store.templates.publish(template('a', 1), at(0))).toBe(true);
      expect(await store.templates.publish(template('a', 1), at(1))).toBe(true);
      expect(await store.templates.publish(template('a', 1, 'changed'), at(2))).toBe(false);
      expect(await store.templates.version('a', 1)).toEqual(template('a', 1));
    });
  });

  describe(`${name} keeps evidence`, () => {
    it('with its content, byte for byte, until it is removed', async () => {
      const bytes = Uint8Array.from([0, 255, 10, 39]);
      await store.evidence.put(file, bytes);
      await store.evidence.put({ ...file, caller: 'somebody else' }, Uint8Array.from([1]));
      expect(await store.evidence.find('e-1')).toEqual(file);
      const read = await store.evidence.read('e-1');
      expect(read?.file).toEqual(file);
      expect([...(read?.bytes ?? [])]).toEqual([...bytes]);
      await store.evidence.remove('e-1');
      expect(await store.evidence.find('e-1')).toBeUndefined();
      expect(await store.evidence.read('e-1')).toBeUndefined();
    });

    it('also where there is no byte in it', async () => {
      await store.evidence.put({ ...file, size: 0 }, new Uint8Array());
      expect(await store.evidence.find('e-1')).toEqual({ ...file, size: 0 });
      expect((await store.evidence.read('e-1'))?.bytes).toHaveLength(0);
    });
  });
}
