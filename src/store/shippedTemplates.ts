import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Template, templateSchema } from '../machines/template.js';

/** The templates that a new store begins with. */
export function shippedTemplates(): Template[] {
  const folder = fileURLToPath(new URL('../../templates/', import.meta.url));
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => templateSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
}

/** The shipped template of this name; there must be one. */
export function shippedTemplate(name: string): Template {
  const shipped = shippedTemplates().find(({ id }) => id === name);
  if (shipped === undefined) throw new Error(`there is no template ${name}`);
  return shipped;
}
