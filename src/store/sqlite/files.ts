import type { EvidenceFile } from '../../actors/reads.js';
import { type Instant, instant } from '../../domain/ids.js';
import type { Template } from '../../machines/template.js';
import type { Connection } from './connection.js';

/** Reads of what is kept whole: templates and evidence. */
export function templateReads(connection: Connection) {
  const newest = connection
    .prepare<[], string>('SELECT body FROM template t WHERE version = (SELECT max(version) FROM template WHERE id = t.id) ORDER BY id')
    .pluck();
  const one = connection.prepare<[string, number], string>('SELECT body FROM template WHERE id = ? AND version = ?').pluck();
  return {
    published: (): Template[] => newest.all().map((body) => JSON.parse(body) as Template),
    version: (id: string, version: number): Template | undefined => {
      const body = one.get(id, version);
      return body === undefined ? undefined : (JSON.parse(body) as Template);
    },
  };
}

interface EvidenceColumns {
  readonly id: string;
  readonly caller: string;
  readonly kind: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly size: number;
  readonly at: number;
}

/** Reads of uploaded evidence. */
export function evidenceReads(connection: Connection) {
  const columns = 'id, caller, kind, media_type AS mediaType, sha256, length(bytes) AS size, at';
  const find = connection.prepare<[string], EvidenceColumns>(`SELECT ${columns} FROM evidence WHERE id = ?`);
  const read = connection.prepare<[string], EvidenceColumns & { readonly bytes: Buffer }>(
    `SELECT ${columns}, bytes FROM evidence WHERE id = ?`,
  );
  const timed = <T extends EvidenceColumns>(row: T): Omit<T, 'at'> & { readonly at: Instant } => ({ ...row, at: instant(row.at) });
  return {
    find: (id: string): EvidenceFile | undefined => {
      const row = find.get(id);
      return row === undefined ? undefined : timed(row);
    },
    read: (id: string): { readonly file: EvidenceFile; readonly bytes: Uint8Array } | undefined => {
      const row = read.get(id);
      if (row === undefined) return undefined;
      const { bytes, ...file } = row;
      return { file: timed(file), bytes };
    },
  };
}
