import type { AfterSaleId } from '../domain/ids.js';
import { type StateValue, statePath } from '../machines/step.js';

/** What readers other than replay take from an audit event's body. */
export interface Told {
  /** the role that gave the command */
  readonly by: string | null;
  /** every after-sale that the event changed, with the state that it reached; null where it stayed in its state */
  readonly afterSales: readonly { readonly id: AfterSaleId; readonly state: string | null }[];
  /** a note that buyers do not see */
  readonly internal: boolean;
  /** the row that holds its personal data and free text; null where it came without */
  readonly privateId: string | null;
}

interface Body {
  /** role, then who */
  readonly actor?: string;
  readonly command?: { readonly command?: { readonly visibility?: string } };
  readonly private?: { readonly id: string };
  /** of changed rows only what differs */
  readonly changes?: { readonly afterSales?: readonly { readonly id: AfterSaleId; readonly chart?: { readonly value?: StateValue } }[] };
}

/** Reads the body of an audit event, as `decide` wrote it. */
export function toldBy(body: string): Told {
  const { actor, command, changes, private: hidden } = JSON.parse(body) as Body;
  return {
    by: actor?.split('/')[0] ?? null,
    afterSales: (changes?.afterSales ?? []).map(({ id, chart }) => ({
      id,
      state: chart?.value === undefined ? null : statePath(chart.value),
    })),
    internal: command?.command?.visibility === 'internal',
    privateId: hidden?.id ?? null,
  };
}
