import { countedWord } from '../load/report/html.js';

/** A count with the word for what was counted, which is given as it stands for many: `2,000 orders`, `1 order`. */
export const counted = (count: number, many: string): string => `${count.toLocaleString('en')} ${countedWord(count, many)}`;
