import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './folders.js';

const FILE = join(ROOT, 'bench', 'README.md');
const BEGIN = '<!-- newest full run -->';
const END = '<!-- end of newest full run -->';

/** Puts the newest full run in the place of the one before. */
export function writeReadme(newest: string): void {
  const text = readFileSync(FILE, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${FILE} has lost the marks between which the newest run stands`);
  const block = `${BEGIN}\n\n${newest}\n\n`;
  writeFileSync(FILE, `${text.slice(0, from)}${block}${text.slice(to)}`);
}
