import { describe, expect, it } from 'vitest';
import { faultsOfBody, schemasWithin } from './contract.js';
import { DOCUMENT, jsonBodyOf, named, OPERATIONS, resolved, type Schema } from './document.js';

/** The document holds what is sent, not only describes it: every object is closed, every text and list is bounded. */

const withJson = OPERATIONS.filter((operation) => jsonBodyOf(operation) !== undefined);
const everySchema = Object.entries(DOCUMENT.components.schemas).flatMap(([name, schema]) =>
  [...schemasWithin(schema, name)].map(([place, inner]) => ({ place, inner })),
);

/** Settings that operations publish are bounded by the size of their body alone. */
const BY_BODY_SIZE = /^\.(?:fees|reasons|review|payout|freight|limits|offers|eligibility)\b/;

const bounded = ({ enum: words, format, pattern, maxLength }: Schema): boolean =>
  words !== undefined ||
  maxLength !== undefined ||
  format !== undefined ||
  (pattern !== undefined && !/[*+](?:$|[^?])/.test(pattern.replaceAll(/\\.|\[[^\]]*\]/g, 'x')));

describe('the document', () => {
  it('writes patterns that every validator reads as they are meant', () => {
    const patterns = everySchema.flatMap(({ place, inner: { pattern, example } }) =>
      pattern === undefined ? [] : [{ place, pattern, example }],
    );
    expect(patterns.length).toBeGreaterThan(20);
    for (const { place, pattern, example } of patterns) {
      const read = new RegExp(pattern, 'u');
      expect([place, pattern.startsWith('^') && pattern.endsWith('$')]).toEqual([place, true]);
      if (typeof example === 'string') expect([place, example, read.test(example)]).toEqual([place, example, true]);
    }
  });

  it('lets be null what may be null, also where it is an object of its own', () => {
    const contradicted = everySchema.filter(({ inner: { allOf = [] } }) => {
      const types = allOf.map((part) => resolved(part).type);
      return types.some((type) => Array.isArray(type) && type.includes('null')) && types.includes('object');
    });
    expect(contradicted.map(({ place }) => place)).toEqual([]);
  });

  it.each(named(withJson))('takes its own example of $name', ({ operation }) => {
    const { example } = operation.body['application/json'] ?? {};
    if (example !== undefined) expect(faultsOfBody(operation, 'application/json', example)).toEqual([]);
  });
});

describe('a body', () => {
  it.each(named(OPERATIONS.filter(({ body }) => Object.keys(body).some((type) => type.endsWith('json')))))(
    'for $name holds no field that is not in the document, at any depth',
    ({ operation }) => {
      const open = Object.values(operation.body)
        .flatMap(({ schema }) => [...schemasWithin(schema)])
        .filter(
          ([, { type, properties, additionalProperties }]) =>
            (type === 'object' || properties !== undefined) && additionalProperties !== false,
        );
      expect(open.map(([place]) => place)).toEqual([]);
    },
  );

  it.each(named(withJson))('for $name is bounded in every text and list', ({ operation }) => {
    const schema = jsonBodyOf(operation) ?? {};
    const loose = [...schemasWithin(schema)]
      .filter(
        ([place, inner]) =>
          (inner.type === 'string' && !bounded(inner)) ||
          (inner.type === 'array' && inner.maxItems === undefined && !BY_BODY_SIZE.test(place)),
      )
      .map(([place]) => place);
    expect(loose).toEqual([]);
  });
});
