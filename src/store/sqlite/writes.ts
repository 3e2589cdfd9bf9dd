import type { EvidenceFile } from '../../actors/reads.js';
import type { Template } from '../../machines/template.js';
import type { Connection } from './connection.js';
import { commitWriter } from './writeCommit.js';
import { erasureWriter } from './writeErasure.js';
import { upkeepWriter } from './writeUpkeep.js';
import { workWriter } from './writeWork.js';

/** Everything that is ever written, by name: what the main thread asks for and the writer's thread does. */
export function writesOf(connection: Connection) {
  return {
    commit: commitWriter(connection),
    ...workWriter(connection),
    ...fileWriter(connection),
    ...upkeepWriter(connection),
    ...erasureWriter(connection),
  };
}

export type Writes = ReturnType<typeof writesOf>;
export type WriteName = keyof Writes;
export type Argument<N extends WriteName> = Parameters<Writes[N]>[0];
export type Result<N extends WriteName> = ReturnType<Writes[N]>;

/** One write on its way to the writer. Plain values only: it may cross to another thread. */
export interface WriteRequest {
  readonly name: WriteName;
  readonly argument: unknown;
}

function fileWriter(connection: Connection) {
  const addTemplate = connection.prepare(
    'INSERT INTO template (id, version, published_at, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const keptTemplate = connection.prepare<[string, number], string>('SELECT body FROM template WHERE id = ? AND version = ?').pluck();
  const addEvidence = connection.prepare(
    'INSERT INTO evidence (id, caller, kind, media_type, sha256, at, bytes) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  );
  const removeEvidence = connection.prepare('DELETE FROM evidence WHERE id = ?');

  return {
    publishTemplate: ({ template, at }: { readonly template: Template; readonly at: number }): boolean => {
      const body = JSON.stringify(template);
      if (addTemplate.run(template.id, template.version, at, body).changes === 1) return true;
      return keptTemplate.get(template.id, template.version) === body;
    },
    putEvidence: ({ file, bytes }: { readonly file: EvidenceFile; readonly bytes: Uint8Array }): boolean => {
      const { id, caller, kind, mediaType, sha256, at } = file;
      return addEvidence.run(id, caller, kind, mediaType, sha256, at, Buffer.from(bytes)).changes === 1;
    },
    removeEvidence: (id: string): boolean => removeEvidence.run(id).changes === 1,
  };
}
