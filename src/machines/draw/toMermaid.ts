import { arrowsOf, IN_EVERY_OPEN_STATE, nameOf } from './arrows.js';
import type { ChartGraph, ChartState } from './describeChart.js';

const idOf = (path: string): string => path.replaceAll('.', '_');

/** A chart as a Mermaid state diagram, for pages that draw Mermaid themselves. */
export function toMermaid(graph: ChartGraph): string {
  const top = graph.states.filter(({ parent }) => parent === null);
  const first = top.find(({ kind }) => kind === 'compound');
  return [
    'stateDiagram-v2',
    `  [*] --> ${idOf(graph.initial)}`,
    ...top.flatMap((state) => stateLines(graph, state, '  ')),
    ...arrowsOf(graph).map(
      ({ from, to, lines }) => `  ${idOf(from)} --> ${idOf(to)}${lines.length === 0 ? '' : `: ${lines.join('<br>')}`}`,
    ),
    ...graph.states.filter(({ kind }) => kind === 'final').map(({ path }) => `  ${idOf(path)} --> [*]`),
    ...(first === undefined
      ? []
      : [
          `  note right of ${idOf(first.path)}`,
          ...['In every open state:', ...IN_EVERY_OPEN_STATE].map((line) => `    ${line}`),
          '  end note',
        ]),
    '',
  ].join('\n');
}

function stateLines(graph: ChartGraph, { path, kind, initial }: ChartState, indent: string): string[] {
  const id = idOf(path);
  if (kind === 'choice') return [`${indent}state ${id} <<choice>>`];
  if (kind !== 'compound') return [`${indent}state "${nameOf(path)}" as ${id}`];
  const children = graph.states.filter(({ parent }) => parent === path);
  return [
    `${indent}state ${id} {`,
    ...(initial === null ? [] : [`${indent}  [*] --> ${idOf(initial)}`]),
    ...children.flatMap((child) => stateLines(graph, child, `${indent}  `)),
    `${indent}}`,
  ];
}
