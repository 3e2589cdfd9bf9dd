// Writes docs/errors.md from the table of refusals: `npm run build && node scripts/errors.mjs`.
import { writeFileSync } from 'node:fs';
import { errorsMarkdown } from '../dist/server/docs/errors.js';

writeFileSync(new URL('../docs/errors.md', import.meta.url), errorsMarkdown());
