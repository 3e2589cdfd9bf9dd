import { afterSaleId, type CommandId } from '../domain/ids.js';
import type { Template } from '../machines/template.js';
import type { Book } from './book.js';
import type { BookCommand, Evidence } from './command.js';
import { type DecisionContext, ELSEWHERE, type Ids, templateKey } from './context.js';
import type { EvidenceSource, HostParts } from './hostPorts.js';
import { uuidOf } from './namedUuid.js';
import { callerOf, type Principal } from './principal.js';

/** Ids that derive from the command's id: deciding again gives the same. */
export function idsOf(commandId: CommandId): Ids {
  return {
    afterSale: (version) => afterSaleId(uuidOf(`${commandId} after-sale ${version}`)),
    private: (version) => uuidOf(`${commandId} private ${version}`),
  };
}

/** Every template version that decisions on a book may need. Versions never change, so they are kept. */
export class KnownTemplates {
  readonly #parts: Pick<HostParts, 'templates'>;
  readonly #known = new Map<string, Template>();

  constructor(parts: Pick<HostParts, 'templates'>) {
    this.#parts = parts;
  }

  /** the published ones; they are known from then on */
  async published(): Promise<readonly Template[]> {
    const published = await this.#parts.templates.published();
    for (const template of published) this.#known.set(templateKey(template), template);
    return published;
  }

  get all(): ReadonlyMap<string, Template> {
    return this.#known;
  }

  async loadFor(book: Book): Promise<void> {
    for (const a of book.afterSales.values()) await this.load(a.template);
  }

  async load(template: { readonly id: string; readonly version: number }): Promise<void> {
    if (template.id === ELSEWHERE || this.#known.has(templateKey(template))) return;
    const loaded = await this.#parts.templates.version(template.id, template.version);
    if (loaded === undefined) throw new Error(`the template ${templateKey(template)} is not in the store`);
    this.#known.set(templateKey(loaded), loaded);
  }
}

/** The uploads among pieces of evidence that are the caller's own; what others uploaded is as if it were not there. */
export async function ownEvidence(
  source: EvidenceSource,
  principal: Principal,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const own = new Map<string, string>();
  for (const id of ids) {
    const file = await source.find(id);
    if (file !== undefined && file.caller === callerOf(principal)) own.set(id, file.sha256);
  }
  return own;
}

const uploaded = (pieces: readonly Evidence[]): string[] => pieces.flatMap((piece) => ('evidenceId' in piece ? [piece.evidenceId] : []));

/** The uploaded evidence that a command names. */
export function evidenceNamed(command: BookCommand): string[] {
  const pieces: readonly Evidence[] =
    command.kind === 'apply'
      ? command.application.evidence
      : command.kind === 'afterSale' && 'evidence' in command.command
        ? command.command.evidence
        : [];
  return uploaded(pieces);
}

/** What a decision knows besides the book. */
export function contextOf(
  parts: HostParts,
  templates: KnownTemplates,
  given: { commandId: CommandId; principal: Principal; published: readonly Template[]; evidence: ReadonlyMap<string, string> },
): DecisionContext {
  return {
    now: parts.clock.now(),
    commandId: given.commandId,
    ids: idsOf(given.commandId),
    salt: parts.entropy.salt(),
    rules: parts.rules,
    charts: parts.charts,
    principal: given.principal,
    published: given.published,
    templates: templates.all,
    evidence: given.evidence,
  };
}
