import type { Currency } from '../domain/order.js';

/** Minor units as people write them: 2833 is `28.33` with two decimals, `2833` with none. */
export function amountText(amount: number, { exponent }: Pick<Currency, 'exponent'>): string {
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const rest = digits.slice(digits.length - exponent);
  return `${amount < 0 ? '-' : ''}${whole}${exponent === 0 ? '' : `.${rest}`}`;
}

/** The same with its currency: `28.33 CNY`. */
export const priceText = (amount: number, currency: Currency): string => `${amountText(amount, currency)} ${currency.code}`;

/** An instant to the second, in UTC: `2026-03-01 09:30:00`. */
export const timeText = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A length of time by its two largest units: `2d 3h`. */
export function lengthText(ms: number): string {
  const parts: string[] = [];
  let left = Math.abs(ms);
  for (const [unit, length] of UNITS) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.length === 0 ? '0s' : parts.slice(0, 2).join(' ');
}
