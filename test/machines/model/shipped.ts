import { readdirSync, readFileSync } from 'node:fs';
import { type Template, templateSchema } from '../../../src/machines/template.js';

const folder = new URL('../../../templates/', import.meta.url);

/** The templates that ship with the project, in the order of their file names. */
export const shippedTemplates: readonly Template[] = readdirSync(folder)
  .sort()
  .map((name) => templateSchema.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));

export function shipped(id: string): Template {
  const template = shippedTemplates.find((candidate) => candidate.id === id);
  if (template === undefined) throw new RangeError(`no template ${id} is shipped`);
  return template;
}
