import { instance } from '@viz-js/viz';
import type { ChartGraph } from './describeChart.js';
import { toDot } from './toDot.js';

/** A rim around the words on arrows, where lines cross them. */
const STYLE = '<style>.edge text { paint-order: stroke; stroke: #fff; stroke-width: 3px; stroke-linejoin: round; }</style>';

/** A chart as SVG, laid out by Graphviz, with `title` above it. */
export async function toSvg(graph: ChartGraph, title: string): Promise<string> {
  const graphviz = await instance();
  const drawn = graphviz.renderString(toDot(graph, title), { format: 'svg', engine: 'dot' });
  // Graphviz measures only fonts that it knows by one name; a reader may have another.
  return drawn.replaceAll('font-family="Helvetica"', 'font-family="Helvetica,Arial,sans-serif"').replace(/(<svg[^>]*>)/, `$1\n${STYLE}`);
}
