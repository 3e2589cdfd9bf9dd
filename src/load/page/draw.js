// Draws the charts of a load's report, in the browser. The report stands beside it as JSON, uPlot before it.

/** @typedef {import('../report/report.js').Report} Report */
/** @typedef {import('uplot')} Plot */
/** @typedef {import('uplot').Options} Options */
/** @typedef {import('uplot').AlignedData} Data */

/** @type {typeof import('uplot')} */
const Uplot = Reflect.get(globalThis, 'uPlot');
/** @type {Report} */
const report = JSON.parse(document.getElementById('report')?.textContent ?? '{}');

const colour = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** Seconds as `1:05`, or `5 s` where there are no minutes. */
const clock = (/** @type {number} */ seconds) => {
  const whole = Math.round(seconds * 10) / 10;
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)}:${String(Math.floor(whole % 60)).padStart(2, '0')}`;
};
/** Milliseconds with three digits, as seconds from a thousand on. */
const latency = (/** @type {number | null | undefined} */ ms) => {
  if (ms === null || ms === undefined) return '–';
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(0)} s`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`;
};
/** A power of ten on an axis. */
const decade = (/** @type {number | null} */ ms) => (ms === null ? '' : ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`);
const isDecade = (/** @type {number} */ value) => Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6);
/** Only whole decades have a line and a label. */
const onDecades = (/** @type {Plot} */ _plot, /** @type {number[]} */ splits) => splits.map((split) => (isDecade(split) ? split : null));
const LOGARITHMIC = () => ({ filter: onDecades, grid: { stroke: colour('grid'), width: 1, filter: onDecades } });

const axis = (/** @type {Partial<import('uplot').Axis>} */ more) => ({
  stroke: colour('soft'),
  font: FONT,
  grid: { stroke: colour('grid'), width: 1 },
  ticks: { show: false },
  gap: 8,
  ...more,
});

/**
 * Marks the phases of the run, and the times in which the service was away.
 * @returns {import('uplot').Plugin}
 */
function marks() {
  /** @param {Plot} plot @param {number} ms */
  const across = (plot, ms) => Math.min(plot.bbox.left + plot.bbox.width, Math.max(plot.bbox.left, plot.valToPos(ms / 1_000, 'x', true)));
  /** @param {Plot} plot */
  const under = (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    report.phases.forEach(({ from, to }, index) => {
      if (index % 2 === 0) return;
      ctx.fillStyle = colour('band');
      ctx.fillRect(across(plot, from), bbox.top, across(plot, to) - across(plot, from), bbox.height);
    });
    for (const { from, to } of report.absences) {
      ctx.globalAlpha = 0.16;
      ctx.fillStyle = colour('away');
      ctx.fillRect(across(plot, from), bbox.top, Math.max(2, across(plot, to) - across(plot, from)), bbox.height);
      ctx.globalAlpha = 1;
    }
    ctx.restore();
  };
  /** @param {Plot} plot */
  const over = (plot) => {
    const { ctx, bbox } = plot;
    const scale = devicePixelRatio;
    ctx.save();
    ctx.font = `${11 * scale}px system-ui, sans-serif`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'bottom';
    ctx.fillStyle = colour('soft');
    for (const { name, from, to } of report.phases) {
      const room = across(plot, to) - across(plot, from);
      if (ctx.measureText(name).width + 8 * scale > room) continue;
      ctx.fillText(name, across(plot, from) + 4 * scale, bbox.top - 5 * scale);
    }
    ctx.textBaseline = 'top';
    ctx.fillStyle = colour('away');
    for (const { from, to } of report.absences) {
      ctx.fillText(`away ${((to - from) / 1_000).toFixed(1)} s`, across(plot, from) + 4 * scale, bbox.top + 5 * scale);
    }
    ctx.restore();
  };
  return { hooks: { drawClear: [under], draw: [over] } };
}

