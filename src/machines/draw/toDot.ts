import { type Arrow, arrowsOf, IN_EVERY_OPEN_STATE, nameOf } from './arrows.js';
import { type ChartGraph, type ChartState, entered } from './describeChart.js';

/** Colours of a drawing: each compound state has its own, so that an arrow's ends are found at a glance. */
const CLUSTERS: Readonly<Record<string, string>> = {
  reviewing: '#e8f0fe',
  returning: '#e6f4ea',
  refunding: '#fef7e0',
  exchanging: '#f3e8fd',
  repairing: '#e0f7fa',
  sendingBack: '#fce8e6',
  arbitrating: '#eceff1',
};

const ENDS: Readonly<Record<string, string>> = {
  completed: '#81c995',
  settled: '#34a853',
  rejected: '#f6aea9',
  closed: '#9aa0a6',
  cancelled: '#bdc1c6',
};

/** The order in which most after-sales pass the states; what leads back does not move a state up. */
const FLOW: readonly string[] = [
  'applied',
  'reviewing',
  'approved',
  'stopping',
  'returning',
  'passed',
  'repairing',
  'fallback',
  'exchanging',
  'sendingBack',
  'refunding',
  'done',
  'refused',
  'completed',
  'rejected',
  'arbitrating',
  'upheld',
];

const quoted = (text: string): string => `"${text.replaceAll('"', '\\"')}"`;
const clusterOf = (path: string): string => `cluster_${path.replaceAll('.', '_')}`;
const groupOf = (path: string): string => path.split('.')[0] ?? path;

/**
 * A chart as Graphviz DOT: compound states as clusters, ends coloured, deadlines dashed, choices grey.
 * A final state is drawn once beside each group that leads to it, so that no arrow crosses all others.
 * `title` stands above it.
 */
export function toDot(graph: ChartGraph, title: string): string {
  const top = graph.states.filter(({ parent, kind }) => parent === null && kind !== 'final');
  const arrows = arrowsOf(graph);
  const finals = new Set(arrows.filter(({ to }) => isFinal(graph, to)).map(({ from, to }) => finalBeside(from, to)));
  return [
    'digraph chart {',
    '  graph [rankdir=TB, compound=true, nodesep=0.35, ranksep=0.5, pad=0.25, bgcolor=white, labelloc=t, fontname="Helvetica", fontsize=15];',
    `  graph [label=${quoted(`${title}\\n `)}];`,
    '  node [shape=box, style="rounded,filled", fillcolor=white, color="#5f6368", fontname="Helvetica", fontsize=12, height=0.36, margin="0.15,0.05"];',
    '  edge [color="#5f6368", fontcolor="#3c4043", fontname="Helvetica", fontsize=10, arrowsize=0.7];',
    ...top.flatMap((state) => stateLines(graph, state, '  ')),
    ...[...finals].map(finalLine),
    ...arrows.map((arrow) => `  ${arrowLine(graph, arrow)}`),
    `  legend [shape=note, style=filled, fillcolor="#fffde7", fontsize=11, label="${['In every open state:', ...IN_EVERY_OPEN_STATE, ''].join('\\l')}"];`,
    '}',
    '',
  ].join('\n');
}

const isFinal = (graph: ChartGraph, path: string): boolean => graph.states.some((state) => state.path === path && state.kind === 'final');

/** Choices that lead to ends share the final states of what stands below them. */
const BESIDE: Readonly<Record<string, string>> = { done: 'completed', refused: 'rejected', upheld: 'arbitrating' };
const finalBeside = (from: string, to: string): string => `${to}@${BESIDE[groupOf(from)] ?? groupOf(from)}`;
const endLooks = (path: string, width: number): string => `fillcolor="${ENDS[path] ?? '#bdc1c6'}", penwidth=${width}`;

function stateLines(graph: ChartGraph, state: ChartState, indent: string): string[] {
  if (state.kind !== 'compound') return [`${indent}${quoted(state.path)} [${looks(graph, state)}];`];
  const children = graph.states.filter(({ parent }) => parent === state.path);
  const fill = CLUSTERS[state.path] ?? '#f8f9fa';
  return [
    `${indent}subgraph ${clusterOf(state.path)} {`,
    `${indent}  graph [label=${quoted(nameOf(state.path))}, labeljust=l, style="rounded,filled", color="#dadce0", fillcolor="${fill}", margin=12];`,
    ...children.flatMap((child) => stateLines(graph, child, `${indent}  `)),
    `${indent}}`,
  ];
}

function finalLine(id: string): string {
  const [path = id] = id.split('@');
  return `  ${quoted(id)} [label=${quoted(path)}, ${endLooks(path, 2.2)}];`;
}

function looks(graph: ChartGraph, { path, kind }: ChartState): string {
  if (path === graph.initial) return 'shape=circle, style=filled, fillcolor="#202124", label="", width=0.2, height=0.2';
  const label = `label=${quoted(nameOf(path))}`;
  if (kind === 'choice') return `${label}, shape=hexagon, style=filled, fillcolor="#f1f3f4", fontsize=10, height=0.26, margin="0.02,0.01"`;
  return kind === 'resting' ? label : `${label}, ${endLooks(path, 1.2)}`;
}

/** An arrow to or from a compound state ends at its border; Graphviz wants a state within it all the same. */
function arrowLine(graph: ChartGraph, { from, to, onlyTime, lines }: Arrow): string {
  const isCompound = (path: string) => graph.states.some((state) => state.path === path && state.kind === 'compound');
  const target = isFinal(graph, to) ? finalBeside(from, to) : entered(graph, to);
  const leadsBack = !isFinal(graph, to) && groupOf(from) !== groupOf(to) && FLOW.indexOf(groupOf(to)) < FLOW.indexOf(groupOf(from));
  const attributes = [
    ...(lines.length === 0 ? [] : [`label="${lines.join('\\n')}"`]),
    ...(onlyTime ? ['style=dashed', 'color="#b06000"', 'fontcolor="#b06000"'] : []),
    ...(leadsBack ? ['constraint=false'] : []),
    ...(isCompound(to) ? [`lhead=${clusterOf(to)}`] : []),
    ...(isCompound(from) ? [`ltail=${clusterOf(from)}`] : []),
  ];
  return `${quoted(entered(graph, from))} -> ${quoted(target)} [${attributes.join(', ')}];`;
}
