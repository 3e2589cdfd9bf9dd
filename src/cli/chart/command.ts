import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { buildChart } from '../../machines/chart.js';
import { type ChartGraph, describeChart } from '../../machines/draw/describeChart.js';
import { toMermaid } from '../../machines/draw/toMermaid.js';
import { toSvg } from '../../machines/draw/toSvg.js';
import { type Template, templateSchema } from '../../machines/template.js';
import { AFTER_SALE_TYPES, type AfterSaleType } from '../../machines/words.js';
import { shippedTemplates } from '../../store/shippedTemplates.js';
import { CliFailure, EXIT } from '../failure.js';
import type { Terminal } from '../terminal.js';

const FORMATS = ['mermaid', 'svg', 'json'] as const;

interface ChartOptions {
  readonly type: AfterSaleType;
  readonly template: string;
  readonly format: (typeof FORMATS)[number];
}

const DRAWN: { readonly [format in ChartOptions['format']]: (graph: ChartGraph, title: string) => string | Promise<string> } = {
  mermaid: toMermaid,
  svg: toSvg,
  json: (graph) => JSON.stringify(graph, null, 2),
};

/** `redress chart`: draws a chart from the machine itself. */
export function chartCommand(terminal: Terminal): Command {
  return new Command('chart')
    .description('draw the chart of an after-sale, from the machine that decides')
    .addOption(new Option('--type <type>', 'type of the after-sale').choices(AFTER_SALE_TYPES).default('return'))
    .option('--template <id or file>', 'a shipped template, or a JSON file with one', 'merchant-first')
    .addOption(new Option('--format <format>', 'how it is drawn').choices(FORMATS).default('mermaid'))
    .addHelpText(
      'after',
      () => `\n${templatesKnown()}\n\nExample:\n  redress chart --type exchange --template electronics --format svg > exchange.svg`,
    )
    .action(async ({ type, template, format }: ChartOptions) => {
      const drawn = templateOf(template);
      const graph = describeChart(buildChart(type, drawn));
      terminal.out((await DRAWN[format](graph, `${type} under ${drawn.id}, version ${drawn.version}`)).trimEnd());
    });
}

const templatesKnown = (): string =>
  `Shipped templates: ${shippedTemplates()
    .map(({ id }) => id)
    .join(', ')}`;

function templateOf(named: string): Template {
  const shipped = shippedTemplates().find(({ id }) => id === named);
  if (shipped !== undefined) return shipped;
  if (!named.endsWith('.json'))
    throw new CliFailure(`There is no template ${named}. ${templatesKnown()}; or name a JSON file.`, EXIT.usage);
  const parsed = templateSchema.safeParse(jsonIn(named));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new CliFailure(`${named} is no template: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`, EXIT.usage);
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CliFailure(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, EXIT.usage);
  }
}