/** What the charts over time share. @returns {Pick<Options, 'padding' | 'legend' | 'cursor' | 'plugins'>} */
const overTime = () => ({
  padding: [24, 18, 0, 0],
  legend: LEGEND,
  cursor: { sync: { key: 'time' }, points: { size: 6 }, drag: { x: true, y: false } },
  plugins: [marks()],
});
/** Seconds, minutes and hours as people count them. */
const STEPS_OF_TIME = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400];
const timeAxis = () => axis({ values: (_plot, splits) => splits.map(clock), incrs: STEPS_OF_TIME, space: 70, size: 36 });
const timeSeries = () => ({
  label: 'at',
  value: (/** @type {Plot} */ _plot, /** @type {number | null} */ at) => (at === null ? '–' : clock(at)),
});

/** @type {import('uplot').Legend} */
const LEGEND = {
  markers: {
    width: 0,
    fill: (plot, index) => {
      const stroke = plot.series[index]?.stroke;
      const shown = typeof stroke === 'function' ? stroke(plot, index) : stroke;
      return typeof shown === 'string' ? shown : 'transparent';
    },
  },
};

/** When slices begin, and when the last one ends: without that it would have no width. */
const times = () => [...report.slices.map(({ at }) => at), (report.slices.at(-1)?.at ?? 0) + report.sliceMs].map((ms) => ms / 1_000);
/** A slice is as high as its count from its begin to its end. */
const stepped = Uplot.paths.stepped?.({ align: 1 });
const STEPS = stepped === undefined ? {} : { paths: stepped };

/** Requests a second: what was taken, refused and put off, on top of each other, and what was due. @returns {[Options, Data]} */
function throughput() {
  const perSecond = 1_000 / report.sliceMs;
  const { slices } = report;
  const last = slices.slice(-1);
  const rates = (/** @type {(slice: Report['slices'][number]) => number} */ of) =>
    [...slices, ...last].map((slice) => of(slice) * perSecond);
  const raw = [rates(({ done }) => done), rates(({ refused }) => refused), rates(({ putOff }) => putOff)];
  /** What is drawn stands on what lies below it; what is said is its own. */
  const part = (/** @type {string} */ label, /** @type {string} */ name, /** @type {number} */ index) => ({
    label,
    stroke: colour(name),
    fill: colour(name),
    width: 0,
    points: { show: false },
    ...STEPS,
    value: (/** @type {Plot} */ _plot, /** @type {number | null} */ _v, /** @type {number} */ _s, /** @type {number | null} */ at) =>
      at === null ? '–' : `${Math.round(raw[index]?.[at] ?? 0)}/s`,
  });
  const stacked = [
    times().map((_, at) => (raw[0]?.[at] ?? 0) + (raw[1]?.[at] ?? 0) + (raw[2]?.[at] ?? 0)),
    times().map((_, at) => (raw[0]?.[at] ?? 0) + (raw[1]?.[at] ?? 0)),
    raw[0] ?? [],
  ];
  return [
    {
      ...overTime(),
      width: 600,
      height: 280,
      scales: { x: { time: false }, y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.08)] } },
      axes: [timeAxis(), axis({ size: 54, values: (_plot, splits) => splits.map((split) => `${split}/s`) })],
      series: [
        timeSeries(),
        part('put off', 'put-off', 2),
        part('refused', 'refused', 1),
        part('done', 'done', 0),
        {
          ...{
            label: 'due',
            stroke: colour('due'),
            width: 1.25,
            dash: [5, 4],
            points: { show: false },
            ...STEPS,
          },
          value: (_plot, rate) => (rate === null ? '–' : `${Math.round(rate)}/s`),
        },
      ],
    },
    [times(), ...stacked, rates(({ due }) => due)],
  ];
}

/** The range of a logarithmic axis: whole decades. @type {import('uplot').Scale.Range} */
const decades = (_plot, low, high) => [
  10 ** Math.floor(Math.log10(Math.max(0.01, low ?? 0.1))),
  10 ** Math.ceil(Math.log10(Math.max(1, high ?? 1))),
];

const latencyAxis = () => axis({ ...LOGARITHMIC(), size: 60, values: (_plot, splits) => splits.map(decade) });

