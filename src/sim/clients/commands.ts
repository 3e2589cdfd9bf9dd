import type { AfterSaleCommand, AfterSaleCommandType, Price, Verdict } from '../../actors/command.js';
import type { AfterSale } from '../../actors/rows.js';
import { type Instant, instant } from '../../domain/ids.js';
import { minor } from '../../domain/money.js';
import type { Order } from '../../domain/order.js';
import { BEARERS } from '../../machines/words.js';
import type { Leanings } from '../plan.js';
import type { Random } from '../random.js';
import { drawEvidence, drawPassed } from './applications.js';

const MINUTE_MS = 60_000;
const ADDRESS = { name: 'Returns', country: 'CN', city: 'Hangzhou', street: 'Road 2' };

/** What an after-sale still reserves. */
const reserved = (a: AfterSale): number => a.reserved.reduce((sum, p) => sum + (p.net + p.tax) * (p.to - p.from + 1), 0);

class Drawing {
  readonly random: Random;
  readonly order: Order;
  readonly a: AfterSale;
  readonly now: Instant;
  readonly leanings: Leanings;

  constructor(random: Random, order: Order, a: AfterSale, now: Instant, leanings: Leanings) {
    this.random = random;
    this.order = order;
    this.a = a;
    this.now = now;
    this.leanings = leanings;
  }

  price(amount: number): Price {
    return { amount: minor(amount), currency: this.random.chance(1, 80) ? 'EUR' : this.order.currency.code };
  }

  /** around what is reserved: mostly less, now and then more */
  amount(): Price {
    const all = reserved(this.a);
    return this.price(this.random.chance(1, 12) ? all + 1 : this.random.chance(1, 6) ? all : this.random.below(all + 1));
  }

  /** the price of another piece: cheaper, the same or dearer */
  newPrice(): Price {
    const each = Math.floor(reserved(this.a) / Math.max(1, this.a.quantity));
    return this.price(
      Math.max(0, this.random.pick([each, each + this.random.spread(1, 2_000), Math.max(0, each - this.random.spread(1, 2_000)), 0])),
    );
  }

  remark(): string {
    return this.random.pick(['as agreed', 'see the photo', 'no']);
  }

  bearer() {
    return this.random.chance(1, 3) ? { bearer: this.random.pick(BEARERS) } : {};
  }

  /** mostly where a verdict needs it, now and then where it is wrong */
  priceOfWanted(): { readonly price?: Price } {
    const asks = this.a.wanted?.same === false && (this.a.wanted.price === null || this.random.chance(1, 3));
    return this.random.chance(1, 12) === asks ? {} : { price: this.newPrice() };
  }

  verdict(): Verdict {
    const { random } = this;
    const { verdicts } = this.leanings;
    return random.weighted<Verdict>([
      [{ outcome: 'upheld' }, verdicts.upheld],
      [{ outcome: 'refund', ...(random.chance(1, 2) ? { amount: this.amount() } : {}), ...this.bearer() }, verdicts.refund],
      [{ outcome: 'return', ...this.bearer() }, verdicts.return],
      [{ outcome: 'exchange', ...this.priceOfWanted(), ...this.bearer() }, verdicts.exchange],
      [{ outcome: 'repair', ...this.bearer() }, verdicts.repair],
      [{ outcome: 'bearer', bearer: random.pick(BEARERS) }, verdicts.bearer],
    ]);
  }
}

/** A command of a given type, with plausible and now and then wrong contents. */
export function drawCommand(
  random: Random,
  type: AfterSaleCommandType,
  about: { readonly order: Order; readonly afterSale: AfterSale; readonly now: Instant; readonly leanings: Leanings },
): AfterSaleCommand {
  const d = new Drawing(random, about.order, about.afterSale, about.now, about.leanings);
  return review(d, type) ?? goods(d, type) ?? money(d, type) ?? dispute(d, type);
}

