import type { KnownCase } from '../known.js';
import type { Entry } from '../people.js';
import { type Deed, type Move, photos, priceOf, type Scene } from './move.js';

/** What people do in each state of an after-sale, and how likely it is. */

type Words = { readonly [word: string]: number };
type Ways = { readonly [E in Entry]?: Words };

const REVIEWED: Ways = { user: { note: 5, withdraw: 1 }, operations: { override: 1, hold: 1 } };
const GOODS_COME: Ways = { merchant: { received: 3, lost: 1 }, platform: { received: 2 } };

const WAYS: { readonly [state: string]: Ways } = {
  'reviewing.merchant': { ...REVIEWED, merchant: { approve: 12, reject: 3, offer: 3, askEvidence: 1, escalate: 1 } },
  'reviewing.operations': { ...REVIEWED, operations: { approve: 6, reject: 2, offer: 2, override: 1 } },
  'reviewing.offered': { user: { accept: 5, decline: 2, withdraw: 1 } },
  'reviewing.awaitingEvidence': { user: { provide: 5, withdraw: 1 } },
  'returning.awaitingHandover': { user: { handOver: 6, withdraw: 1 }, platform: { handOver: 2, received: 1 } },
  'returning.inTransit': GOODS_COME,
  'returning.inspecting': { merchant: { inspect: 6 }, operations: { inspect: 1 } },
  'refunding.manual': { operations: { retry: 3 } },
  'exchanging.preparing': { merchant: { ship: 6, outOfStock: 1 } },
  'exchanging.shipped': { platform: { delivered: 5, lost: 1 }, merchant: { delivered: 1 } },
  'repairing.diagnosing': { merchant: { diagnose: 6, unrepairable: 1 } },
  'repairing.awaitingConsent': { user: { consent: 4, refuse: 2 } },
  'repairing.working': { merchant: { repaired: 5, unrepairable: 1 } },
  'repairing.shippingBack': { merchant: { ship: 2 }, platform: { delivered: 4 } },
  'sendingBack.preparing': { merchant: { ship: 5 } },
  'sendingBack.shipped': { platform: { delivered: 4, lost: 1 } },
  'arbitrating.evidence': { operations: { rule: 4 }, user: { withdraw: 1 } },
  'arbitrating.ruling': { operations: { rule: 4 } },
  rejected: { user: { appeal: 3 } },
  completed: { user: { appeal: 1 } },
};
/** What operations do in any open state. */
const ANYTIME: Words = { hold: 1, release: 1, extend: 1 };

const waysOf = (entry: Entry, { state, status }: KnownCase): Words => {
  const ways = WAYS[state]?.[entry] ?? {};
  return entry === 'operations' && status === 'open' ? { ...ANYTIME, ...ways } : ways;
};

/** Gives one of the commands that an after-sale allows the entry point. */
export const decide: Deed = (scene): Move | undefined => {
  const { chance, book, entry } = scene;
  const about = book.caseFor(chance, (known) => Object.keys(waysOf(entry, known)).length > 0);
  return about === undefined ? undefined : commandOf(scene, about, chance.weighted(Object.entries(waysOf(entry, about))));
};

/** A command of an after-sale with a body that makes sense, mostly. */
export const commandOf = (scene: Scene, about: KnownCase, word: string): Move => ({
  ...{ word, kind: 'command', path: `after-sales/${about.id}/${word}`, about, showsCase: true },
  body: bodyOf(scene, about, word),
});

/** Writes a note on an after-sale. */
export const note: Deed = (scene): Move | undefined => {
  const about = scene.book.caseFor(scene.chance, ({ status }) => status === 'open');
  return about === undefined ? undefined : commandOf(scene, about, 'note');
};

function bodyOf(scene: Scene, about: KnownCase, word: string): object {
  const { chance } = scene;
  switch (word) {
    case 'reject':
    case 'askEvidence':
    case 'hold':
      return { remark: 'As the desk sees it.' };
    case 'offer':
      return { amount: priceOf(scene, chance.between(1, Math.max(1, about.reserved))) };
    case 'provide':
      return { evidence: photos(1) };
    case 'handOver':
    case 'ship':
      return { courier: 'swift', trackingNo: `T-${chance.below(100_000)}` };
    case 'inspect':
      return { result: chance.percent(80) ? 'all' : 'none', sellable: chance.percent(70) };
    case 'extend':
      return { by: '1h' };
    case 'appeal':
      return { remark: 'It is not as the shop says.' };
    case 'rule':
    case 'override':
      return { verdict: verdictOf(scene, about), remark: 'After a look at both sides.' };
    case 'note':
      return { text: `Seen, ${chance.below(1_000_000)}.` };
    default:
      return {};
  }
}

function verdictOf(scene: Scene, { reserved }: KnownCase): object {
  const { chance } = scene;
  return chance.weighted<object>([
    [{ outcome: 'upheld' }, 2],
    [{ outcome: 'refund' }, 2],
    [{ outcome: 'refund', amount: priceOf(scene, chance.between(1, Math.max(1, Math.floor(reserved / 2)))) }, 1],
  ]);
}
