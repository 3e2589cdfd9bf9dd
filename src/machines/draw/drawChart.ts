import { buildChart } from '../chart.js';
import type { Template } from '../template.js';
import type { AfterSaleType } from '../words.js';
import { describeChart } from './describeChart.js';
import { toDot } from './toDot.js';
import { toMermaid } from './toMermaid.js';
import { toSvg } from './toSvg.js';

export const DRAWING_FORMATS = ['mermaid', 'svg', 'json', 'dot'] as const;
export type DrawingFormat = (typeof DRAWING_FORMATS)[number];

/** Draws the chart of a type under a template from the machine itself. Every format is a text that ends with a line break. */
export async function drawChart(type: AfterSaleType, template: Template, format: DrawingFormat): Promise<string> {
  const graph = describeChart(buildChart(type, template));
  const title = `The chart of type ${type}, under ${template.id} version ${template.version}`;
  switch (format) {
    case 'mermaid':
      return toMermaid(graph);
    case 'svg':
      return toSvg(graph, title);
    case 'dot':
      return toDot(graph, title);
    case 'json':
      return `${JSON.stringify({ type, template: { id: template.id, version: template.version }, ...graph }, null, 2)}\n`;
  }
}
