import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { escaped, scriptJson } from './html.js';
import type { Report } from './report.js';
import { aftermathSection, figuresSection, promisesSection, refusalsSection, verdictSection, wordsSection } from './sections.js';

/** The report as one page that needs nothing else: style, chart library and figures stand in it. */

const PAGE = new URL('../page/', import.meta.url);
const required = createRequire(import.meta.url);

/** A page may hold what its own text says, and nothing from anywhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

const chart = (id: string, title: string, says: string): string =>
  `<section><h2>${title}</h2><p>${says}</p><div class="chart" id="${id}"></div></section>`;

const paceText = ({ pace }: Report): string =>
  pace.kind === 'open'
    ? `${pace.rate} arrivals a second on a schedule of their own`
    : `${pace.connections} clients that wait for their answers`;

/** The report as one HTML page that needs nothing else. */
export function pageOf(report: Report): string {
  const style = [
    required.resolve('uplot/dist/uPlot.min.css'),
    ...['colours.css', 'report.css', 'charts.css'].map((name) => new URL(name, PAGE)),
  ]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const library = readFileSync(required.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8');
  const drawing = readFileSync(new URL('draw.js', PAGE), 'utf8');
  const { scenario, target, startedAt, seconds, seed, run } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escaped(scenario.title)} · Redress load</title>
<style>${style}</style>
</head>
<body>
<main>
<header><p>Redress load · ${escaped(scenario.name)}</p><h1>${escaped(scenario.title)}</h1>
<p>${escaped(target)} · ${escaped(paceText(report))} · ${seconds.toFixed(1)} s · ${escaped(startedAt.slice(0, 19).replace('T', ' '))} UTC</p></header>
${verdictSection(report)}
${figuresSection(report)}
${report.verdict === 'held' ? '' : promisesSection(report)}
${chart('throughput', 'Throughput over time', 'Answers a second, and the arrivals that were due. Shaded bands are the phases of the scenario; drag across a chart to look closer, double-click to see all again.')}
${chart('latencies', 'Latency over time', 'By when the answer came, on a logarithmic scale.')}
${wordsSection(report)}
${chart('curves', 'How slow the slowest are', 'The share of requests that was quicker; each step to the right is a tenth of the step before.')}
<div class="columns">${refusalsSection(report)}${aftermathSection(report)}</div>
${report.verdict === 'held' ? promisesSection(report) : ''}
<footer><p>Seed ${seed}, run <code>${escaped(run)}</code>: the same seed makes the same choices, and the service its own. Requests of one key were sent twice at once now and then, and many keys once more at the end.</p>
<p>The figures of this page stand in it as JSON, in the element <code>#report</code>.</p></footer>
</main>
<script type="application/json" id="report">${scriptJson(report)}</script>
<script>${library}</script>
<script type="module">${drawing}</script>
</body>
</html>
`;
}
