import type { OrderFilter } from '../../actors/reads.js';
import { shopId } from '../../domain/ids.js';
import type { TokenHolder } from '../tokens.js';

/** What of a list the caller may see, narrowed to a shop where one is asked for; `undefined` where that leaves nothing. */
export function visibleTo(principal: TokenHolder, shop: string | undefined): OrderFilter | undefined {
  const asked = shop === undefined ? {} : { shops: [shopId(shop)] };
  switch (principal.role) {
    case 'user':
      return { ...asked, buyer: { platform: principal.platform, buyerUid: principal.buyerUid } };
    case 'platform':
      return { ...asked, platform: principal.platform };
    case 'merchant': {
      const shops = principal.shops.filter((own) => shop === undefined || own === shop);
      return shops.length === 0 ? undefined : { shops };
    }
    default:
      return asked;
  }
}
