import type { Spread } from '../measure/latencies.js';
import { countedWord, escaped, latencyText, secondsText, whole } from './html.js';
import type { PromiseReport, Report, WordReport } from './report.js';

/** The parts of the page that are text. */

const MARKS = { held: '✓', broken: '✗', unknown: '?' } as const;

/** Whether the promises held, in one sentence. */
export function verdictSection({ verdict, failure, promises }: Report): string {
  const checks = promises.reduce((sum, { checked }) => sum + checked, 0);
  const broken = promises.filter((promise) => promise.broken > 0);
  const [said, more] = {
    held: ['Every promise held', `${whole(checks)} checks of ${promises.length} promises, made through the API alone, found nothing.`],
    broken: [
      `${broken.length} of ${promises.length} promises ${broken.length === 1 ? 'was' : 'were'} broken`,
      `${broken.map(({ title, broken: count }) => `${title}: ${whole(count)}`).join('; ')}.`,
    ],
    unknown: ['Nothing could be judged', `${failure ?? 'The run ended early'}.`],
  }[verdict] as [string, string];
  return `<div class="verdict ${verdict}"><div class="mark"><span class="sign">${MARKS[verdict]}</span></div><div><strong>${escaped(said)}</strong><p>${escaped(more)}</p></div></div>`;
}

/** Requests, latencies and time away. */
export function figuresSection({ requests, latency, commands, absences, pace, refusals }: Report): string {
  const lost = `${whole(requests.lost)} ${countedWord(requests.lost, 'answers')}`;
  const away = absences.reduce((sum, { from, to }) => sum + to - from, 0);
  const counted = pace.kind === 'open' ? 'from when each was due' : 'corrected for coordinated omission';
  const figures: readonly (readonly [string, string, string])[] = [
    [
      'Requests',
      `${whole(requests.perSecond)} <small>a second</small>`,
      `${whole(requests.done + requests.refused + requests.putOff)} in all`,
    ],
    ['Median latency', latencyText(latency.p50), counted],
    ['99 % within', latencyText(latency.p99), `slowest ${latencyText(latency.max)}`],
    ['Commands', whole(commands), 'acknowledged, and looked for'],
    [
      'Refused',
      whole(requests.refused),
      `by ${refusals.length} ${countedWord(refusals.length, 'codes')}; ${whole(requests.putOff)} put off`,
    ],
    absences.length === 0
      ? ['Away', 'never', requests.lost === 0 ? 'no answer was lost' : `${lost} lost and asked for again`]
      : ['Away', secondsText(away), `${absences.length === 1 ? 'once' : `${absences.length} times`}; ${lost} asked for again`],
  ];
  return `<dl class="figures">${figures.map(([name, value, more]) => `<div><dt>${name}</dt><dd>${value}</dd><div class="more">${more}</div></div>`).join('')}</dl>`;
}

/** Each promise with its numbers and what broke it. */
export function promisesSection({ promises, findings, verdict }: Report): string {
  const row = ({ title, numbers, checked, broken, counted }: PromiseReport): string => {
    const state = verdict === 'unknown' ? 'unknown' : broken === 0 ? 'held' : 'broken';
    const count = broken === 0 ? `<span class="faint">none</span>` : `<span class="broken-count">${whole(broken)}</span>`;
    return `<tr><td><span class="state ${state}">${MARKS[state]}</span></td><td>${escaped(title)}</td><td class="number wide faint">${numbers.join(', ')}</td><td class="number">${whole(checked)} <span class="faint wide">${countedWord(checked, counted)}</span></td><td class="number">${count}</td></tr>`;
  };
  const found = findings.map(
    ({ promise, order, afterSale, what }) =>
      `<li><b>${escaped(promise)}</b> order <code>${escaped(order)}</code>${afterSale === undefined ? '' : `, after-sale <code>${escaped(afterSale)}</code>`}: ${escaped(what)}</li>`,
  );
  return `<section><h2>Promises</h2><p>Every order was read back; amounts are held against the load’s own arithmetic, commands against what was acknowledged.</p>
<div class="scroll"><table><thead><tr><th></th><th>promise</th><th class="number wide">number in SPEC.md</th><th class="number">checked</th><th class="number">broken</th></tr></thead><tbody>${promises.map(row).join('')}</tbody></table></div>
${found.length === 0 ? '' : `<ul class="findings">${found.join('')}</ul>`}</section>`;
}

/** A place on a logarithmic scale, in per cent of its width. */
interface Scale {
  at(ms: number): number;
  readonly decades: readonly number[];
}

function scaleOf(words: readonly WordReport[]): Scale {
  const least = Math.max(0.01, Math.min(...words.map(({ latency }) => latency.p50)));
  const most = Math.max(1, ...words.map(({ latency }) => latency.max));
  const low = Math.log10(least) - 0.08;
  const high = Math.log10(most) + 0.08;
  const first = Math.ceil(low);
  return {
    at: (ms) => Math.round(((Math.log10(Math.max(ms, least)) - low) / (high - low)) * 1_000) / 10,
    decades: Array.from({ length: Math.max(0, Math.floor(high) - first + 1) }, (_, index) => 10 ** (first + index)),
  };
}

