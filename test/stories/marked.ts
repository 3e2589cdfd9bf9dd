import { expect } from 'vitest';
import type { AfterSaleCommandType } from '../../src/actors/command.js';
import type { EntryPoint } from '../../src/actors/principal.js';
import type { AfterSaleView } from '../../src/actors/views.js';
import type { Answer } from './caller.js';
import { photo } from './sketches.js';
import type { Story } from './story.js';

/** After-sales in which every text, name, contact, account and key is one that can be looked for. */

export const MARK = 'Xanthippe';
const PHONE = '+49 30 55501994711';
/** What no file may hold once it is erased. */
export const MARKS = [MARK, PHONE];

export const remark = `${MARK} wrote this`;
export const ADDRESS = { name: MARK, phone: PHONE, country: 'DE', region: MARK, city: MARK, street: `1 ${MARK} Street`, postalCode: MARK };
export const COURIER = { courier: `${MARK} Express`, trackingNo: `${MARK}-1` };
export const linked = photo(MARK);
const CONTACT = { name: MARK, phone: PHONE, email: `${MARK}@example.com` };

export class Marked {
  /** commands that were given with a text */
  static readonly given = new Set<string>();
  #number = 0;

  private constructor(
    readonly story: Story,
    readonly name: string,
    readonly id: string,
  ) {}

  /** What an application of this name says. */
  static application({ key }: Story, more: object): object {
    const said = { remark, contact: CONTACT, evidence: [linked, linked], claim: { kind: 'unit' } };
    const asked = { type: 'return', reason: 'defective', selection: [{ lineNo: 1, quantity: 1 }] };
    return { shopId: key.shopId, orderNo: key.orderNo, ...asked, ...said, ...more };
  }

  static keyOf = (name: string, number = 0): string => `${MARK}/${name}/${number}`;

  static async apply(story: Story, name: string, more: object): Promise<Marked> {
    const answer = await story.send('user', 'POST', 'after-sales', { key: Marked.keyOf(name), body: Marked.application(story, more) });
    if (answer.status !== 201) throw new Error(answer.text);
    return new Marked(story, name, (answer.body as AfterSaleView).id);
  }

  /** Gives a command that must be taken, and gives the state that it leads to. */
  async give(by: EntryPoint, command: AfterSaleCommandType, body: object = {}): Promise<string> {
    this.#number += 1;
    const answer = await this.send(by, command, body, this.#number);
    if (answer.status !== 200) throw new Error(`${command}: ${answer.text}`);
    if (JSON.stringify(body).includes(MARK)) Marked.given.add(command);
    return (answer.body as AfterSaleView).state;
  }

  send(by: EntryPoint, command: AfterSaleCommandType, body: object, number: number): Promise<Answer> {
    return this.story.send(by, 'POST', `after-sales/${this.id}/${command}`, { key: Marked.keyOf(this.name, number), body });
  }

  async state(): Promise<string> {
    await this.story.running.settled();
    const seen = await this.story.send('operations', 'GET', `after-sales/${this.id}`);
    return (seen.body as AfterSaleView).state;
  }
}

/** Uploads something, and gives it as evidence. */
export async function upload(story: Story, by: EntryPoint, what: string): Promise<{ readonly evidenceId: string }> {
  const headers = { 'content-type': 'image/jpeg' };
  const answer = await story.send(by, 'POST', 'evidence', { raw: `The ${what}`, headers, key: `upload/${what}` });
  expect(answer.status).toBe(201);
  const { kind, evidenceId, sha256 } = answer.body as { kind: string; evidenceId: string; sha256: string };
  return Object.assign({ evidenceId }, { kind, sha256 });
}
