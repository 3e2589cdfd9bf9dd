import type { LineNo } from '../domain/ids.js';
import type { Stage } from '../domain/order.js';
import { isRefusal, type Json, type Refusal, refuse } from '../domain/refusals.js';
import { contradictionsOf } from './contradictions.js';
import type { Template } from './template.js';
import type { AfterSaleType } from './words.js';

/** What a template is looked for: the goods of one line and what is asked for them. */
export interface TemplateSubject {
  readonly platform: string;
  readonly shopId: string;
  readonly category: string;
  readonly type: AfterSaleType;
  readonly stage: Stage;
}

/** The keys of a scope, the most specific first. */
const SCOPE_KEYS = ['shopId', 'platform', 'category', 'type', 'stage'] as const satisfies readonly (keyof TemplateSubject)[];

/** The newest version of each template, in the order in which their ids first stand in the list. */
function newestVersions(templates: readonly Template[]): readonly Template[] {
  const newest = new Map<string, Template>();
  for (const template of templates) {
    const known = newest.get(template.id);
    if (known === undefined || known.version < template.version) newest.set(template.id, template);
  }
  return [...newest.values()];
}

function matches(template: Template, subject: TemplateSubject): boolean {
  return SCOPE_KEYS.every((key) => template.scope[key] === undefined || template.scope[key] === subject[key]);
}

/** Grows with how much a scope names: a shop outweighs everything else together, then a platform, and so on. */
function specificity(template: Template): number {
  return SCOPE_KEYS.reduce((weight, key) => weight * 2 + (template.scope[key] === undefined ? 0 : 1), 0);
}

/**
 * The template of a subject: of the newest version of each id, the most specific one whose scope
 * matches. Refuses with `template.notFound`. Two of one scope are never published; if they were, the
 * lower id would win, so that the same list always gives the same answer.
 */
export function chooseTemplate(templates: readonly Template[], subject: TemplateSubject): Template | Refusal {
  let best: Template | undefined;
  for (const template of newestVersions(templates)) {
    if (!matches(template, subject)) continue;
    const lead = best === undefined ? 1 : specificity(template) - specificity(best);
    if (best === undefined || lead > 0 || (lead === 0 && template.id < best.id)) best = template;
  }
  if (best !== undefined) return best;
  const { platform, shopId, category, type, stage } = subject;
  return refuse('template.notFound', `No template is published for a ${type} of ${category} goods that are ${stage}.`, {
    facts: { platform, shopId, category, type, stage },
  });
}

/** One line of a selection with what its template is looked for. */
export interface LineSubject {
  readonly lineNo: LineNo;
  readonly subject: TemplateSubject;
}

/**
 * The one template that all lines of a selection lead to. Refuses with `template.notFound`, with
 * `template.mixed` where they lead to several (the groups as facts: apply for each on its own), and
 * with `selection.empty` where there is no line.
 */
export function chooseForUnits(templates: readonly Template[], lines: readonly LineSubject[]): Template | Refusal {
  const groups = new Map<string, { template: Template; lines: LineNo[] }>();
  for (const { lineNo, subject } of lines) {
    const template = chooseTemplate(templates, subject);
    if (isRefusal(template)) return template;
    const group = groups.get(template.id);
    if (group === undefined) groups.set(template.id, { template, lines: [lineNo] });
    else group.lines.push(lineNo);
  }
  const [first, ...others] = groups.values();
  if (first === undefined) return refuse('selection.empty', 'The selection names no line.');
  if (others.length === 0) return first.template;
  const named: Json = [first, ...others].map((group) => ({
    template: group.template.id,
    version: group.template.version,
    lines: group.lines,
  }));
  return refuse('template.mixed', `The selection leads to ${groups.size} templates; apply for each group on its own.`, {
    path: 'selection',
    facts: { groups: named },
  });
}

/** Whether two scopes name exactly the same. */
function sameScope(a: Template['scope'], b: Template['scope']): boolean {
  return SCOPE_KEYS.every((key) => a[key] === b[key]);
}

/**
 * Whether a template may be published beside those that are. Undefined where it may. Refuses with
 * `template.tie` where another id has exactly this scope (nothing would say which of them wins), and
 * with `template.invalid` where its version is not newer or its settings contradict each other
 * (every contradiction in the facts, the first as detail and path).
 */
export function checkPublish(existing: readonly Template[], next: Template): Refusal | undefined {
  const newest = newestVersions(existing);
  const before = newest.find((template) => template.id === next.id);
  if (before !== undefined && next.version <= before.version) {
    return refuse('template.invalid', `Version ${before.version} of ${next.id} is published; the next one must be newer.`, {
      path: 'version',
      facts: { published: before.version },
    });
  }
  const tied = newest.find((template) => template.id !== next.id && sameScope(template.scope, next.scope));
  if (tied !== undefined) {
    return refuse('template.tie', `Template ${tied.id} is published for exactly this scope.`, {
      path: 'scope',
      facts: { template: tied.id },
    });
  }
  const contradictions = contradictionsOf(next);
  const [first] = contradictions;
  if (first === undefined) return undefined;
  return refuse('template.invalid', first.detail, {
    path: first.path,
    facts: { contradictions: contradictions.map(({ path, detail }) => ({ path, detail })) },
  });
}
