import type { Caller } from './caller.js';

/** A stream of live events, as a client reads it. */

export interface LiveEvent {
  readonly id: number;
  readonly event: string;
  readonly data: {
    readonly type?: string;
    readonly state?: string | null;
    readonly afterSaleId?: string | null;
    readonly orderNo?: string;
  };
}

export interface Stream {
  /** Reads on until an event is as wanted; gives all that were read since the last call, that one included. */
  until(wanted: (event: LiveEvent) => boolean): Promise<LiveEvent[]>;
  /** Everything that was ever read, as it came. */
  text(): string;
  close(): Promise<void>;
}

/** Follows the changes that a caller may see; from after an event on, where one is named. */
export async function follow(caller: Caller, lastEventId?: number): Promise<Stream> {
  const response = await fetch(`${caller.url}${caller.entry}/events`, {
    headers: { authorization: `Bearer ${caller.token}`, ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }) },
  });
  if (response.status !== 200 || response.body === null) throw new Error(`events were answered ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let all = '';
  let rest = '';
  /** The next frames; reads on where there is none yet. */
  async function more(): Promise<string[]> {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the stream ended after ${all}`);
    all += value;
    const frames = (rest + value).split('\n\n');
    rest = frames.pop() ?? '';
    return frames;
  }
  // The greeting: from here on nothing is missed.
  const early = await more();
  const waiting = early.flatMap(eventOf);
  return {
    until: async (wanted) => {
      const read: LiveEvent[] = [];
      for (;;) {
        const next = waiting.shift();
        if (next === undefined) {
          waiting.push(...(await more()).flatMap(eventOf));
          continue;
        }
        read.push(next);
        if (wanted(next)) return read;
      }
    },
    text: () => all,
    close: () => reader.cancel(),
  };
}

function eventOf(frame: string): LiveEvent[] {
  const fields = new Map(frame.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
  const event = fields.get('event');
  if (event === undefined) return [];
  return [{ id: Number(fields.get('id')), event, data: JSON.parse(fields.get('data') ?? '{}') as LiveEvent['data'] }];
}
