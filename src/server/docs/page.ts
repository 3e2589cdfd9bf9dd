import { REFUSALS } from '../../domain/refusals.js';
import { REFUSAL_CODES } from '../wire/problem.js';
import { escaped, inline } from './html.js';
import { type OpenApi, type Operation, operationsOf, type Tagged } from './read.js';
import { bodyOf, parametersOf, requestOf, responsesOf, shapesOf } from './sections.js';
import { STYLE } from './style.js';

/**
 * The document as a page to read: made on the server from the very same document, without scripts and without
 * anything from elsewhere.
 */
export function renderDocs(document: object): string {
  const api = document as OpenApi;
  const tags = operationsOf(api);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(api.info.title)} API</title><style>${STYLE}</style></head><body>`,
    `<nav>${navigation(api, tags)}</nav><main>`,
    header(api),
    ...tags.map((tag) => section(api, tag)),
    `<section><h2 id="shapes">Shapes</h2><p class="lead">What answers are made of.</p>${shapesOf(api, tags)}</section>`,
    problems(),
    '</main></body></html>',
  ].join('\n');
}

function navigation(api: OpenApi, tags: readonly Tagged[]): string {
  const links = tags.map(
    ({ name, operations }) =>
      `<details><summary><a href="#tag-${slug(name)}">${escaped(name)}</a><i>${operations.length}</i></summary>${operations.map(link).join('')}</details>`,
  );
  return `<a class="brand" href="#top">${escaped(api.info.title)}<small>API ${escaped(api.info.version)}</small></a>${links.join('')}<a class="alone" href="#shapes">Shapes</a><a class="alone" href="#problems">Problems</a><a class="alone" href="/openapi.json">openapi.json</a>`;
}

const link = ({ method, path, id }: Operation): string =>
  `<a class="op" href="#${escaped(id)}"><b class="${method}">${method}</b><span>${escaped(path.replace('/v1/', ''))}</span></a>`;

function header(api: OpenApi): string {
  const paragraphs = (api.info.description ?? '').split('\n\n').map((text) => `<p>${inline(text)}</p>`);
  return `<header id="top"><h1>${escaped(api.info.title)}</h1><p class="lead">${escaped(api.info.summary ?? '')}</p>${paragraphs.join('')}</header>`;
}

const section = (api: OpenApi, { name, description, operations }: Tagged): string =>
  `<section><h2 id="tag-${slug(name)}">${escaped(name)}</h2><p class="lead">${inline(description)}</p>${operations.map((operation) => article(api, operation)).join('')}</section>`;

function article(api: OpenApi, operation: Operation): string {
  const { method, path, id, summary, description, role } = operation;
  return [
    `<details class="operation" id="${escaped(id)}"><summary><b class="${method}">${method}</b><code>${steps(path)}</code><span>${inline(summary)}</span>`,
    role === undefined ? '' : `<em>${escaped(role)}</em>`,
    '</summary><div class="inside">',
    ...(description ?? '')
      .split('\n\n')
      .filter((text) => text !== '')
      .map((text) => `<p>${inline(text)}</p>`),
    requestOf(operation),
    parametersOf(operation),
    bodyOf(api, operation),
    responsesOf(api, operation),
    '</div></details>',
  ].join('');
}

/** A path with its parameters set off. */
const steps = (path: string): string => escaped(path).replaceAll(/\{([^{}]+)\}/g, '<var>{$1}</var>');

function problems(): string {
  const rows = REFUSAL_CODES.map(
    (code) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${REFUSALS[code].status}</td><td>${escaped(REFUSALS[code].title)}</td></tr>`,
  );
  return `<section><h2 id="problems">Problems</h2><p class="lead">Every refusal has a code that never changes its meaning.</p><table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table></section>`;
}

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
