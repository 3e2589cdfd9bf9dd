import { type PackedPayout, unpackPayout } from '../actors/compactPayout.js';
import type { BookKey } from '../domain/ids.js';
import type { WorldStore } from './store/memoryStore.js';

interface Told {
  readonly actor?: string;
  readonly command?: object;
  readonly changes?: {
    readonly afterSales?: readonly { readonly id: string; readonly refundId?: number; readonly chart?: { readonly value?: unknown } }[];
    readonly payouts?: readonly PackedPayout[];
  };
}

const WIDEST = 150;

/** What happened to one order, an event a line, as its trail tells it. */
export async function storyOf(key: BookKey, store: WorldStore): Promise<string[]> {
  const events = await store.reads.trail(key, 0, 10_000);
  const numbers = new Map<string, number>();
  return events.map(({ version, at, type, body }) => {
    const { actor = '', command = {}, changes = {} } = JSON.parse(body) as Told;
    const reached = (changes.afterSales ?? []).flatMap(({ id, refundId, chart }) => {
      if (refundId !== undefined) numbers.set(id, refundId);
      return chart?.value === undefined ? [] : [`#${numbers.get(id)} ${wordsOf(chart.value)}`];
    });
    const payouts = (changes.payouts ?? [])
      .map(unpackPayout)
      .map(({ key: name, state, attempt, amount }) => `${name.replace(/^[0-9a-f-]{32,}:/, '')} ${amount} ${state}/${attempt}`);
    const whole = JSON.stringify(command);
    const said = whole.length > WIDEST ? `${whole.slice(0, WIDEST)}…` : whole;
    const then = [...reached, ...payouts].join(', ');
    return `v${version} ${new Date(at).toISOString()} ${type} by ${actor} ${said}${then === '' ? '' : ` => ${then}`}`;
  });
}

/** `{ reviewing: 'merchant' }` as `reviewing.merchant`. */
function wordsOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key}.${wordsOf(inner)}`)
    .join();
}
