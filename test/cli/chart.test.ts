import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { shippedTemplates } from '../../src/store/shippedTemplates.js';
import { directory, ROOT, redress } from './redress.js';

it.each([
  { format: 'mermaid', begins: /^stateDiagram-v2\n/, holds: 'reviewing_merchant' },
  { format: 'svg', begins: /^<\?xml/, holds: 'repair under electronics, version 1' },
  { format: 'json', begins: /^\{/, holds: '"path": "repairing.diagnosing"' },
])('draws a chart as $format', async ({ format, begins, holds }) => {
  const { status, out, err } = await redress(['chart', '--type', 'repair', '--template', 'electronics', '--format', format]);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toMatch(begins);
  expect(out).toContain(holds);
});

it('draws the picture of the README', async () => {
  const { out } = await redress(['chart', '--type', 'return', '--template', 'merchant-first', '--format', 'svg']);
  expect(out).toBe(readFileSync(join(ROOT, 'docs/chart-return.svg'), 'utf8'));
});

it('draws only the states that a type can reach', async () => {
  const { out } = await redress(['chart', '--type', 'refund', '--format', 'json']);
  const chart: { states: { path: string }[] } = JSON.parse(out);
  const paths = chart.states.map(({ path }) => path);
  expect(paths).toContain('stopping');
  expect(paths).not.toContain('exchanging');
});

it('draws the template of a file', async () => {
  const [template] = shippedTemplates();
  const file = join(directory(), 'own.json');
  writeFileSync(file, JSON.stringify({ ...template, id: 'own', version: 7 }));
  expect((await redress(['chart', '--template', file, '--format', 'svg'])).out).toContain('return under own, version 7');
});

it.each([
  { case: 'an unknown template', template: () => 'nobody', says: /There is no template nobody. Shipped templates: .*merchant-first/ },
  { case: 'a file that is not there', template: () => 'nobody.json', says: /cannot be read/ },
  {
    case: 'a file that is no template',
    template: () => {
      const file = join(directory(), 'a.json');
      writeFileSync(file, '{"id":1}');
      return file;
    },
    says: /is no template: id /,
  },
])('refuses $case', async ({ template, says }) => {
  const { status, out, err } = await redress(['chart', '--template', template()]);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(says);
});