function review(d: Drawing, type: AfterSaleCommandType): AfterSaleCommand | undefined {
  const { random, a } = d;
  switch (type) {
    case 'approve': {
      const asksPrice = a.type === 'exchange' && a.wanted?.same !== true;
      const price = random.chance(1, 25) ? !asksPrice : asksPrice;
      const address = a.type !== 'refund' || random.chance(1, 30) ? random.chance(1, 3) : false;
      return { type, ...(price ? { price: d.newPrice() } : {}), ...(address ? { returnAddress: ADDRESS } : {}) };
    }
    case 'reject':
    case 'askEvidence':
      return { type, remark: d.remark() };
    case 'offer': {
      const price = a.type === 'exchange' && random.chance(1, 2);
      return price ? { type, price: d.newPrice() } : { type, ...(random.chance(1, 40) ? {} : { amount: d.amount() }) };
    }
    case 'provide':
      return { type, evidence: drawEvidence(random, random.between(0, 4)) };
    case 'accept':
    case 'decline':
    case 'escalate':
    case 'withdraw':
      return { type };
    default:
      return undefined;
  }
}

function goods(d: Drawing, type: AfterSaleCommandType): AfterSaleCommand | undefined {
  const { random, a, now } = d;
  switch (type) {
    case 'handOver':
    case 'ship':
      return { type, ...(random.chance(1, 2) ? { courier: 'swift', trackingNo: `T-${random.below(1_000)}` } : {}) };
    case 'reschedule':
      return { type, from: now, to: instant(now + 120 * MINUTE_MS) };
    case 'inspect': {
      const result = random.weighted([
        ['all', d.leanings.inspections.all] as const,
        ['part', d.leanings.inspections.part] as const,
        ['none', d.leanings.inspections.none] as const,
      ]);
      const passed = result === 'part' ? { passed: drawPassed(random, a.units) } : {};
      return { type, result, sellable: random.chance(2, 3), ...passed, ...d.bearer() };
    }
    case 'diagnose':
      return { type, ...(random.chance(1, 2) ? { price: d.price(random.pick([0, 100, 900])) } : {}) };
    case 'received':
    case 'lost':
    case 'outOfStock':
    case 'refuse':
    case 'delivered':
    case 'consent':
    case 'repaired':
    case 'unrepairable':
      return { type };
    default:
      return undefined;
  }
}

function money(d: Drawing, type: AfterSaleCommandType): AfterSaleCommand | undefined {
  const { random, a } = d;
  switch (type) {
    case 'retry':
      return { type };
    case 'anotherWay': {
      const way = random.pick(['wallet', 'account'] as const);
      return { type, way, ...(way === 'account' && !random.chance(1, 8) ? { account: 'IBAN-1' } : {}) };
    }
    case 'paidByHand':
      return { type, reference: `hand-${random.below(1_000)}` };
    case 'paid': {
      const due = random.chance(1, 8) ? a.difference + 1 : a.difference;
      return { type, amount: d.price(Math.max(0, due)), reference: `paid-${random.below(4)}` };
    }
    case 'repayFreight': {
      const to = random.pick(['wallet', 'account'] as const);
      const account = to === 'account' && !random.chance(1, 10) ? { account: 'IBAN-2' } : {};
      return { type, amount: d.price(random.spread(1, 1_500)), evidence: drawEvidence(random, random.below(3)), to, ...account };
    }
    default:
      return undefined;
  }
}

function dispute(d: Drawing, type: AfterSaleCommandType): AfterSaleCommand {
  const { random } = d;
  switch (type) {
    case 'appeal':
      return { type, remark: d.remark(), evidence: drawEvidence(random, random.below(2)) };
    case 'rule':
      return { type, verdict: d.verdict(), remark: d.remark() };
    case 'override':
      return { type, verdict: d.verdict(), remark: d.remark(), ...(random.chance(1, 4) ? { returnAddress: ADDRESS } : {}) };
    case 'extend':
      return { type, byMs: random.spread(1, 3 * 24 * 60) * MINUTE_MS };
    case 'hold':
      return { type, remark: d.remark() };
    case 'release':
      return { type };
    default:
      return { type: 'note', text: d.remark(), visibility: random.chance(1, 4) ? 'internal' : 'all' };
  }
}
