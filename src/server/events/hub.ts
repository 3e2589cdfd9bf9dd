import type { ChangeNotice } from '../../actors/reads.js';
import { type Refusal, refuse } from '../../domain/refusals.js';
import { createShares } from '../edge/slots.js';
import type { CommitFeed, ReadModels } from '../ports.js';
import type { Session } from '../sessions.js';
import { EventClient } from './client.js';
import { changeFrame } from './frames.js';

export interface EventHub {
  /** A stream of what the session may see; `service.overloaded` when all are taken or the service stops, `request.rateLimited` when the caller has its part. */
  open(session: Session, after: number | undefined, cut: (() => void) | undefined): ReadableStream<Uint8Array> | Refusal;
  /** Ends all streams and takes no more. */
  close(): void;
}

export interface HubOptions {
  readonly feed: CommitFeed;
  readonly reads: Pick<ReadModels, 'changesSince' | 'newestPosition'>;
  readonly streams: number;
  /** of one caller */
  readonly streamsOfCaller: number;
  readonly buffer: number;
  readonly heartbeatMs: number;
  /** epoch milliseconds */
  readonly wallClock: () => number;
  readonly onCount: (change: 1 | -1) => void;
  readonly onFault: (error: unknown) => void;
}

/** A timer waits no longer than this; a token that lives longer is looked at again then. */
const LONGEST_WAIT_MS = 2_147_483_647;

/** One subscription to the commits, told on to every client that may know of them. */
export function createEventHub(options: HubOptions): EventHub {
  const clients = new Set<EventClient>();
  const shares = createShares();
  let open = true;
  let stop: (() => void) | undefined;
  const listen = () => {
    stop ??= options.feed.subscribe((change) => tellAll(clients, change));
  };
  const rest = () => {
    stop?.();
    stop = undefined;
  };
  const heart = setInterval(() => {
    for (const client of clients) client.beat();
  }, options.heartbeatMs);
  heart.unref();
  return {
    open(session, after, cut) {
      if (!open || clients.size >= options.streams) return refuse('service.overloaded', 'All streams of live events are taken.');
      const { caller } = session;
      if (!shares.enter(caller, options.streamsOfCaller)) {
        return refuse('request.rateLimited', 'This caller follows as many streams of live events as it may.');
      }
      // Commits are read back for those who listen: without a client nothing is.
      listen();
      const expiry = whenExpired(session.expiresAt, options.wallClock, () => client.end());
      const client = new EventClient({
        principal: session.principal,
        after,
        buffer: options.buffer,
        changesSince: (position, limit) => options.reads.changesSince(position, limit),
        newestPosition: () => options.reads.newestPosition(),
        cut,
        onEnd: () => {
          expiry.stop();
          if (!clients.delete(client)) return;
          shares.leave(caller);
          options.onCount(-1);
          if (clients.size === 0) rest();
        },
        onFault: options.onFault,
      });
      clients.add(client);
      options.onCount(1);
      return client.stream;
    },
    close() {
      open = false;
      clearInterval(heart);
      for (const client of [...clients]) client.end();
      rest();
    },
  };
}

function tellAll(clients: ReadonlySet<EventClient>, change: ChangeNotice): void {
  let made: string | undefined;
  const frame = () => {
    made ??= changeFrame(change);
    return made;
  };
  for (const client of [...clients]) client.tell(change, frame);
}

function whenExpired(expiresAt: number, wallClock: () => number, act: () => void): { stop(): void } {
  let timer: NodeJS.Timeout;
  const wait = () => {
    const left = expiresAt - wallClock();
    timer = setTimeout(() => (expiresAt <= wallClock() ? act() : wait()), Math.min(Math.max(left, 0), LONGEST_WAIT_MS));
    timer.unref();
  };
  wait();
  return { stop: () => clearTimeout(timer) };
}
