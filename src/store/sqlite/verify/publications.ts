import { TemplateHistory } from '../../../actors/replay/templateHistory.js';
import { instant } from '../../../domain/ids.js';
import type { Template } from '../../../machines/template.js';
import type { Connection } from '../connection.js';

interface TemplateColumns {
  readonly at: number;
  readonly body: string;
}

/** Gives the templates as they were published, read anew when another was published meanwhile. */
export function publicationReads(connection: Connection): () => TemplateHistory {
  const count = connection.prepare<[], number>('SELECT count(*) FROM template').pluck();
  const all = connection.prepare<[], TemplateColumns>('SELECT published_at AS at, body FROM template ORDER BY published_at, rowid');
  let known = 0;
  let history = new TemplateHistory([]);
  return () => {
    const published = count.get() ?? 0;
    if (published !== known) {
      history = new TemplateHistory(all.all().map(({ at, body }) => ({ at: instant(at), template: JSON.parse(body) as Template })));
      known = published;
    }
    return history;
  };
}
