// Writes docs/errors.md from the table of refusals: `npm run build && node scripts/errors.mjs`.
import { writeFileSync } from 'node:fs';

const built = new URL('../dist/server/docs/errors.js', import.meta.url).href;
const { errorsMarkdown } = await import(built);
writeFileSync(new URL('../docs/errors.md', import.meta.url), errorsMarkdown());