/** Percentiles of each slice. @returns {[Options, Data]} */
function latencies() {
  const { slices } = report;
  const upToTheEnd = (/** @type {(number | null)[]} */ values) => [...values, null];
  const line = (/** @type {string} */ label, /** @type {string} */ name, /** @type {number} */ width) => ({
    ...{ label, stroke: colour(name), width, spanGaps: false, points: { show: slices.length < 3, size: 5 } },
    value: (/** @type {Plot} */ _plot, /** @type {number | null} */ ms) => latency(ms),
  });
  return [
    {
      ...overTime(),
      width: 600,
      height: 280,
      scales: { x: { time: false }, y: { distr: 3, range: decades } },
      axes: [timeAxis(), latencyAxis()],
      series: [timeSeries(), line('p50', 'low', 2), line('p90', 'middle', 2), line('p99', 'high', 2), line('slowest', 'highest', 1)],
    },
    [
      times(),
      ...[slices.map(({ p50 }) => p50), slices.map(({ p90 }) => p90), slices.map(({ p99 }) => p99), slices.map(({ max }) => max)].map(
        upToTheEnd,
      ),
    ],
  ];
}

const CURVES = 5;
/** @returns {[Options, Data]} */
function curves() {
  const drawn = [
    { label: 'everything', curve: report.curve },
    ...report.words.slice(0, CURVES).map(({ entry, word, curve }) => ({ label: `${entry}: ${word}`, curve })),
  ];
  /** How many requests there are for one that is slower: 10 at 90 %, 100 at 99 %. */
  const oneIn = (/** @type {number} */ percentile) => 100 / (100 - percentile);
  const points = [...new Set(drawn.flatMap(({ curve }) => curve.map(([percentile]) => oneIn(percentile))))].sort((a, b) => a - b);
  const share = (/** @type {number} */ one) => `${(100 - 100 / one).toFixed(Math.max(0, Math.round(Math.log10(one)) - 2))} %`;
  const lines = drawn.map(({ curve }) => {
    const known = new Map(curve.map(([percentile, ms]) => [oneIn(percentile), ms]));
    return points.map((point) => known.get(point) ?? null);
  });
  return [
    {
      width: 600,
      height: 320,
      padding: [10, 32, 0, 0],
      legend: LEGEND,
      cursor: { points: { size: 6 }, drag: { x: false, y: false } },
      scales: { x: { time: false, distr: 3, range: (_plot, _low, high) => [1, Math.max(10, high)] }, y: { distr: 3, range: decades } },
      axes: [
        axis({ ...LOGARITHMIC(), size: 36, values: (_plot, splits) => splits.map((one) => (one === null ? '' : share(one))) }),
        latencyAxis(),
      ],
      series: [
        { label: 'this share was quicker', value: (_plot, one) => (one === null ? '–' : `${(100 - 100 / one).toPrecision(4)} %`) },
        ...drawn.map(({ label }, index) => ({
          ...{ label, stroke: colour(`series-${index + 1}`), width: index === 0 ? 2.5 : 1.5, points: { show: false }, spanGaps: true },
          value: (/** @type {Plot} */ _plot, /** @type {number | null} */ ms) => latency(ms),
        })),
      ],
    },
    [points, ...lines],
  ];
}

/** @type {{ readonly [id: string]: () => [Options, Data] }} */
const CHARTS = { throughput, latencies, curves };
/** @type {Map<string, Plot>} */
const drawn = new Map();

/** Draws every chart as wide as its place, in the colours of now. */
function draw() {
  for (const [id, chart] of Object.entries(CHARTS)) {
    const place = document.getElementById(id);
    if (place === null || report.slices.length === 0) continue;
    drawn.get(id)?.destroy();
    const [options, data] = chart();
    const height = Math.max(220, Math.min(options.height, place.clientWidth * 0.62));
    drawn.set(id, new Uplot({ ...options, width: place.clientWidth, height }, data, place));
  }
}

draw();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
let width = document.documentElement.clientWidth;
addEventListener('resize', () => {
  if (document.documentElement.clientWidth === width) return;
  width = document.documentElement.clientWidth;
  draw();
});
