import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../src/sim/random.js';
import { Disk, LEFT, type Left } from './disk.js';
import type { Happening } from './recording.js';

/** What a process did to a directory, and what was there before. */
export interface Recorded {
  readonly directory: string;
  readonly base: ReadonlyMap<string, Buffer>;
  readonly happenings: readonly Happening[];
}

/** A directory as a loss of power has left it. */
export interface Image {
  /** so many happenings had come to pass */
  readonly moment: number;
  readonly left: Left;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** The files of a directory by their paths, without the memory that processes share. */
export function filesOf(directory: string): Map<string, Buffer> {
  const names = readdirSync(directory).filter((name) => !name.endsWith('-shm'));
  return new Map(names.map((name) => [join(directory, name), readFileSync(join(directory, name))]));
}

/**
 * Moments to lose the power at. One in three is right after an answer was given, when it would be the first to be
 * lost, the others are anywhere.
 */
function momentsOf({ happenings }: Recorded, count: number, random: Random): number[] {
  const answered = happenings.flatMap(({ kind }, index) => (kind === 'answered' ? [index + 1] : []));
  const moments = Array.from({ length: count }, (_, number) =>
    number % 3 === 0 && answered.length > 0 ? random.pick(answered) : 1 + random.below(happenings.length),
  );
  return moments.sort((a, b) => a - b);
}

/** Images at chosen moments, oldest first. */
export function* imagesOf(recorded: Recorded, count: number, random: Random): Generator<Image> {
  const disk = new Disk(recorded.directory, recorded.base);
  let done = 0;
  for (const [number, moment] of momentsOf(recorded, count, random).entries()) {
    for (const happening of recorded.happenings.slice(done, moment)) disk.take(happening);
    done = moment;
    const left = LEFT[number % LEFT.length] ?? 'nothing';
    yield { moment, left, files: disk.image(left, random) };
  }
}

/** Puts an image into another directory. */
export function layOut({ files }: Pick<Image, 'files'>, from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const [path, bytes] of files) writeFileSync(path.replace(from, to), bytes);
}

/** An answer, and the moment from which on its caller may rely on it. */
export interface Answered {
  readonly moment: number;
  readonly status: number;
}

/** Every HTTP answer by its request's id. */
export function answersOf({ happenings }: Recorded): Map<string, Answered> {
  const answers = new Map<string, Answered>();
  for (const [index, happening] of happenings.entries()) {
    if (happening.kind !== 'answered') continue;
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(happening.text)?.[1];
    const id = /^x-request-id: (.+?)\r?$/im.exec(happening.text)?.[1];
    if (status !== undefined && id !== undefined) answers.set(id, { moment: index + 1, status: Number(status) });
  }
  return answers;
}
