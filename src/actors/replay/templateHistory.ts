import type { Instant } from '../../domain/ids.js';
import type { Template } from '../../machines/template.js';
import { templateKey } from '../context.js';

/** A template version and when it was published. */
export interface Publication {
  readonly at: Instant;
  readonly template: Template;
}

/** How long after its publication a decision may still not have seen a template: it was on its way to the disk meanwhile. */
const UNSEEN_MS = 60_000;

/** Which templates decisions of the past have had before them. */
export class TemplateHistory {
  /** every version, by `id/version` */
  readonly versions: ReadonlyMap<string, Template>;
  readonly #publications: readonly Publication[];
  readonly #lists = new Map<number, readonly Template[]>();

  /** @param publications in the order in which they were made */
  constructor(publications: readonly Publication[]) {
    this.#publications = publications;
    this.versions = new Map(publications.map(({ template }) => [templateKey(template), template]));
  }

  /** What was published at this time. */
  at(now: Instant): readonly Template[] {
    return this.#newest(this.#countAt(now));
  }

  /** What else a decision at this time may have seen: time alone does not tell it where a template was published at nearly that moment. */
  otherwiseAt(now: Instant): (readonly Template[])[] {
    const lists: (readonly Template[])[] = [];
    for (let count = this.#countAt(now); count > 0 && this.#timeOf(count - 1) > now - UNSEEN_MS; count -= 1) {
      lists.push(this.#newest(count - 1));
    }
    return lists;
  }

  #countAt(now: Instant): number {
    let count = this.#publications.length;
    while (count > 0 && this.#timeOf(count - 1) > now) count -= 1;
    return count;
  }

  #timeOf(index: number): number {
    return this.#publications[index]?.at ?? 0;
  }

  /** The newest version of each template among the first publications. */
  #newest(count: number): readonly Template[] {
    const known = this.#lists.get(count);
    if (known !== undefined) return known;
    const newest = new Map(this.#publications.slice(0, count).map(({ template }) => [template.id, template]));
    const list = [...newest.values()];
    this.#lists.set(count, list);
    return list;
  }
}
