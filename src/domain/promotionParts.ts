import { type Minor, shareHalfUp } from './money.js';
import type { Promotion } from './order.js';

/** What of a promotion the platform bears: computed once for the promotion, half up (EXAMPLES 10). */
export const platformPartOf = (promotion: Promotion): Minor => shareHalfUp(promotion.amount, promotion.bearers.platform, 10_000);
