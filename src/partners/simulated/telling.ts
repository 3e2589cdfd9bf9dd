import type { PartnerEvent } from '../../actors/partners.js';
import type { CallbackSink, Pause } from '../ports.js';

const TIMES = 12;
const FIRST_PAUSE_MS = 1_000;

/** Tells an event until it is taken, or refused, as partners do; after a good hour they give it up. Never rejects. */
export async function tellUntilTaken(
  parts: { readonly callbacks: CallbackSink; readonly pause: Pause },
  event: PartnerEvent,
): Promise<void> {
  for (let time = 0; time < TIMES; time += 1) {
    try {
      await parts.callbacks.tell(event);
      return;
    } catch {
      await parts.pause(FIRST_PAUSE_MS * 2 ** time);
    }
  }
}
