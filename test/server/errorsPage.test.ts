import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { REFUSALS } from '../../src/domain/refusals.js';
import { errorsMarkdown } from '../../src/server/docs/errors.js';

it('docs/errors.md is what scripts/errors.mjs makes of the table of refusals', () => {
  expect(readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')).toBe(errorsMarkdown());
});

it('every refusal stands on the page once', () => {
  const page = errorsMarkdown();
  for (const [code, { status }] of Object.entries(REFUSALS)) {
    expect(page.split(`\`${code}\` | ${status} |`)).toHaveLength(2);
    expect(code).toMatch(/^[a-zA-Z]+\.[a-zA-Z]+$/);
  }
});
