import { expect } from 'vitest';
import type { z } from 'zod';
import { COMMANDS_OF } from '../../src/actors/authorize.js';
import type { AfterSaleCommandType } from '../../src/actors/command.js';
import { ENTRY_POINTS, type EntryPoint } from '../../src/actors/principal.js';
import type { AfterSaleView, CaseQuoteView } from '../../src/actors/views.js';
import type { payoutView, transferView } from '../../src/server/wire/lists.js';
import type { TimelineEntry } from '../../src/server/wire/timeline.js';
import { type Answer, type Caller, operationOf } from './caller.js';
import type { Running } from './service.js';

/** One after-sale as those see it who deal with it. */

export type Detail = AfterSaleView & {
  readonly remark: string | null;
  readonly quote: CaseQuoteView;
  readonly timeline: readonly TimelineEntry[];
  readonly transfers: readonly z.output<typeof transferView>[];
  readonly payouts: readonly z.output<typeof payoutView>[];
};

/** The body that the document shows for a command. */
const exampleOf = (by: EntryPoint, command: string): object =>
  Object(operationOf('POST', `/v1/${by}/after-sales/x/${command}`)?.bodyExample);

export class Case {
  readonly id: string;
  /** as the newest answer showed it */
  view: AfterSaleView;

  constructor(
    readonly running: Running,
    readonly callers: { readonly [E in EntryPoint]: Caller },
    view: AfterSaleView,
  ) {
    this.id = view.id;
    this.view = view;
  }

  try(by: EntryPoint, command: AfterSaleCommandType, body: object = {}): Promise<Answer> {
    return this.callers[by].send('POST', `after-sales/${this.id}/${command}`, { body });
  }

  /** Gives a command that must be taken; gives the state that it leads to. */
  async give(by: EntryPoint, command: AfterSaleCommandType, body: object = {}): Promise<string> {
    const answer = await this.try(by, command, body);
    if (answer.status !== 200) throw new Error(`${command} was answered ${answer.status} ${answer.text}`);
    this.view = answer.body as AfterSaleView;
    expect(answer.headers.get('etag')).toBe(`"${this.view.version}"`);
    return this.view.state;
  }

  /** Gives a command in vain; gives the refusal's code. */
  async refused(by: EntryPoint, command: AfterSaleCommandType, body: object = {}): Promise<string | undefined> {
    return (await this.try(by, command, body)).code;
  }

  async see(by: EntryPoint = 'operations'): Promise<Detail> {
    const answer = await this.callers[by].send('GET', `after-sales/${this.id}`);
    if (answer.status !== 200) throw new Error(`it was answered ${answer.status} ${answer.text}`);
    return answer.body as Detail;
  }

  /** Waits until nothing is due; the after-sale must then be in this state. */
  async becomes(state: string): Promise<Detail> {
    await this.running.settled();
    const detail = await this.see();
    expect(detail.state).toBe(state);
    this.view = detail;
    return detail;
  }

  /** What each entry point is told that it may do now. */
  async allowed(): Promise<{ readonly [E in EntryPoint]?: readonly string[] }> {
    const lists = await Promise.all(ENTRY_POINTS.map(async (by) => [by, (await this.see(by)).allowedCommands] as const));
    return Object.fromEntries(lists);
  }

  /** Every command that is not told as allowed is refused, and changes nothing. */
  async refusesTheRest(): Promise<void> {
    const before = await this.see();
    for (const by of ENTRY_POINTS) {
      const { allowedCommands } = await this.see(by);
      const others = COMMANDS_OF[by].filter((command) => !allowedCommands.includes(command));
      const answers = await Promise.all(others.map((command) => this.try(by, command, exampleOf(by, command))));
      for (const [index, { status, code }] of answers.entries()) {
        const told = `${by} ${others[index]} in ${before.state}: ${status} ${code}`;
        expect([403, 409], told).toContain(status);
        expect(
          ['command.notAllowed', 'command.notYours', 'command.payoutBegun', 'command.payoutUnknown', 'command.goodsHeld'],
          told,
        ).toContain(code);
      }
    }
    expect((await this.see()).version).toBe(before.version);
  }

  /** What happened, in words: command, who gave it, the state after it. */
  async timeline(by: EntryPoint = 'operations'): Promise<readonly string[]> {
    const { timeline } = await this.see(by);
    return timeline.map((entry) => `${entry.type} by ${entry.by}: ${entry.state}`);
  }

  /** How long after its last change a deadline comes, in milliseconds. */
  deadline(name: string): number {
    const at = this.view.deadlines.find((deadline) => deadline.name === name)?.at;
    return at === null || at === undefined ? Number.NaN : Date.parse(at) - Date.parse(this.view.updateTime);
  }
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Shares of tenders, in short. */
export const sharesOf = (
  tenders: readonly { readonly tenderId: string; readonly amount: { readonly amount: number } }[],
): Record<string, number> => Object.fromEntries(tenders.map(({ tenderId, amount }) => [tenderId, amount.amount]));
