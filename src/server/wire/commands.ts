import { z } from '@hono/zod-openapi';
import type { AfterSaleCommand, AfterSaleCommandType, Verdict } from '../../actors/command.js';
import type { EntryPoint } from '../../actors/principal.js';
import type { Json } from '../../domain/refusals.js';
import { durationSchema, milliseconds } from '../../machines/duration.js';
import { BEARERS } from '../../machines/words.js';
import { address, courier, ENDS_LATER, endsLater, evidences, selection, span, trackingNo } from './application.js';
import type { Loose } from './loose.js';
import { price } from './price.js';
import { name, text } from './words.js';

/** One body for each command of an after-sale. */

const remark = text().optional();
const reason = text();
const account = name(200).optional();
const bearer = z.enum(BEARERS).optional();
const reference = name(200);

const verdict = z
  .discriminatedUnion('outcome', [
    z.strictObject({ outcome: z.literal('upheld') }),
    z.strictObject({ outcome: z.literal('refund'), amount: price.optional(), bearer }),
    z.strictObject({ outcome: z.enum(['return', 'repair']), bearer }),
    z.strictObject({ outcome: z.literal('exchange'), price: price.optional(), bearer }),
    z.strictObject({ outcome: z.literal('bearer'), bearer: z.enum(BEARERS) }),
  ])
  .openapi('Verdict') satisfies z.ZodType<Loose<Verdict>>;

type BodyOf<T extends AfterSaleCommandType> = Loose<Omit<Extract<AfterSaleCommand, { type: T }>, 'type'>>;

const namesAccount = (body: { readonly account?: string | undefined } & ({ readonly way: string } | { readonly to: string })): boolean =>
  (('way' in body ? body.way : body.to) === 'account') === (body.account !== undefined);
const ACCOUNT = { path: ['account'], message: 'expected an account exactly where the money goes to one' };

const nothing = z.strictObject({});
const withRemark = z.strictObject({ remark });
const withReason = z.strictObject({ remark: reason });
const parcel = z.strictObject({ courier, trackingNo });

/** The body of each command, by the word in its path. */
export const COMMAND_BODIES = {
  approve: z.strictObject({ returnAddress: address.optional(), price: price.optional(), remark }),
  reject: withReason,
  escalate: withRemark,
  offer: z
    .strictObject({ amount: price.optional(), price: price.optional(), remark })
    .refine((body) => (body.amount === undefined) !== (body.price === undefined), {
      path: ['amount'],
      message: 'expected either an amount of money, or the price of an exchange',
    }),
  askEvidence: withReason,
  accept: nothing,
  decline: withRemark,
  provide: z.strictObject({ evidence: evidences.min(1), remark }),
  withdraw: withRemark,
  handOver: parcel,
  reschedule: z.strictObject(span).refine(endsLater, ENDS_LATER),
  received: withRemark,
  lost: withRemark,
  inspect: z
    .strictObject({
      result: z.enum(['all', 'part', 'none']),
      passed: selection.min(1).optional(),
      sellable: z.boolean(),
      bearer,
      remark,
    })
    .refine((body) => (body.result === 'part') === (body.passed !== undefined), {
      path: ['passed'],
      message: 'expected the units that passed exactly where the result is `part`',
    }),
  retry: nothing,
  anotherWay: z.strictObject({ way: z.enum(['wallet', 'account']), account }).refine(namesAccount, ACCOUNT),
  paidByHand: z.strictObject({ reference }),
  ship: parcel,
  outOfStock: nothing,
  paid: z.strictObject({ amount: price, reference }),
  refuse: withRemark,
  delivered: nothing,
  diagnose: z.strictObject({ price: price.optional(), remark }),
  consent: nothing,
  repaired: nothing,
  unrepairable: withRemark,
  appeal: z.strictObject({ remark: reason, evidence: evidences.default([]) }),
  rule: z.strictObject({ verdict, remark: reason }),
  override: z.strictObject({ verdict, remark: reason, returnAddress: address.optional() }),
  note: z.strictObject({ text: text(), visibility: z.enum(['all', 'internal']).default('all') }),
  extend: z
    .strictObject({ by: durationSchema, remark })
    .transform(({ by, remark: said }) => ({ byMs: milliseconds(by), ...(said === undefined ? {} : { remark: said }) })),
  hold: withReason,
  release: nothing,
  repayFreight: z
    .strictObject({ amount: price, evidence: evidences.min(1), to: z.enum(['wallet', 'account']), account })
    .refine(namesAccount, ACCOUNT),
} satisfies { readonly [T in AfterSaleCommandType]: z.ZodType<BodyOf<T>> };

/** Buyers write no internal notes: they would not see their own. */
const noteOfBuyer = z.strictObject({ text: text(), visibility: z.literal('all').default('all') });

