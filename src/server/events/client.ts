import type { Principal } from '../../actors/principal.js';
import type { ChangeNotice, ChangesSince } from '../../actors/reads.js';
import { changeFrame, GREETING, HEARTBEAT, resetFrame, seesChange } from './frames.js';

/** How many events of the backlog are read at once. */
const BACKLOG_PAGE = 500;

export interface ClientOptions {
  readonly principal: Principal;
  /** the last event that the client has seen; `undefined`: only what comes from now on */
  readonly after: number | undefined;
  /** events that may wait for the client before it is cut */
  readonly buffer: number;
  readonly changesSince: (position: number, limit: number) => Promise<ChangesSince>;
  readonly newestPosition: () => Promise<number>;
  /** cuts the connection; without one the stream is broken off */
  readonly cut: (() => void) | undefined;
  /** called once, however it ends */
  readonly onEnd: () => void;
  readonly onFault: (error: unknown) => void;
}

/**
 * One client's stream of changes. It is subscribed from the start: what comes while the backlog is read waits,
 * and what the backlog has told already is dropped. The stream is read at the client's own pace; one for which
 * more waits than `buffer` is cut, so that memory stays bounded.
 */
export class EventClient {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #options: ClientOptions;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #waiting: { readonly position: number; readonly frame: string }[] = [];
  /** something came while the backlog was read and could not wait: read on */
  #missed = false;
  #position: number;
  #phase: 'greeting' | 'backlog' | 'live' | 'ended' = 'greeting';
  #wake: (() => void) | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#position = options.after ?? 0;
    this.stream = new ReadableStream<Uint8Array>(
      { start: (controller) => this.#start(controller), pull: () => this.#pull(), cancel: () => this.#ended() },
      { highWaterMark: 1 },
    );
  }

  /** Tells the client of a change that is on disk, if it may know of it. `frame` is made once for all clients. */
  tell(change: ChangeNotice, frame: () => string): void {
    if (this.#phase === 'ended' || !seesChange(this.#options.principal, change)) return;
    if (this.#waiting.length >= this.#options.buffer) {
      this.#overflow();
      return;
    }
    this.#waiting.push({ position: change.position, frame: frame() });
    this.#wake?.();
  }

  /** Keeps the connection alive where nothing else does. */
  beat(): void {
    if (this.#phase !== 'live' || this.#waiting.length > 0) return;
    this.#waiting.push({ position: Number.POSITIVE_INFINITY, frame: HEARTBEAT });
    this.#wake?.();
  }

  /** Ends the stream in order: the token has expired, or the service stops. */
  end(): void {
    if (this.#phase === 'ended') return;
    this.#controller?.close();
    this.#ended();
  }

  #start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
  }

  async #pull(): Promise<void> {
    try {
      if (this.#phase === 'greeting') {
        this.#phase = this.#options.after === undefined ? 'live' : 'backlog';
        this.#send(GREETING);
        return;
      }
      let text = '';
      while (text === '' && this.#phase !== 'ended')
        text = this.#phase === 'backlog' ? await this.#readBacklog() : await this.#takeWaiting();
      this.#send(text);
    } catch (error) {
      this.#options.onFault(error);
      this.#breakOff();
    }
  }

  #send(text: string): void {
    if (this.#phase !== 'ended' && text !== '') this.#controller?.enqueue(this.#encoder.encode(text));
  }

  /** The next part of what was missed. At its end what waits goes on from there. */
  async #readBacklog(): Promise<string> {
    this.#missed = false;
    const since = await this.#options.changesSince(this.#position, BACKLOG_PAGE);
    if (since.kind === 'reset') return this.#reset(since.newest);
    if (since.safeUpTo < this.#position) {
      const newest = await this.#options.newestPosition();
      if (newest < this.#position) return this.#reset(newest);
    }
    this.#position = since.events.at(-1)?.position ?? this.#position;
    if (since.events.length < BACKLOG_PAGE) this.#phase = this.#afterBacklog();
    return since.events
      .filter((change) => seesChange(this.#options.principal, change))
      .map(changeFrame)
      .join('');
  }

  /** The client has seen what is no longer kept, or what never was (the data are older than the client). */
  #reset(newest: number): string {
    this.#position = newest;
    this.#phase = this.#afterBacklog();
    return resetFrame(newest);
  }

  #afterBacklog(): 'backlog' | 'live' | 'ended' {
    if (this.#phase === 'ended') return 'ended';
    return this.#missed ? 'backlog' : 'live';
  }

  async #takeWaiting(): Promise<string> {
    if (this.#waiting.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    let text = '';
    for (const { position, frame } of waiting) {
      if (position <= this.#position) continue;
      if (Number.isFinite(position)) this.#position = position;
      text += frame;
    }
    return text;
  }

  /** While the backlog is read nothing is lost by forgetting: it is on disk, and read again from there. */
  #overflow(): void {
    if (this.#phase === 'live' || this.#phase === 'greeting') {
      this.#breakOff();
      return;
    }
    this.#waiting = [];
    this.#missed = true;
  }

  #breakOff(): void {
    if (this.#phase === 'ended') return;
    if (this.#options.cut === undefined) this.#controller?.error(new Error('the client was cut'));
    else this.#options.cut();
    this.#ended();
  }

  #ended(): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#waiting = [];
    this.#wake?.();
    this.#options.onEnd();
  }
}
