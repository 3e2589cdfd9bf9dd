import { isKept } from '../../actors/replies.js';
import { REFUSALS, type RefusalCode, refuse } from '../../domain/refusals.js';
import { REFUSAL_CODES } from '../wire/problem.js';

/** `docs/errors.md`, made of the table of refusals. */

const AREAS: { readonly [area: string]: string } = {
  request: 'What is wrong with the request itself',
  service: 'What the service cannot do now',
  auth: 'Tokens',
  idempotency: 'Idempotency keys',
  version: 'Versions',
  order: 'Forward orders',
  split: 'Split records',
  selection: 'Selections of units',
  amount: 'Amounts',
  cap: 'Caps',
  quote: 'Quotes',
  template: 'Templates',
  apply: 'Applying',
  afterSale: 'After-sales',
  command: 'Commands',
  difference: 'Differences of exchanges',
  goodwill: 'Goodwill',
  evidence: 'Evidence',
  payout: 'Payouts',
  callback: 'Callbacks of partners',
  job: 'Jobs',
  sandbox: 'The sandbox',
  import: 'Imports',
  buyer: 'Buyers',
  erase: 'Erasing',
};

const areaOf = (code: RefusalCode): string => code.split('.')[0] ?? '';

/** What is refused before an order has been found, so that there is no book to keep the answer in. */
const WITHOUT_ORDER: ReadonlySet<string> = new Set([
  ...['request', 'service', 'idempotency', 'callback', 'job', 'sandbox', 'import', 'template', 'buyer', 'erase'],
  ...(['order.notFound', 'afterSale.notFound', 'payout.notFound', 'evidence.notThere'] satisfies RefusalCode[]),
]);
/** Whether an idempotency key keeps the refusal: with a book, and where a retry would do no better. */
const keeps = (code: RefusalCode): boolean =>
  isKept(refuse(code, '')) && !WITHOUT_ORDER.has(code) && (!WITHOUT_ORDER.has(areaOf(code)) || IN_DECISIONS.has(code));
/** Templates are published without an order, and chosen with one. */
const IN_DECISIONS: ReadonlySet<RefusalCode> = new Set(['template.notFound', 'template.mixed']);

/** The page in Markdown. Throws where an area has no title here. */
export function errorsMarkdown(): string {
  const areas = [...new Set(REFUSAL_CODES.map(areaOf))];
  return [
    '# Refusals',
    '',
    '<!-- made by scripts/errors.mjs from src/domain/refusals.ts -->',
    '',
    'Whatever Redress refuses, it answers with a problem of RFC 9457 (`application/problem+json`):',
    '',
    '- `code` is one of those below; it never changes its meaning, so programs may rely on it',
    '- `detail` is a sentence for a person; it may change',
    '- `path` names the field at fault (`selection[0].quantity`); `errors` lists all fields of a malformed request',
    '- `facts` carries what a program needs (the difference, the candidates, the version)',
    '- `requestId` finds the request in the log',
    '',
    'A refusal changes nothing. It is the answer that an idempotency key keeps, except where a retry may do better:',
    'those of status 401, 403, 412, 429 and 503 are judged anew each time, and what no order gave (400, 404) as well.',
    'Where waiting helps, `Retry-After` says how long.',
    '',
    ...areas.flatMap(section),
  ].join('\n');
}

function section(area: string): string[] {
  const title = AREAS[area];
  if (title === undefined) throw new Error(`the area ${area} has no title`);
  const rows = REFUSAL_CODES.filter((code) => areaOf(code) === area).map((code) => {
    const { status, title: meaning } = REFUSALS[code];
    return `| <a id="${code}"></a>\`${code}\` | ${status} | ${meaning} | ${keeps(code) ? 'yes' : 'no'} |`;
  });
  return [`## ${title}`, '', '| code | status | meaning | kept |', '| --- | --- | --- | --- |', ...rows, ''];
}
