import type { Report } from '../../load/report/report.js';
import { counted } from '../counted.js';
import { indented, pairs, table } from '../table.js';
import type { Style } from '../terminal.js';

/** What a load came to, for a terminal. */

const WORDS_SHOWN = 16;
const REFUSALS_SHOWN = 12;

const whole = (value: number): string => value.toLocaleString('en-US');
/** Three digits are as many as a histogram knows. */
const ms = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));
const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;

/** What a load came to, as lines for the terminal: verdict first, then figures. */
export function summaryOf(report: Report, style: Style): string[] {
  const { promises, refusals, words } = report;
  return [
    style.title(`${report.scenario.title} (${report.scenario.name}) at ${report.target}`),
    ...indented(pairs(factsOf(report))),
    '',
    style.title('Latency by command, in milliseconds'),
    ...indented(
      table(
        [
          ...[{ title: 'entry point' }, { title: 'command' }],
          ...['done', 'refused', 'put off', 'p50', 'p90', 'p99', 'max'].map((title) => ({ title, right: true })),
        ],
        words
          .slice(0, WORDS_SHOWN)
          .map(({ entry, word, done, refused, putOff, latency }) => [
            ...[entry, word, whole(done), whole(refused), whole(putOff)],
            ...[ms(latency.p50), ms(latency.p90), ms(latency.p99), ms(latency.max)],
          ]),
      ),
    ),
    ...(words.length > WORDS_SHOWN ? [style.faint(`  and ${words.length - WORDS_SHOWN} more in the report (--json, --html)`)] : []),
    ...refusalsOf(refusals, style),
    '',
    style.title('Promises'),
    ...indented(promises.map((promise) => promiseLine(promise, report.verdict, style))),
    ...report.findings.map(({ promise, order, afterSale, what }) =>
      style.bad(`  ${promise}: order ${order}${afterSale === undefined ? '' : `, after-sale ${afterSale}`}: ${what}`),
    ),
    '',
    verdictOf(report, style),
  ];
}

function refusalsOf(refusals: Report['refusals'], style: Style): string[] {
  if (refusals.length === 0) return [];
  const rows = refusals.slice(0, REFUSALS_SHOWN).map(({ code, count }) => [code, whole(count)]);
  return ['', style.title('Refusals'), ...indented(table([{ title: 'code' }, { title: 'count', right: true }], rows))];
}

function factsOf(report: Report): (readonly [string, string])[] {
  const { requests, latency, pace, absences, notes, aftermath } = report;
  const answered = requests.done + requests.refused + requests.putOff;
  const how =
    pace.kind === 'open'
      ? `${counted(pace.rate, 'arrivals')} a second`
      : `${counted(pace.connections, 'clients')}, each waiting for its answers`;
  const open = Object.entries(aftermath?.open ?? {}).reduce((sum, [, count]) => sum + count, 0);
  return [
    ['load', `${how}, ${report.seconds.toFixed(1)} s in all, seed ${report.seed}`],
    [
      'requests',
      `${whole(answered)} answered, ${whole(requests.perSecond)} a second: ${whole(requests.done)} done, ${whole(requests.refused)} refused, ${whole(requests.putOff)} put off; ${counted(report.commands, 'commands')} acknowledged`,
    ],
    ...(requests.dropped > 0 ? [['not sent', `${whole(requests.dropped)}: too many were under way`] as const] : []),
    [
      'latency',
      `p50 ${ms(latency.p50)}  p90 ${ms(latency.p90)}  p99 ${ms(latency.p99)}  p99.9 ${ms(latency.p999)}  max ${ms(latency.max)} ms, ${pace.kind === 'open' ? 'each from when it was due' : 'corrected for coordinated omission'}`,
    ],
    ...(absences.length > 0 || requests.lost > 0 ? [['away', awayText(report)] as const] : []),
    ...notes.map(({ what, figure }) => [what, figure] as const),
    ...(aftermath === null
      ? []
      : [
          [
            'afterwards',
            `${counted(aftermath.orders, 'orders')}, ${counted(aftermath.afterSales, 'after-sales')} (${whole(open)} open), ${counted(aftermath.payouts, 'payouts')} (${whole(aftermath.payoutsInDoubt)} in doubt)`,
          ] as const,
        ]),
  ];
}

function awayText({ absences, requests }: Report): string {
  const times = absences.map(({ from, to }) => `${seconds(to - from)} from ${seconds(from)} on`);
  const lost = `${counted(requests.lost, 'answers')} ${requests.lost === 1 ? 'was' : 'were'} lost on the way and asked for again`;
  return times.length === 0 ? lost : `${times.join(', ')}; ${lost}`;
}

function promiseLine(
  { title, checked, broken, counted: what }: Report['promises'][number],
  verdict: Report['verdict'],
  style: Style,
): string {
  if (verdict === 'unknown') return style.faint(`? ${title}`);
  const numbers = counted(checked, what);
  return broken === 0 ? `${style.good('✓')} ${title}: ${numbers}` : style.bad(`✗ ${title}: ${whole(broken)} broken of ${numbers}`);
}

function verdictOf({ verdict, failure, promises }: Report, style: Style): string {
  if (verdict === 'unknown') return style.bad(`Nothing could be judged: ${failure ?? 'the run ended early'}.`);
  if (verdict === 'held') return style.good('Every promise held.');
  const broken = promises.filter((promise) => promise.broken > 0);
  return style.bad(`${broken.length} of ${promises.length} promises ${broken.length === 1 ? 'was' : 'were'} broken.`);
}
