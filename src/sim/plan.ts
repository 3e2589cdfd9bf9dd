import type { Verdict } from '../actors/command.js';
import type { HostLimits } from '../actors/hostPorts.js';
import { counted } from '../cli/counted.js';
import { AFTER_SALE_TYPES, type AfterSaleType } from '../machines/words.js';
import { FAULTS, type Fault, type FaultRates } from './faults.js';
import { Random } from './random.js';

/** What kinds of things clients do in a run, by weight. */
export interface Mix {
  readonly apply: number;
  /** what the state of an after-sale invites */
  readonly follow: number;
  /** what may come in every open state */
  readonly anytime: number;
  /** any command by anybody */
  readonly noise: number;
  /** shipped, delivered, stopped */
  readonly report: number;
  readonly moved: number;
  readonly goodwill: number;
  /** a person about a payout of the book */
  readonly payout: number;
  readonly putOrder: number;
  /** operations erase what a book says of its buyer */
  readonly erase: number;
  readonly publish: number;
  readonly look: number;
}

/** Which way decisions lean, by weight. */
export interface Leanings {
  readonly verdicts: { readonly [O in Verdict['outcome']]: number };
  readonly inspections: { readonly all: number; readonly part: number; readonly none: number };
}

/** Everything that a run is made of, drawn from its seed. */
export interface Plan {
  readonly seed: string;
  readonly store: 'memory' | 'sqlite';
  readonly hosts: number;
  readonly orders: number;
  /** how often somebody comes to one order */
  readonly acts: number;
  /** of 100 visits so many bring several people at once */
  readonly crowded: number;
  /** longest time between two visits, in milliseconds */
  readonly gapMs: number;
  readonly mix: Mix;
  readonly types: readonly (readonly [AfterSaleType, number])[];
  readonly leanings: Leanings;
  readonly rates: FaultRates;
  readonly pollMs: number;
  readonly limits: HostLimits;
  /** so many requests of 100 that got no decision are repeated with their key, with a new one; the rest give up */
  readonly retries: { readonly sameKey: number; readonly newKey: number };
  /** so many decided requests of 100 are sent once more with their key */
  readonly repeats: number;
  /** so many of these with another body */
  readonly altered: number;
}

export type Overrides = Partial<Omit<Plan, 'seed'>>;

/** How often at most each kind of fault happens, in 10,000 occasions. */
const MOST: { readonly [kind: string]: number } = {
  store: 200,
  lock: 400,
  host: 25,
  clock: 5_000,
  queue: 600,
  outbox: 5_000,
  timers: 3_000,
  gateway: 3_000,
  carrier: 3_000,
};
const MOST_OF: { readonly [F in Fault]?: number } = {
  'gateway.contradicted': 1_500,
  'gateway.paidAfterDecline': 2_500,
  'gateway.slow': 600,
};

function drawRates(random: Random): FaultRates {
  // Now and then nothing goes wrong at all: then whatever is found is no fault's fault.
  if (random.chance(1, 12)) return {};
  // Now and then hardly any payment succeeds at once: only then do people come to decide while money is stuck.
  const declines = random.chance(1, 8) ? { 'gateway.declined': random.between(4_000, 9_000) } : {};
  const rates = Object.fromEntries(
    FAULTS.filter(() => random.chance(1, 2)).map((fault) => {
      const most = MOST_OF[fault] ?? MOST[fault.slice(0, fault.indexOf('.'))] ?? 100;
      return [fault, random.chance(1, 3) ? random.between(1, most) : random.spread(1, most)];
    }),
  );
  return { ...rates, ...declines };
}

function drawLeanings(random: Random): Leanings {
  const weight = () => random.between(1, 6);
  return {
    verdicts: { upheld: weight(), refund: weight(), return: weight(), exchange: weight(), repair: weight(), bearer: weight() },
    inspections: { all: weight(), part: weight(), none: weight() },
  };
}

function drawMix(random: Random): Mix {
  const often = (most: number) => (random.chance(1, 5) ? 0 : random.between(1, most));
  return {
    apply: random.between(2, 10),
    follow: random.between(6, 20),
    anytime: often(4),
    noise: often(2),
    report: often(3),
    moved: often(2),
    goodwill: often(2),
    payout: often(2),
    putOrder: often(1),
    erase: random.chance(1, 4) ? 1 : 0,
    publish: random.chance(1, 4) ? 1 : 0,
    look: often(2),
  };
}

/** Draws a run: swarm testing, each with a mix of its own. */
export function drawPlan(seed: string, overrides: Overrides = {}): Plan {
  const random = new Random(`${seed}/plan`);
  const acts = random.between(20, 60);
  const gapMs = random.spread(60_000, 60 * 3_600_000);
  const plan: Plan = {
    seed,
    store: random.chance(1, 12) ? 'sqlite' : 'memory',
    hosts: random.between(1, 3),
    orders: random.between(2, 16),
    acts,
    crowded: random.between(10, 60),
    gapMs,
    mix: drawMix(random),
    types: AFTER_SALE_TYPES.map((type) => [type, random.between(0, 5)] as const).map(([type, n]) => [type, type === 'refund' ? n + 1 : n]),
    leanings: drawLeanings(random),
    rates: drawRates(random),
    pollMs: Math.min(4 * 3_600_000, Math.max(60_000, Math.floor((gapMs * acts) / 400))),
    limits: {
      cachedBooks: random.pick([1, 4, 1_000, 1_000]),
      mailbox: random.pick([2, 1_000, 1_000]),
      inFlight: random.pick([1, 2, 64]),
      attempts: random.pick([1, 3, 20]),
    },
    retries: { sameKey: random.between(40, 90), newKey: random.between(0, 10) },
    repeats: random.between(0, 20),
    altered: random.between(0, 30),
  };
  return { ...plan, ...overrides };
}

/** One line that says what a run is made of and how to have it again. */
export function bannerOf(plan: Plan): string {
  const faults = Object.entries(plan.rates).map(([fault, rate]) => `${fault}:${rate}`);
  const mix = Object.entries(plan.mix).filter(([, weight]) => weight > 0);
  return [
    `seed ${plan.seed}: ${counted(plan.hosts, 'hosts')}, ${counted(plan.orders, 'orders')}, ${counted(plan.acts, 'visits')} each, ${plan.store}`,
    `  clients ${mix.map(([what, weight]) => `${what}:${weight}`).join(' ')}`,
    `  faults  ${faults.length === 0 ? 'none' : faults.join(' ')}`,
    `  again   redress sim --seed ${plan.seed}${plan.store === drawPlan(plan.seed).store ? '' : ` --store ${plan.store}`}`,
  ].join('\n');
}
