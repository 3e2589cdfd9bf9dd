import type { Random } from '../../src/sim/random.js';
import type { Happening } from './recording.js';

/** What a disk may hold when the power goes: all that was synced, and of the rest what chance has let through. */

/** How much of what was not synced an image keeps; `sectors` tears single writes apart. */
export const LEFT = ['nothing', 'everything', 'beginning', 'writes', 'sectors'] as const;
export type Left = (typeof LEFT)[number];

/** A disk writes so many bytes whole or not at all. */
const SECTOR = 512;

type Change = (
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'cut'; readonly size: number }
) & {
  /** `lost`: a sync of it failed, and nothing says whether later ones try it again */
  state: 'waiting' | 'synced' | 'lost';
};

type Rename = { readonly path: string; readonly content: Content | undefined };

/** A file as changes that are synced and others, in their order, on top of what has been carried together. */
class Content {
  #carried: Buffer;
  #changes: Change[] = [];
  readonly #begun = new Map<number, readonly Change[]>();

  constructor(bytes: Buffer) {
    this.#carried = bytes;
  }

  change(change: Change): void {
    this.#changes.push(change);
  }

  syncBegun(sync: number): void {
    this.#begun.set(
      sync,
      this.#changes.filter(({ state }) => state === 'waiting'),
    );
  }

  syncEnded(sync: number, worked: boolean): void {
    for (const change of this.#begun.get(sync) ?? []) change.state = worked ? 'synced' : 'lost';
    this.#begun.delete(sync);
    const first = this.#changes.findIndex(({ state }) => state !== 'synced');
    const done = this.#changes.splice(0, first < 0 ? this.#changes.length : first);
    this.#carried = applied(this.#carried, done);
  }

  image(left: Left, random: Random): Buffer {
    const open = this.#changes.filter(({ state }) => state !== 'synced');
    const whole = new Set(open.slice(0, random.below(open.length + 1)));
    const kept = this.#changes.flatMap((change): Change[] => {
      if (change.state === 'synced' || left === 'everything') return [change];
      if (left === 'nothing') return [];
      if (left === 'beginning') return whole.has(change) ? [change] : [];
      if (left === 'writes' || change.kind === 'cut') return random.chance(1, 2) ? [change] : [];
      return sectorsOf(change.offset, change.bytes).filter(() => random.chance(2, 3));
    });
    return applied(Buffer.from(this.#carried), kept);
  }
}

/** The pieces of a write that are on different sectors. */
function sectorsOf(offset: number, bytes: Buffer): Change[] {
  const pieces: Change[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + SECTOR - ((offset + at) % SECTOR));
    pieces.push({ kind: 'write', offset: offset + at, bytes: bytes.subarray(at, end), state: 'waiting' });
    at = end;
  }
  return pieces;
}

/** Bytes after changes; what is written beyond the end leaves zeros between. */
function applied(bytes: Buffer, changes: readonly Change[]): Buffer {
  let size = bytes.length;
  let longest = size;
  for (const change of changes) longest = Math.max(longest, change.kind === 'cut' ? change.size : change.offset + change.bytes.length);
  const room = longest === size ? bytes : Buffer.concat([bytes], longest);
  for (const change of changes) {
    if (change.kind === 'cut') {
      room.fill(0, change.size, size);
      size = change.size;
    } else {
      change.bytes.copy(room, change.offset);
      size = Math.max(size, change.offset + change.bytes.length);
    }
  }
  return room.subarray(0, size);
}

/** Files of the simulated partners: in truth they are elsewhere, where the power stays on. */
const isElsewhere = (path: string): boolean => path.includes('/simulated-');

/** The directory that the shim has watched, happening by happening. */
export class Disk {
  readonly #directory: string;
  readonly #named = new Map<string, Content>();
  readonly #kept: Map<string, Content>;
  readonly #opened = new Map<number, Content | 'directory' | 'foreign'>();
  #renames: Rename[] = [];
  readonly #begun = new Map<number, number>();

  constructor(directory: string, base: ReadonlyMap<string, Buffer>) {
    this.#directory = directory;
    for (const [path, bytes] of base) this.#named.set(path, new Content(bytes));
    this.#kept = new Map(this.#named);
  }

  take(happening: Happening): void {
    switch (happening.kind) {
      case 'opened':
        this.#opened.set(happening.file, happening.path === this.#directory ? 'directory' : this.#contentOf(happening));
        break;
      case 'written':
        this.#file(happening.file)?.change({ kind: 'write', offset: happening.offset, bytes: happening.bytes, state: 'waiting' });
        break;
      case 'cut':
        this.#file(happening.file)?.change({ kind: 'cut', size: happening.size, state: 'waiting' });
        break;
      case 'syncBegun':
        this.#file(happening.file)?.syncBegun(happening.sync);
        this.#begun.set(happening.sync, this.#renames.length);
        break;
      case 'syncEnded':
        this.#synced(happening);
        break;
      case 'unlinked':
        this.#rename(happening.path, undefined);
        break;
      case 'renamed':
        this.#rename(happening.to, this.#named.get(happening.from));
        this.#rename(happening.from, undefined);
        break;
      case 'linked':
        this.#rename(happening.to, this.#named.get(happening.from));
        break;
      case 'answered':
        break;
    }
  }

  /** The files after a loss of power now. Entries of the directory are kept in their order, up to some point. */
  image(left: Left, random: Random): Map<string, Buffer> {
    const names = new Map(this.#kept);
    const most = this.#renames.length;
    const renames = left === 'nothing' ? 0 : left === 'everything' ? most : random.below(most + 1);
    for (const [path, content] of [...this.#named]) if (isElsewhere(path)) names.set(path, content);
    for (const { path, content } of this.#renames.slice(0, renames)) put(names, path, content);
    return new Map([...names].map(([path, content]) => [path, content.image(isElsewhere(path) ? 'everything' : left, random)]));
  }

  /** What was there before and is only read is none of the disk's matters. */
  #contentOf({ path, isNew }: { readonly path: string; readonly isNew: boolean }): Content | 'foreign' {
    if (!isNew) return this.#named.get(path) ?? 'foreign';
    const content = new Content(Buffer.alloc(0));
    this.#rename(path, content);
    return content;
  }

  #rename(path: string, content: Content | undefined): void {
    put(this.#named, path, content);
    this.#renames.push({ path, content });
  }

  #file(file: number): Content | undefined {
    const opened = this.#opened.get(file);
    if (opened === 'foreign') throw new Error('a file was changed that was there before, and that the disk was not told of');
    return opened === 'directory' ? undefined : opened;
  }

  #synced({ file, sync, worked }: { readonly file: number; readonly sync: number; readonly worked: boolean }): void {
    this.#file(file)?.syncEnded(sync, worked);
    const renames = this.#begun.get(sync) ?? 0;
    this.#begun.delete(sync);
    if (this.#opened.get(file) !== 'directory' || !worked) return;
    for (const { path, content } of this.#renames.slice(0, renames)) put(this.#kept, path, content);
    this.#renames = this.#renames.slice(renames);
    // Syncs of the directory do not overlap: SQLite makes them one by one.
    for (const [other, count] of this.#begun) this.#begun.set(other, Math.max(0, count - renames));
  }
}

function put(names: Map<string, Content>, path: string, content: Content | undefined): void {
  if (content === undefined) names.delete(path);
  else names.set(path, content);
}
