import { indented } from '../table.js';
import type { Terminal } from '../terminal.js';

const WIDTH = 96;

/** Tells a story in a terminal: chapters, prose, and the numbers beside it. */
export interface Narrator {
  chapter(title: string): void;
  say(text: string): void;
  /** lines that stay as they are: tables */
  show(lines: readonly string[]): void;
  /** somebody does something, and what comes of it */
  step(who: string, does: string, ...outcomes: readonly string[]): void;
}

/** Tells a story in the terminal: chapters, sentences and tables. */
export function narrator({ out, style }: Pick<Terminal, 'out' | 'style'>): Narrator {
  let chapters = 0;
  let space = true;
  const line = (text: string) => {
    out(text);
    space = text === '';
  };
  const gap = () => {
    if (!space) line('');
  };
  return {
    chapter(title) {
      chapters += 1;
      gap();
      line('');
      line(style.title(`${chapters}. ${title}`));
      gap();
    },
    say(text) {
      gap();
      for (const part of wrapped(text)) line(part);
      gap();
    },
    show(lines) {
      gap();
      for (const part of indented(lines)) line(part);
      gap();
    },
    step(who, does, ...outcomes) {
      line(`  ${who.padEnd(WHO)}  ${does}`);
      for (const outcome of outcomes) line(`  ${''.padEnd(WHO)}  ${style.faint('->')} ${outcome}`);
    },
  };
}

const WHO = 10;

/** Prose in lines of at most `WIDTH` characters. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (current !== '' && current.length + 1 + word.length > WIDTH) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return current === '' ? lines : [...lines, current];
}
