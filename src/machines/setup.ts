import { assign, cancel, raise, setup } from 'xstate';
import type { ChartContext, ChartEvent, ChartInput } from './context.js';
import { milliseconds } from './duration.js';
import type { Template } from './template.js';

/** Why money is granted; see the decision kinds of a book. */
export type GrantKind = 'approval' | 'offer' | 'inspection' | 'difference' | 'fallback' | 'override' | 'ruling';

/** A doubled wait never grows past a day: a decline may have been healed meanwhile. */
const LONGEST_BACKOFF_MS = 86_400_000;

const always = () => undefined;

/**
 * The vocabulary of the charts: guards (of context only), effects (actions that do nothing here: the
 * decision carries them out in the same commit) and delays (from the template).
 */
export function chartSetup(template: Template) {
  const t = template;
  return setup({
    types: {
      context: {} as ChartContext,
      events: {} as ChartEvent,
      input: {} as ChartInput,
    },
    guards: {
      automatic: ({ context }) => context.automatic,
      needsStop: ({ context }) => context.needsStop,
      operationsReview: ({ context }) => context.reviewer === 'operations',
      offersLeft: ({ context }) => context.offers < t.limits.offers,
      evidenceRequestsLeft: ({ context }) => context.evidenceRequests < t.limits.evidenceRequests,
      moneyOffered: ({ context }) => context.offerKind === 'money',
      merchantDeadlineApproves: ({ context }) => t.review.merchant.then === 'approve' && context.priceNamed,
      operationsDeadlineApproves: ({ context }) => t.review.operations.then === 'approve' && context.priceNamed && !context.afterStop,
      pickup: ({ context }) => context.pickup,
      paysAtScan: ({ context }) => t.payWhen === 'carrierScan' && context.remedy === 'return' && !context.early,
      paysOnReceipt: ({ context }) => t.payWhen !== 'inspection' && context.remedy === 'return' && !context.early,
      inspects: () => t.returning.inspection,
      inspectionPasses: () => t.returning.inspectThen === 'pass',
      early: ({ context }) => context.early,
      exchanges: ({ context }) => context.remedy === 'exchange',
      repairs: ({ context }) => context.remedy === 'repair',
      lostRepair: ({ context }) => context.remedy === 'repair' && context.goods === 'lost',
      dueFromBuyer: ({ context }) => context.difference === 'fromBuyer',
      dueToBuyer: ({ context }) => context.difference === 'toBuyer',
      rest: ({ context }) => context.rest,
      /** the buyer refuses what is due once more, and has paid for the new piece before */
      paidBefore: ({ event }) => event.type === 'refuse' && event.paid === true,
      goodsHeld: ({ context }) => context.goods === 'merchant',
      repairFallsBackToExchange: ({ context }) => t.repair.fallback === 'exchange' && context.remedy === 'repair',
      nextInTransit: ({ context }) => context.next === 'inTransit',
      nextInspecting: ({ context }) => context.next === 'inspecting',
      nextSendBack: ({ context }) => context.next === 'sendBack',
      endAsRejected: ({ context }) => context.endAs === 'rejected',
      endAsClosed: ({ context }) => context.endAs === 'closed',
      ruled: ({ context }) => context.ruled,
      retriesLeft: ({ context }) => context.declines < t.payout.retries,
      walletNext: ({ context }) => t.payout.declined === 'wallet' && context.declines === t.payout.retries,
      someDeclined: ({ context }) => context.declined > 0,
      noneBegun: ({ context }) => context.begun === 0,
      appealedByUser: ({ context }) => context.appealBy === 'user',
      appealFromCompleted: ({ context }) => context.appealFrom === 'completed',
      rulingDeadlineRefunds: ({ context }) => t.appeal.rulingThen === 'refund' && context.appealBy === 'user' && context.appealReserves,
      held: ({ context }) => context.held,
      notHeld: ({ context }) => !context.held,
      overridable: ({ context }) => context.begun === 0,
      overridableUnderway: ({ context }) => context.begun === 0 && context.goods === 'underway',
      /** the goods come back for money that is paid already: nothing else can be given for them */
      overridableForOther: ({ context }) => context.begun === 0 && !context.early && context.goods === 'underway',
      overridableInspecting: ({ context }) => context.begun === 0 && context.early && context.goods === 'merchant',
      overridableAtMerchant: ({ context }) =>
        context.begun === 0 && !context.early && (context.goods === 'merchant' || context.goods === 'lost'),
      overridableAtBuyer: ({ context }) => context.begun === 0 && (context.goods === 'buyer' || context.goods === 'back'),
      overridableToNothing: ({ context }) => context.begun === 0 && context.goods !== 'merchant' && context.goods !== 'underway',
      goodsAtBuyer: ({ context }) => context.goods === 'buyer' || context.goods === 'back',
    },
    actions: {
      /** effect: nothing but the trail and what the decision itself stores */
      record: always,
      /** effect: a decision that grants money, and its payouts */
      grant: (_, _params: { kind: GrantKind }) => undefined,
      /** effect: send the payouts that wait */
      pay: always,
      /** effect: send the payouts that wait, and none that was declined */
      sendWaiting: always,
      /** effect: declined payouts go to the wallet from now on */
      toWallet: always,
      /** effect: what is reserved is voided and the units are free */
      end: always,
      /** effect: an appeal reserves what is left of the units */
      reserve: always,
      /** effect: ask the carrier to collect the goods */
      pickup: always,
      /** effect: the template's bearer carries goods lost on the way back */
      bearLoss: always,
      /** effect: inspection after the payment sets bearer and cost offset */
      settleEarly: always,
      /** effect: another bearer carries what was paid */
      rebear: always,
      /** effect: a later payment raises what the unit costs */
      takePayment: always,
      /** effect: declined payouts count as paid by a person */
      payByHand: always,
      /** effect: decisions that have not begun to pay are dropped */
      drop: always,
      /** effect: somebody must look at it */
      alarm: (_, _params: { alarm: string }) => undefined,
      holdTimer: raise({ type: 'holdExpired' } as const, { id: 'hold', delay: milliseconds(t.limits.hold) }),
      stopHoldTimer: cancel('hold'),

      setHeld: assign({ held: true }),
      setReleased: assign({ held: false }),
      setReviewer: assign((_, params: { reviewer: ChartContext['reviewer'] }) => ({ reviewer: params.reviewer })),
      setAfterStop: assign({ afterStop: true, needsStop: false, reviewer: 'operations' as const }),
      setStopped: assign({ needsStop: false }),
      setApproved: assign(({ event }) =>
        event.type === 'approve' && event.difference !== undefined ? { difference: event.difference, priceNamed: true } : {},
      ),
      setOffer: assign(({ context }, params: { kind: 'money' | 'price' }) => ({
        offers: context.offers + 1,
        offerKind: params.kind,
      })),
      clearOffer: assign({ offerKind: 'none' as const }),
      setAccepted: assign(({ event }) => ({
        offerKind: 'none' as const,
        priceNamed: true,
        ...(event.type === 'accept' && event.difference !== undefined ? { difference: event.difference } : {}),
      })),
      countEvidenceRequest: assign(({ context }) => ({ evidenceRequests: context.evidenceRequests + 1 })),
      setPickup: assign({ pickup: true }),
      setGoods: assign((_, params: { goods: ChartContext['goods'] }) => ({ goods: params.goods })),
      /** what was mended is lost; with a rest, the merchant still holds that */
      setLost: assign(({ context }) => (context.rest ? {} : { goods: 'lost' as const })),
      /** the buyer has the replacement; with a rest, the merchant still holds that */
      setReplaced: assign(({ context }) => (context.rest ? {} : { goods: 'back' as const })),
      setEarly: assign((_, params: { next: ChartContext['next'] }) => ({ early: true, next: params.next })),
      setNext: assign((_, params: { next: ChartContext['next'] }) => ({ next: params.next })),
      setNextByRest: assign(({ context }) => ({ next: context.rest ? ('sendBack' as const) : ('end' as const) })),
      setDifference: assign(({ event }) =>
        (event.type === 'inspect.all' || event.type === 'inspect.part') && event.difference !== undefined
          ? { difference: event.difference }
          : {},
      ),
      setRest: assign({ rest: true, endAs: 'completed' as const }),
      clearRest: assign({ rest: false }),
      setEndAs: assign((_, params: { endAs: ChartContext['endAs'] }) => ({ endAs: params.endAs })),
      setRemedy: assign(({ event }, params: { remedy: ChartContext['remedy'] }) => ({
        remedy: params.remedy,
        difference: 'difference' in event && event.difference !== undefined ? event.difference : ('none' as const),
        endAs: 'completed' as const,
      })),
      beginPayment: assign({ declines: 0, declined: 0, unknown: 0, begun: 0 }),
      /** what is paid for good no longer stands in the way of an override */
      endPayment: assign({ declines: 0, declined: 0, unknown: 0, begun: 0 }),
      /** sending begins a payout, before any answer has come; on hold nothing is sent */
      setBegun: assign(({ context }) => (context.held || context.begun > 0 ? {} : { begun: 1 })),
      countPayouts: assign(({ event }) =>
        'begun' in event ? { declined: event.declined, unknown: event.unknown, begun: event.begun } : {},
      ),
      countDecline: assign(({ context }) => ({ declines: context.declines + 1 })),
      setAppeal: assign(({ event }, params: { from: ChartContext['appealFrom'] }) =>
        event.type === 'appeal' ? { appealBy: event.by, appealReserves: event.reserves, appealFrom: params.from, early: false } : {},
      ),
      setRuled: assign({
        ruled: true,
        appealBy: 'nobody' as const,
        endAs: 'completed' as const,
        next: 'end' as const,
        rest: false,
        early: false,
      }),
    },
    delays: {
      merchantReview: milliseconds(t.review.merchant.deadline),
      operationsReview: milliseconds(t.review.operations.deadline),
      offer: milliseconds(t.review.offerDeadline),
      evidence: milliseconds(t.review.evidenceDeadline),
      stop: milliseconds(t.stopping.deadline),
      handOver: milliseconds(t.returning.handOver),
      pickup: milliseconds(t.returning.pickup),
      returnTransit: milliseconds(t.returning.transit),
      inspection: milliseconds(t.returning.inspectDeadline),
      backoff: ({ context }) => Math.min(milliseconds(t.payout.backoff) * 2 ** Math.max(0, context.declines - 1), LONGEST_BACKOFF_MS),
      manualAlarm: milliseconds(t.payout.manualAlarm),
      exchangePrepare: milliseconds(t.exchange.prepare),
      exchangePayment: milliseconds(t.exchange.payment),
      exchangeTransit: milliseconds(t.exchange.transit),
      diagnosis: milliseconds(t.repair.diagnose),
      consent: milliseconds(t.repair.consent),
      repairWork: milliseconds(t.repair.work),
      repairTransit: milliseconds(t.repair.transit),
      sendBackPrepare: milliseconds(t.sendBack.prepare),
      sendBackTransit: milliseconds(t.sendBack.transit),
      appealWindow: milliseconds(t.appeal.window),
      appealEvidence: milliseconds(t.appeal.evidence),
      ruling: milliseconds(t.appeal.ruling),
    },
  });
}

export type ChartSetup = ReturnType<typeof chartSetup>;
