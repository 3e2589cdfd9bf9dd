import type { ShopId } from '../domain/ids.js';

/** Who gives a command. Made from a verified token at the edge, or by a part of the service itself. */
export type Principal =
  | { readonly role: 'user'; readonly platform: string; readonly buyerUid: string }
  | { readonly role: 'merchant'; readonly id: string; readonly shops: readonly ShopId[] }
  | { readonly role: 'operations'; readonly id: string }
  | { readonly role: 'platform'; readonly id: string; readonly platform: string }
  | { readonly role: 'system'; readonly part: 'timers' | 'payouts' | 'carriers' };

export type Role = Principal['role'];

/** The entry points over HTTP, one per role that has tokens. */
export const ENTRY_POINTS = ['user', 'merchant', 'operations', 'platform'] as const;
export type EntryPoint = (typeof ENTRY_POINTS)[number];

/** One text per caller: idempotency keys are unique within it. */
export function callerOf(principal: Principal): string {
  switch (principal.role) {
    case 'user':
      return `user/${principal.platform}/${principal.buyerUid}`;
    case 'platform':
      return `platform/${principal.platform}/${principal.id}`;
    case 'system':
      return `system/${principal.part}`;
    default:
      return `${principal.role}/${principal.id}`;
  }
}

/** Whether the caller may see what is between merchant, platform and carrier: what goods cost the shop, commission, who bears what. */
export const isOfHouse = ({ role }: Principal): boolean => role !== 'user';
