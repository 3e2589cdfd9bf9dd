import { coverageOf, explained, grouped, kinds, total, unseen } from './report.js';
import type { Summary } from './summary.js';

/** What a long run covered, as the section of a page: made from its report, so that no figure is typed. */

const DAY_MS = 86_400_000;
const MIB = 2 ** 20;
const inDays = (milliseconds: number): string => `${(milliseconds / DAY_MS).toFixed(1)} days`;
const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.map((name) => `\`${name}\``).join(', '));

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map((_, i) => (i === 0 ? '---|' : '---:|')).join('')}`, ...rows.map(line)].join('\n');
}

export function soakSection(summary: Summary): string {
  const { seeds, commands, done, refusals, faults, deeds, promises, stores, violations } = summary;
  const missing = unseen(summary);
  const byStore = Object.entries(stores).map(
    ([store, count]) => `${grouped(count)} on ${store === 'sqlite' ? 'real SQLite' : 'the simulated store'}`,
  );
  const named = explained(summary);
  const reasons = [...new Set(named.map(({ why }) => why))];
  return [
    `${grouped(commands)} commands in ${grouped(seeds)} runs (${byStore.join(', ')}): ${grouped(done)} done, ${grouped(total(refusals))} refused, the others lost with their host or unanswered. ${grouped(total(faults))} faults of ${kinds(faults)} kinds and ${grouped(total(deeds))} misdeeds of clients; ${grouped(total(promises))} checks of promises, **${violations.length === 0 ? 'none broken' : `${violations.length} runs broke one`}**. ${inDays(summary.virtualMs)} of virtual time; once faults had healed every run settled within ${inDays(summary.settledWithinMs)}. A process never had more than ${grouped(summary.memoryBytes / MIB)} MiB.`,
    table(
      ['coverage', 'seen', 'of', 'lead nowhere'],
      coverageOf(summary).map(({ what, seen, of, named: nowhere }) => [what, grouped(seen), grouped(of), nowhere === 0 ? '' : nowhere]),
    ),
    `Never seen: ${
      Object.entries(missing)
        .filter(([, names]) => names.length > 0)
        .map(([what, names]: [string, readonly string[]]) => (what === 'pairs' ? `${names.length} pairs` : `${what} ${listed(names)}`))
        .join('; ') || 'nothing'
    }. What leads nowhere: ${reasons.join('; ')}.`,
    table(
      ['fault', 'times'],
      Object.entries({ ...faults, ...deeds }).map(([name, count]) => [`\`${name}\``, grouped(count)]),
    ),
    table(
      ['promise', 'checks'],
      Object.entries(promises).map(([name, count]) => [name.replace('promise ', ''), grouped(count)]),
    ),
    '',
  ].join('\n\n');
}