function track(scale: Scale, { p50, p90, p99, max }: Spread): string {
  const bar = (name: string, from: number, to: number) =>
    `<b class="${name}" style="left:${scale.at(from)}%;width:${Math.max(0.6, scale.at(to) - scale.at(from)).toFixed(1)}%"></b>`;
  const lines = scale.decades.map((decade) => `<i style="left:${scale.at(decade)}%"></i>`).join('');
  return `<span class="track">${lines}${bar('far', p50, p99)}${bar('near', p50, p90)}<u style="left:${scale.at(max)}%"></u></span>`;
}

/** Those that were given most often; the others are folded away. */
const WORDS_AT_ONCE = 14;

const ofFew = (count: number): string => (count === 0 ? '<span class="faint">–</span>' : whole(count));

/** Latency by command. */
export function wordsSection({ words, pace }: Report): string {
  const scale = scaleOf(words);
  const labels = scale.decades.map(
    (decade) =>
      `<span class="scale-label" style="left:${scale.at(decade)}%">${decade >= 1_000 ? `${decade / 1_000} s` : `${decade} ms`}</span>`,
  );
  const row = ({ entry, word, done, refused, putOff, latency }: WordReport): string =>
    `<tr><td class="word"><span class="entry">${entry}</span> ${escaped(word)}</td><td class="number">${whole(done)}</td><td class="number">${ofFew(refused)}</td><td class="number wide">${ofFew(putOff)}</td><td class="number wide">${latencyText(latency.p50)}</td><td class="number wide">${latencyText(latency.p90)}</td><td class="number">${latencyText(latency.p99)}</td><td class="number wide">${latencyText(latency.p999)}</td><td class="number wide">${latencyText(latency.max)}</td><td class="range">${track(scale, latency)}</td></tr>`;
  const how =
    pace.kind === 'open'
      ? 'Each latency counts from when the request was due by the schedule, not from when it could be sent.'
      : 'Corrected for coordinated omission: what a waiting client did not send while the service was slow is filled in.';
  const head = `<thead><tr><th>command</th><th class="number">done</th><th class="number">refused</th><th class="number wide">put off</th><th class="number wide">p50</th><th class="number wide">p90</th><th class="number">p99</th><th class="number wide">p99.9</th><th class="number wide">slowest</th><th class="range"><span class="scale">${labels.join('')}</span></th></tr></thead>`;
  const tableOf = (some: readonly WordReport[]) =>
    `<div class="scroll"><table>${head}<tbody>${some.map(row).join('')}</tbody></table></div>`;
  const rest = words.slice(WORDS_AT_ONCE);
  return `<section><h2>Latency by command</h2><p>${how} The dark bar reaches from p50 to p90, the light one to p99, the ring is the slowest.</p>
${tableOf(words.slice(0, WORDS_AT_ONCE))}${rest.length === 0 ? '' : `<details><summary>${rest.length} commands that were given less often</summary>${tableOf(rest)}</details>`}</section>`;
}

/** Refusals that say nothing of the request: it may be sent again later. */
const LATER = /^(?:service|request\.rateLimited)/;

/** Refusals by code. */
export function refusalsSection({ refusals }: Report): string {
  const most = Math.max(1, ...refusals.map(({ count }) => count));
  const row = ({ code, count, words }: Report['refusals'][number]): string => {
    const [first] = Object.entries(words);
    const where = first === undefined ? '' : `mostly ${first[0]}`;
    return `<tr title="${escaped(
      Object.entries(words)
        .map(([word, times]) => `${word}: ${times}`)
        .join('\n'),
    )}"><td><code>${escaped(code)}</code><br><span class="faint">${escaped(where)}</span></td><td style="width:34%"><span class="bar${LATER.test(code) ? ' later' : ''}" style="width:${((count / most) * 100).toFixed(1)}%"></span></td><td class="number">${whole(count)}</td></tr>`;
  };
  const rows = refusals.length === 0 ? '<tr><td class="faint">Nothing was refused.</td></tr>' : refusals.map(row).join('');
  return `<section><h2>Refusals by code</h2><p>A refusal is an answer: most are races that somebody else had won.</p><table><tbody>${rows}</tbody></table></section>`;
}

/** What was left when the load had ended. */
export function aftermathSection({ aftermath, notes, absences, requests, phases }: Report): string {
  const open = Object.entries(aftermath?.open ?? {}).sort((a, b) => b[1] - a[1]);
  const entries: (readonly [string, string])[] = [
    ...notes.map(({ what, figure }) => [what, figure] as const),
    ...absences.map(({ from, to }) => [`away from ${secondsText(from)} on`, secondsText(to - from)] as const),
    ...(requests.dropped === 0 ? [] : [['due and not sent, too many being under way', whole(requests.dropped)] as const]),
    ...(aftermath === null
      ? []
      : [
          ['orders', whole(aftermath.orders)] as const,
          ['after-sales', whole(aftermath.afterSales)] as const,
          ...open.map(([state, count]) => [`open in ${state}`, whole(count)] as const),
          ['payouts', whole(aftermath.payouts)] as const,
          ['payouts in doubt', whole(aftermath.payoutsInDoubt)] as const,
        ]),
    ...phases.map(({ name, from, to }) => [`phase “${name}”`, secondsText(to - from)] as const),
  ];
  return `<section><h2>What it came to</h2><p>The scenario’s own figures, and what was left behind.</p><dl class="pairs">${entries
    .map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`)
    .join('')}</dl></section>`;
}
