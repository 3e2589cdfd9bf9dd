import type { Envelope } from '../../actors/command.js';
import type { Reply } from '../../actors/ports.js';
import type { Principal } from '../../actors/principal.js';
import { Unavailable } from '../../actors/unavailable.js';
import { type Ground, OUTSIDE } from '../ground.js';
import { hashOf } from '../random.js';
import type { SimHost } from './host.js';

const PATIENCE_MS = 30_000;

/** Where commands from outside come in: at one of the hosts that live, as a load balancer would choose. */
export class Receiver {
  readonly #ground: Ground;
  readonly #hosts: readonly SimHost[];

  constructor(ground: Ground, hosts: readonly SimHost[]) {
    this.#ground = ground;
    this.#hosts = hosts;
  }

  /** The host for a number; another one while that is down. */
  pick(number: number): SimHost | undefined {
    const up = this.#hosts.filter((host) => host.isUp);
    const wanted = this.#hosts[number % this.#hosts.length];
    return wanted?.isUp === true ? wanted : up[number % Math.max(1, up.length)];
  }

  /** Gives a command to a host. What is not answered in time is thrown as `Unavailable`: it may have been kept. */
  deliver(envelope: Envelope, principal: Principal, number = hashOf(envelope.id)): Promise<Reply> {
    const { scheduler, latency } = this.#ground;
    return new Promise((resolve, reject) => {
      const host = this.pick(number);
      if (host === undefined) {
        const turnAway = () => reject(new Unavailable('closed', 'simulated: no host is up', 1_000));
        scheduler.after(latency.next('network'), OUTSIDE, 'no host', turnAway);
        return;
      }
      const timeout = scheduler.after(PATIENCE_MS * 1000, OUTSIDE, `patience ${envelope.id}`, () =>
        reject(new Unavailable('lost', 'simulated: no answer in time', 1_000)),
      );
      const answered = (give: () => void) => {
        timeout.cancel();
        scheduler.after(latency.next(`replies ${envelope.book.orderNo}`), OUTSIDE, `reply ${envelope.id}`, give);
      };
      host.send(envelope, principal).then(
        (reply) => answered(() => resolve(reply)),
        (error: unknown) => answered(() => reject(error)),
      );
    });
  }
}
