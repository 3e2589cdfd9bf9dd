import { TemplateHistory } from '../../../actors/replay/templateHistory.js';
import { instant } from '../../../domain/ids.js';
import type { Template } from '../../../machines/template.js';
import type { Connection } from '../connection.js';

interface TemplateColumns {
  readonly at: number;
  readonly body: string;
}

export interface Publications {
  /** those that are known */
  readonly history: TemplateHistory;
  /** Reads them anew where another was published meanwhile; tells whether there was one. */
  refresh(): boolean;
}

/** The templates as they were published, as far as this connection has read them. */
export function publicationReads(connection: Connection): Publications {
  const count = connection.prepare<[], number>('SELECT count(*) FROM template').pluck();
  const all = connection.prepare<[], TemplateColumns>('SELECT published_at AS at, body FROM template ORDER BY published_at, rowid');
  let known = 0;
  let history = new TemplateHistory([]);
  const refresh = (): boolean => {
    const published = count.get() ?? 0;
    if (published === known) return false;
    history = new TemplateHistory(all.all().map(({ at, body }) => ({ at: instant(at), template: JSON.parse(body) as Template })));
    known = published;
    return true;
  };
  refresh();
  return {
    get history() {
      return history;
    },
    refresh,
  };
}
