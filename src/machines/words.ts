/** The closed word lists that charts, templates and books share. */

export const AFTER_SALE_TYPES = ['refund', 'return', 'exchange', 'repair'] as const;
/** refund: money only; return: goods back, then money */
export type AfterSaleType = (typeof AFTER_SALE_TYPES)[number];

export const BEARERS = ['merchant', 'platform', 'carrier'] as const;
/** Who carries a cost. */
export type Bearer = (typeof BEARERS)[number];

export const FAULTS = ['merchant', 'buyer', 'carrier', 'platform'] as const;
/** Whose fault a reason says it is. */
export type Fault = (typeof FAULTS)[number];

export const CLAIM_KINDS = ['unit', 'money', 'weight'] as const;
export type ClaimKind = (typeof CLAIM_KINDS)[number];

export const STAGES = ['notShipped', 'inTransit', 'delivered'] as const;
