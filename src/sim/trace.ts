import { createHash } from 'node:crypto';

const AT_ONCE = 512;

/** The hash of everything that happened, in its order; two runs are the same when it is. */
export class Trace {
  readonly #hash = createHash('sha256');
  #lines: string[] = [];
  #count = 0;
  /** told of every line; for stories and stepping */
  listener: ((line: string) => void) | undefined;

  add(line: string): void {
    this.#count += 1;
    this.listener?.(line);
    this.#lines.push(line);
    if (this.#lines.length === AT_ONCE) this.#flush();
  }

  get lines(): number {
    return this.#count;
  }

  digest(): string {
    this.#flush();
    return this.#hash.copy().digest('hex');
  }

  #flush(): void {
    this.#hash.update(this.#lines.join('\n')).update('\n');
    this.#lines = [];
  }
}
