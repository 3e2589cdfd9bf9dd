import { z } from 'zod';

/** A length of time as people write it: `90s`, `30m`, `48h`, `7d`. */
export const durationSchema = z
  .string()
  .regex(/^[1-9][0-9]{0,5}[smhd]$/, 'expected a whole number followed by s, m, h or d, such as 48h')
  .describe('A length of time: a whole number followed by s, m, h or d');
export type Duration = z.infer<typeof durationSchema>;

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration in milliseconds. */
export function milliseconds(duration: Duration): number {
  const unit = duration.slice(-1);
  if (unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd') throw new RangeError(`${duration} is no duration`);
  return Number(duration.slice(0, -1)) * UNIT_MS[unit];
}

/** A length of time in words: `1d 2h`; parts of a second are left out. */
export function durationText(length: number): string {
  let left = length;
  const parts = (['d', 'h', 'm', 's'] as const).flatMap((unit) => {
    const count = Math.floor(left / UNIT_MS[unit]);
    left -= count * UNIT_MS[unit];
    return count === 0 ? [] : [`${count}${unit}`];
  });
  return parts.length === 0 ? '0s' : parts.join(' ');
}
