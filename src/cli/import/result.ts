import { counted } from '../counted.js';
import { refusalText } from '../failure.js';
import type { Terminal } from '../terminal.js';

/** What became of one line. */
export interface LineResult {
  readonly line: number;
  readonly outcome: 'new' | 'changed' | 'unchanged' | 'refused';
  readonly shopId?: string;
  readonly orderNo?: string;
  /** why it was refused */
  readonly why?: { readonly code: string; readonly detail: string; readonly path?: string };
}

type Counts = { [outcome in LineResult['outcome']]: number };

/** Tells of results as they come: each where the output is kept, only refusals where a person watches a counter. */
export async function tellResults(
  terminal: Pick<Terminal, 'out' | 'err' | 'progress' | 'watched' | 'style'>,
  results: AsyncIterable<LineResult>,
  every: boolean,
): Promise<Counts> {
  const counts: Counts = { new: 0, changed: 0, unchanged: 0, refused: 0 };
  let done = 0;
  for await (const result of results) {
    counts[result.outcome] += 1;
    done += 1;
    if (every || !terminal.watched || result.outcome === 'refused') terminal.out(resultLine(result, terminal.style.bad));
    if (done % PROGRESS_EVERY === 0) terminal.progress(`${done} orders ...`);
  }
  terminal.progress('');
  terminal.err(
    `${counted(done, 'orders')}: ${Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(', ')}`,
  );
  return counts;
}

const PROGRESS_EVERY = 100;

function resultLine({ line, outcome, shopId, orderNo, why }: LineResult, bad: (text: string) => string): string {
  const order = orderNo === undefined ? '' : ` ${shopId ?? ''}/${orderNo}`;
  if (why === undefined) return `line ${line}${order}: ${outcome}`;
  return bad(`line ${line}${order}: refused, ${refusalText(why)}`);
}
