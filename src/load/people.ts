import type { Chance } from './chance.js';

/** Who calls: the four entry points, and the people and machines that use them. */

export const ENTRIES = ['user', 'merchant', 'operations', 'platform'] as const;
export type Entry = (typeof ENTRIES)[number];

export type Person =
  | { readonly role: 'user'; readonly platform: string; readonly buyerUid: string }
  | { readonly role: 'merchant'; readonly id: string; readonly shops: readonly string[] }
  | { readonly role: 'operations'; readonly id: string }
  | { readonly role: 'platform'; readonly id: string; readonly platform: string };

/** Signs a token for whoever is named. */
export type TokenMint = (person: Person) => Promise<string>;

/** A token that was given, and whom it is for. */
export interface GivenToken {
  readonly person: Person;
  readonly token: string;
}

/** Those who play in a load. */
export interface Cast {
  readonly platform: string;
  readonly shops: readonly string[];
  /** the buyer of the order of a number */
  buyerOf(order: number): string;
  /** Somebody who may act at an order. */
  actor(entry: Entry, order: { readonly shopId: string; readonly buyerUid: string }, chance: Chance): Person;
  token(person: Person): Promise<string>;
}

const SHOPS = ['shop-1', 'shop-2', 'shop-3'] as const;
const PLATFORM = 'load';
/** People of one desk, so that none of them meets the rate of a single caller early. */
const DESKS = 8;

/** A cast of as many people as needed: a buyer for each order, some desks, some machines. */
export function mintedCast(mint: TokenMint): Cast {
  const tokens = new Map<string, Promise<string>>();
  return {
    platform: PLATFORM,
    shops: SHOPS,
    buyerOf: (order) => `buyer-${order}`,
    actor: (entry, { shopId, buyerUid }, chance) => {
      const number = chance.below(DESKS) + 1;
      switch (entry) {
        case 'user':
          return { role: 'user', platform: PLATFORM, buyerUid };
        case 'merchant':
          return { role: 'merchant', id: `desk-${number}-of-${shopId}`, shops: [shopId] };
        case 'operations':
          return { role: 'operations', id: `operator-${number}` };
        case 'platform':
          return { role: 'platform', id: `machine-${number}`, platform: PLATFORM };
      }
    },
    token: (person) => {
      const name = nameOf(person);
      const known = tokens.get(name);
      if (known !== undefined) return known;
      const token = mint(person);
      tokens.set(name, token);
      return token;
    },
  };
}

/** One name for each person. */
export const nameOf = (person: Person): string =>
  person.role === 'user' ? `user/${person.platform}/${person.buyerUid}` : `${person.role}/${person.id}`;

/** Tokens that do not go together. */
export class TokensMismatched extends Error {
  override readonly name = 'TokensMismatched';
}

/** A cast of exactly those whose tokens were given: one for each entry point. Throws `TokensMismatched`. */
export function givenCast(given: readonly GivenToken[]): Cast {
  const of = <E extends Entry>(entry: E): GivenToken & { readonly person: Extract<Person, { role: E }> } => {
    const found = given.find((each) => each.person.role === entry);
    if (found === undefined) throw new TokensMismatched(`There is no token of role ${entry}; one of each role is needed.`);
    return { ...found, person: found.person as Extract<Person, { role: E }> };
  };
  const all = { user: of('user'), merchant: of('merchant'), operations: of('operations'), platform: of('platform') };
  const { platform } = all.platform.person;
  if (all.user.person.platform !== platform)
    throw new TokensMismatched(`The buyer is of platform ${all.user.person.platform}, the machine of ${platform}; they must be of one.`);
  const { buyerUid } = all.user.person;
  return {
    platform,
    shops: all.merchant.person.shops,
    buyerOf: () => buyerUid,
    actor: (entry) => all[entry].person,
    token: async (person) => all[person.role].token,
  };
}
