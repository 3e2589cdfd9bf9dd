/** Text that is safe in a page. */

const ESCAPES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as HTML shows it. */
export const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character);

/** JSON that may stand within a script element. */
export const scriptJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/** A count with its thousands apart. */
export const whole = (value: number): string => value.toLocaleString('en-US');

/** Milliseconds with three digits, as seconds from a thousand on. */
export function latencyText(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(ms >= 10_000 ? 1 : 2)} s`;
  return `${ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`;
}

/** Milliseconds as seconds with one decimal. */
export const secondsText = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** The word for what was counted, which is given as it stands for many: `keys`, and of one `key`. */
export const countedWord = (count: number, many: string): string => (count === 1 ? many.replace(/s\b/, '') : many);
