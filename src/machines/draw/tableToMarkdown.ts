import { type Answers, EVENT_SOURCES, RESTING_STATES, type RestingState, type TableEvent, type TruthTable } from '../truthTable.js';

/**
 * A truth table as Markdown: a matrix of numbers (see `statesToMarkdown`), the events that are refused
 * everywhere, and the guards wherever an event has several outcomes.
 */
export function tableToMarkdown(table: TruthTable): string {
  const states = keysOf(RESTING_STATES).filter((state) => table[state] !== 'absent');
  const events = keysOf(EVENT_SOURCES);
  const open = events.filter((event) => states.some((state) => cellAt(table, state, event) !== 'refused'));
  const refused = events.filter((event) => !open.includes(event));
  return [
    row(['event', ...states.map((state) => String(RESTING_STATES[state]))]),
    row(['---', ...states.map(() => ':-:')]),
    ...open.map((event) => row([`\`${event}\``, ...states.map((state) => cellText(table, state, event))])),
    '',
    `Refused in every state: ${refused.map((event) => `\`${event}\``).join(', ')}.`,
    '',
    'Where guards decide, in the order in which they are asked:',
    '',
    row(['event', 'in', 'leads to']),
    row(['---', '---', '---']),
    ...guardRows(table, states, open),
  ].join('\n');
}

/** The numbers of the states, for all tables. */
export function statesToMarkdown(): string {
  return [
    row(['number', 'state']),
    row(['--:', '---']),
    ...keysOf(RESTING_STATES).map((state) => row([String(RESTING_STATES[state]), `\`${state}\``])),
  ].join('\n');
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function cellAt(table: TruthTable, state: RestingState, event: TableEvent) {
  const answers = table[state];
  return answers === 'absent' ? 'refused' : answers[event];
}

/** `·` refused, `=` stays, otherwise the numbers of the states reached; `?` where it may be refused as well. */
function cellText(table: TruthTable, state: RestingState, event: TableEvent): string {
  const cell = cellAt(table, state, event);
  if (cell === 'refused') return '·';
  const targets = [...new Set(cell.outcomes.map(({ to }) => targetText(state, to)))];
  return targets.join('/') + (cell.mayBeRefused ? '?' : '');
}

const targetText = (from: RestingState, to: RestingState): string => (from === to ? '=' : String(RESTING_STATES[to]));

/** One row for all states in which the same guards lead to the same states. */
function guardRows(table: TruthTable, states: readonly RestingState[], events: readonly TableEvent[]): string[] {
  const rows = new Map<string, { event: TableEvent; states: RestingState[]; text: string }>();
  for (const event of events) {
    for (const state of states) {
      const cell = cellAt(table, state, event);
      const decides = cell !== 'refused' && (cell.mayBeRefused || new Set(cell.outcomes.map(({ to }) => to)).size > 1);
      if (!decides) continue;
      const text = answersText(state, cell);
      const known = rows.get(`${event} ${text}`);
      if (known === undefined) rows.set(`${event} ${text}`, { event, states: [state], text });
      else known.states.push(state);
    }
  }
  return [...rows.values()].map((entry) =>
    row([`\`${entry.event}\``, entry.states.map((state) => RESTING_STATES[state]).join(', '), entry.text]),
  );
}

/** The outcomes of a cell; guards that lead to the same state one after the other are told together. */
function answersText(from: RestingState, { outcomes, mayBeRefused }: Answers): string {
  const ways: { to: RestingState; conditions: string[] }[] = [];
  for (const [index, { to, guards }] of outcomes.entries()) {
    const isLast = index === outcomes.length - 1 && !mayBeRefused;
    const condition = guards.length === 0 || isLast ? 'otherwise' : guards.map((guard) => `\`${guard}\``).join(' and ');
    const last = ways.at(-1);
    if (last?.to !== to) ways.push({ to, conditions: [condition] });
    else if (condition === 'otherwise') last.conditions = [condition];
    else last.conditions.push(condition);
  }
  const told = ways.map(({ to, conditions }) => `${conditions.join(' or ')} → ${targetText(from, to)}`);
  return [...told, ...(mayBeRefused ? ['otherwise refused'] : [])].join('; ');
}

function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] {
  return Object.keys(record) as K[];
}
