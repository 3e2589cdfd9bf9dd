import type { Counts } from './coverage.js';
import { coverageOf, explained, grouped, kinds, total, unseen } from './report.js';
import type { Summary } from './summary.js';

/** What a long run covered, as the section of a page: made from its report, so that no figure is typed. */

const DAY_MS = 86_400_000;
const MIB = 2 ** 20;
const inDays = (milliseconds: number): string => `${grouped(milliseconds / DAY_MS)} days`;
const numberOf = (promise: string): number => Number(/\d+/.exec(promise)?.[0] ?? 0);
const counted = (counts: Counts): string =>
  Object.entries(counts)
    .map(([name, count]) => `\`${name}\` ${grouped(count)}`)
    .join(' · ');

/** What a soak covered, as Markdown for the README. */
export function soakSection(summary: Summary): string {
  const { faults, deeds, promises } = summary;
  return [
    sums(summary),
    coverage(summary),
    neverSeen(summary),
    `Faults: ${counted(faults)}.`,
    `Clients that were unsure: ${counted(deeds)}.`,
    `Checks: ${Object.entries(promises)
      .sort(([a], [b]) => numberOf(a) - numberOf(b))
      .map(([name, count]) => `${name}: ${grouped(count)}`)
      .join(' · ')}.`,
  ].join('\n\n');
}

function sums({ seeds, commands, done, refusals, faults, promises, stores, violations, ...rest }: Summary): string {
  const byStore = Object.entries(stores).map(
    ([store, count]) => `${grouped(count)} on ${store === 'sqlite' ? 'real SQLite' : 'the simulated store'}`,
  );
  const verdict = violations.length === 0 ? 'none broken' : `broken in ${violations.length} ${violations.length === 1 ? 'run' : 'runs'}`;
  return [
    `${grouped(commands)} commands in ${grouped(seeds)} runs (${byStore.join(', ')}): ${grouped(done)} done,`,
    `${grouped(total(refusals))} refused, the others without an answer. ${grouped(total(faults))} faults of ${kinds(faults)} kinds;`,
    `promises checked ${grouped(total(promises))} times, **${verdict}**. ${inDays(rest.virtualMs)} of virtual time; once its faults`,
    `had healed, every run settled within ${inDays(rest.settledWithinMs)}. No process had more than ${grouped(rest.memoryBytes / MIB)} MiB.`,
  ].join('\n');
}

function coverage(summary: Summary): string {
  const rows = coverageOf(summary).map(
    ({ what, seen, of, named }) => `| ${what} | ${grouped(seen)} | ${grouped(of)} | ${named === 0 ? '' : named} |`,
  );
  return ['| coverage | seen | of | lead nowhere |', '|---|---:|---:|---:|', ...rows].join('\n');
}

function neverSeen(summary: Summary): string {
  const { pairs, ...others } = unseen(summary);
  const named = Object.values<readonly string[]>(others).flatMap((names) => names.map((name) => `\`${name}\``));
  const never = [...named, ...(pairs.length === 0 ? [] : [`${pairs.length} pairs`])];
  const reasons = [...new Set(explained(summary).map(({ why }) => why))];
  return [
    `Never seen: ${never.length === 0 ? 'nothing' : never.join(', ')}.`,
    ...(reasons.length === 0 ? [] : [`What leads nowhere:`, ...reasons.map((why) => `- ${why}`)]),
  ].join('\n');
}
