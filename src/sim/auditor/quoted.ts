import { type Finding, found, type Step } from './finding.js';

/** What is approved as soon as it is applied for pays just what its quote said, where the applicant named one. */
export function* quoteIsKept({ write, before, envelope }: Step): Generator<Finding> {
  const quoted = envelope?.command.kind === 'apply' ? envelope.command.application.quoted : undefined;
  if (quoted === undefined) return;
  for (const a of write.changes.afterSales) {
    if (before.afterSales.has(a.id) || a.decisions.length === 0) continue;
    const shares = a.decisions.flatMap((d) => (d.kind === 'coupon' ? [] : d.shares));
    const paid = shares.reduce((sum, { amount }) => sum + amount, 0);
    if (paid !== quoted.amount) yield found(4, 'quote', `after-sale ${a.refundId} was quoted ${quoted.amount} and is granted ${paid}`);
  }
}
