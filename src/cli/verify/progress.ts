import type { Scope } from '../../store/sqlite/verify/verifier.js';
import type { Terminal } from '../terminal.js';
import type { Tally } from './tally.js';

const BAR = 24;
/** Between two lines where nothing can be rewritten, and between two rewritings, in milliseconds. */
const LINE_EVERY_MS = 10_000;
const REWRITE_EVERY_MS = 100;

/**
 * Shows how far it has come: on a terminal a bar that is rewritten, elsewhere a line now and then.
 * @param elapsed milliseconds since it began
 */
export function progressOn(terminal: Pick<Terminal, 'progress' | 'progressShown' | 'err'>, elapsed: () => number) {
  const every = terminal.progressShown ? REWRITE_EVERY_MS : LINE_EVERY_MS;
  let shownAt = 0;
  return (tally: Tally, scope: Scope): void => {
    const now = elapsed();
    if (now - shownAt < every) return;
    shownAt = now;
    if (terminal.progressShown) terminal.progress(`${bar(share(tally, scope))} ${progressText(tally, scope, now)}`);
    else terminal.err(progressText(tally, scope, now));
  };
}

/** How much is done, from 0 to 1: an order with many events takes longer than one with few. */
const share = ({ eventsInScope }: Tally, { lastPosition }: Scope): number =>
  lastPosition === 0 ? 1 : Math.min(1, eventsInScope / lastPosition);

function bar(done: number): string {
  const filled = Math.floor(done * BAR);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}]`;
}

/** @param elapsed milliseconds since it began */
export function progressText(tally: Tally, scope: Scope, elapsed: number): string {
  const done = share(tally, scope);
  const parts = [
    `${Math.floor(done * 100)} %`,
    `${number(tally.orders)} of ${number(scope.books)} orders`,
    `${number(Math.round(tally.events / (elapsed / 1000)))} events a second`,
    `${number(tally.differences)} ${tally.differences === 1 ? 'difference' : 'differences'}`,
  ];
  if (done > 0) parts.push(`${durationText((elapsed * (1 - done)) / done)} left`);
  return parts.join(', ');
}

/** A count with its thousands apart. */
export const number = (value: number): string => value.toLocaleString('en');

/** `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${number(Math.floor(seconds / 3600))} h ${Math.floor((seconds % 3600) / 60)} min`;
}