/** The body of a command as an entry point takes it, and a body that shows it. */
export function bodyFor(entry: EntryPoint, type: AfterSaleCommandType): { readonly body: z.ZodType<object>; readonly example: Json } {
  if (entry === 'user' && type === 'note') return { body: noteOfBuyer, example: { text: 'I will be at home tomorrow.' } };
  return { body: COMMAND_BODIES[type], example: COMMAND_WORDS[type].example };
}

/** A command of its word and its parsed body. */
export const toCommand = (type: AfterSaleCommandType, body: object): AfterSaleCommand => ({ type, ...body }) as AfterSaleCommand;

/** What each command does, and a body that shows it. */
export const COMMAND_WORDS: { readonly [T in AfterSaleCommandType]: { readonly does: string; readonly example: Json } } = {
  approve: {
    does: 'Approve the application; goods get the return address, an exchange for another SKU its price',
    example: { remark: 'Approved as asked.' },
  },
  reject: {
    does: 'Reject the application, with the reason that the buyer reads',
    example: { remark: 'The seal was broken by the buyer.' },
  },
  escalate: { does: 'Hand the review over to operations', example: {} },
  offer: {
    does: 'Offer part of the money with the goods kept, or name the price of an exchange for another SKU',
    example: { amount: { amount: 500, currency: 'CNY' } },
  },
  askEvidence: { does: 'Ask the buyer for evidence', example: { remark: 'Please send a photo of the label.' } },
  accept: { does: 'Accept the offer', example: {} },
  decline: { does: 'Decline the offer', example: {} },
  provide: {
    does: 'Provide evidence',
    example: {
      evidence: [
        {
          kind: 'photo',
          url: 'https://files.example.com/photo.jpg',
          sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
        },
      ],
    },
  },
  withdraw: { does: 'Withdraw the application or an appeal of one’s own', example: {} },
  handOver: { does: 'Say that the goods were handed over on their way back', example: { courier: 'SF', trackingNo: 'SF0001' } },
  reschedule: { does: 'Choose another time for the pickup', example: { from: '2026-03-02T09:00:00Z', to: '2026-03-02T12:00:00Z' } },
  received: { does: 'Say that the goods have come back', example: {} },
  lost: { does: 'Say that the parcel is lost', example: {} },
  inspect: { does: 'Say what the inspection found', example: { result: 'all', sellable: true } },
  retry: { does: 'Send a declined payout again', example: {} },
  anotherWay: { does: 'Send a declined payout another way', example: { way: 'wallet' } },
  paidByHand: { does: 'Say that the payout was made by hand', example: { reference: 'bank-0001' } },
  ship: { does: 'Say that goods are on their way to the buyer', example: { courier: 'SF', trackingNo: 'SF0002' } },
  outOfStock: { does: 'Say that no replacement can be sent', example: {} },
  paid: { does: 'Report that the buyer paid the difference', example: { amount: { amount: 150, currency: 'CNY' }, reference: 'pay-0001' } },
  refuse: { does: 'Refuse to pay the difference or the repair', example: {} },
  delivered: { does: 'Say that the goods have reached the buyer', example: {} },
  diagnose: { does: 'Say what the repair takes, and its price where it is not free', example: { price: { amount: 900, currency: 'CNY' } } },
  consent: { does: 'Consent to the price of the repair', example: {} },
  repaired: { does: 'Say that the piece is repaired', example: {} },
  unrepairable: { does: 'Say that the piece cannot be repaired', example: {} },
  appeal: { does: 'Appeal against the decision', example: { remark: 'The photo shows the broken seal on arrival.' } },
  rule: {
    does: 'Rule on an appeal; a ruling is final',
    example: { verdict: { outcome: 'refund', bearer: 'merchant' }, remark: 'The seal broke in transit.' },
  },
  override: {
    does: 'Decide in place of everybody else, with a reason',
    example: { verdict: { outcome: 'refund', bearer: 'platform' }, remark: 'Agreed with the buyer on the phone.' },
  },
  note: {
    does: 'Write a note to all, or an internal one',
    example: { text: 'The buyer will call again tomorrow.', visibility: 'internal' },
  },
  extend: { does: 'Extend the running deadline, as far as the template allows', example: { by: '24h' } },
  hold: { does: 'Stop deadlines and new payouts', example: { remark: 'A chargeback is under way.' } },
  release: { does: 'End the hold', example: {} },
  repayFreight: {
    does: 'Repay return freight that the buyer advanced, on proof',
    example: {
      amount: { amount: 800, currency: 'CNY' },
      to: 'wallet',
      evidence: [
        {
          kind: 'document',
          url: 'https://files.example.com/receipt.pdf',
          sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
        },
      ],
    },
  },
};
