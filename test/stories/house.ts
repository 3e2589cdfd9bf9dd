import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Template } from '../../src/machines/template.js';
import { sign } from '../../src/server/edge/signatures.js';
import type { Running } from './service.js';

/** What is done once for a story: templates of its own, and the words of partners. */

/** Publishes a shipped template with some settings changed. */
export async function publishTemplate(running: Running, base: string, changed: Partial<Template>): Promise<void> {
  const shipped = JSON.parse(readFileSync(new URL(`../../templates/${base}.json`, import.meta.url), 'utf8')) as Template;
  const operations = await running.caller({ role: 'operations', id: 'operator' });
  const answer = await operations.send('POST', 'templates', { body: { ...shipped, ...changed } });
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
}

export interface PartnerAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly code: string | undefined;
}

/** Sends a signed callback, as the gateway or carrier whose secret stands in the data directory. */
export async function tellAsPartner(running: Running, partner: 'gateway' | 'carrier', said: object): Promise<PartnerAnswer> {
  const file = JSON.parse(readFileSync(`${running.dataDirectory}/partners.json`, 'utf8')) as Record<string, { secret: string }>;
  const body = JSON.stringify(said);
  const signature = sign(file[partner]?.secret ?? '', new TextEncoder().encode(body), Date.now());
  const response = await fetch(`${running.url}/v1/platform/callbacks/${partner}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'redress-signature': signature },
    body,
  });
  const answer = (await response.json()) as { readonly code?: string };
  return { status: response.status, headers: response.headers, code: answer.code };
}
