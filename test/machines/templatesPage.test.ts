import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Template } from '../../src/machines/template.js';
import { shipped } from './model/shipped.js';
import { withSection } from './model/spec.js';

const PAGE = fileURLToPath(new URL('../../docs/templates.md', import.meta.url));
const shown = ['merchant-first', 'strict-marketplace', 'fresh-food', 'electronics'].map(shipped);

/** Keys whose values have a table or a line of their own. */
const APART = ['id', 'version', 'name', 'reasons'];

type Amounts = readonly { readonly amount: number; readonly currency: string }[];
const isAmounts = (value: unknown): value is Amounts =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'object' && entry !== null && 'currency' in entry);

function inYuan(amounts: Amounts): string {
  const found = amounts.find(({ currency }) => currency === 'CNY');
  return found === undefined ? 'not in CNY' : `${(found.amount / 100).toFixed(2)} CNY`;
}

function feeText({ name, types, faults, charge, to }: Template['fees'][number]): string {
  const amount = charge.kind === 'rate' ? `${charge.rate / 100} %` : inYuan(charge.amounts);
  return `${name} ${amount} to ${to} (${types.join(', ')}; fault of ${faults.join(', ')})`;
}

/** Every value of a template under its dotted key, as the page shows it. */
function valuesOf(template: Template): Map<string, string> {
  const values = new Map<string, string>();
  const put = (key: string, value: unknown): void => {
    if (APART.includes(key)) return;
    if (key === 'fees') values.set(key, template.fees.map(feeText).join('; ') || 'none');
    else if (isAmounts(value)) values.set(key, inYuan(value));
    else if (Array.isArray(value)) values.set(key, value.join(', ') || 'none');
    else if (typeof value === 'object' && value !== null) for (const [name, inner] of Object.entries(value)) put(`${key}.${name}`, inner);
    else values.set(key, String(value));
  };
  for (const [key, value] of Object.entries(template)) put(key, value);
  return values;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function valueTable(): string {
  const all = shown.map(valuesOf);
  const keys = [...new Set(all.flatMap((values) => [...values.keys()]))];
  return table(
    ['key', ...shown.map(({ id }) => `\`${id}\``)],
    keys.map((key) => [`\`${key}\``, ...all.map((values) => values.get(key) ?? '–')]),
  );
}

function reasonTables(): string {
  return shown
    .map(({ id, reasons }) => {
      const rows = reasons.map((reason) => [
        `\`${reason.code}\``,
        reason.title,
        reason.types.join(', '),
        reason.stages.join(', '),
        reason.claims.join(', '),
        reason.fault,
        reason.bearer,
        String(reason.evidence),
      ]);
      return `### \`${id}\`\n\n${table(['code', 'title', 'types', 'stages', 'claims', 'fault', 'bearer', 'evidence'], rows)}`;
    })
    .join('\n\n');
}

it('the page of templates shows the values of the shipped ones as they are', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const current = withSection(withSection(page, 'shipped values', valueTable()), 'shipped reasons', reasonTables());
  await expect(current).toMatchFileSnapshot(PAGE);
});

it('the page of templates explains every key', () => {
  const explained = readFileSync(PAGE, 'utf8').split('## What the shipped ones say')[0] ?? '';
  const inner = (key: string) => key.split('.').slice(1).join('.');
  const keys = [...new Set(shown.flatMap((template) => [...valuesOf(template).keys()]))];
  // Keys of scope, autoApprove and tenders are explained in the line of what is around them.
  const isExplained = (key: string) => [key, key.split('.').at(-1) ?? key, inner(key)].some((name) => explained.includes(`\`${name}\``));
  expect(keys.length).toBeGreaterThan(40);
  expect(keys.filter((key) => !isExplained(key))).toEqual([]);
});
