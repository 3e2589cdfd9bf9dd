import type { EvidenceFile } from '../../actors/reads.js';
import type { Instant } from '../../domain/ids.js';
import type { Template } from '../../machines/template.js';
import type { Connection } from './connection.js';
import { reading } from './failure.js';
import { evidenceReads, templateReads } from './files.js';
import type { Writer } from './writer.js';

/** The server's `TemplatePublisher` port, which is the actors' `TemplateSource`, too. */
export function sqliteTemplates(connection: Connection, writer: Writer) {
  const reads = templateReads(connection);
  return {
    published: async () => reading(connection, reads.published),
    version: async (id: string, version: number) => reading(connection, () => reads.version(id, version)),
    publish: (template: Template, at: Instant) => writer.demand('publishTemplate', { template, at }),
  };
}

/** The server's `EvidenceStore` port. */
export function sqliteEvidence(connection: Connection, writer: Writer) {
  const reads = evidenceReads(connection);
  return {
    find: async (id: string) => reading(connection, () => reads.find(id)),
    read: async (id: string) => reading(connection, () => reads.read(id)),
    put: async (file: EvidenceFile, bytes: Uint8Array): Promise<void> => {
      await writer.demand('putEvidence', { file, bytes });
    },
    remove: async (id: string): Promise<void> => {
      await writer.demand('removeEvidence', id);
    },
  };
}
