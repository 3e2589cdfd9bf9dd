import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The faulty gateway in its own process, and what it says of itself. */

const SCRIPT = fileURLToPath(new URL('gatewayProcess.mjs', import.meta.url));

/** One attempt as the gateway has it on record. */
export interface Recorded {
  readonly key: string;
  readonly attempt: number;
  readonly amount: number;
  readonly currency: string;
  readonly outcome: 'paid' | 'declined';
  /** it was paid after it had been declined */
  readonly late: boolean;
}

interface Records {
  /** callbacks that were not heard yet */
  readonly telling: number;
  /** new attempts that have reached it */
  readonly seen: number;
  readonly payments: readonly Recorded[];
}

export interface GatewayProcess {
  readonly url: string;
  control(said: { readonly callbackUrl?: string; readonly calm?: boolean; readonly thinkAgain?: boolean }): Promise<Records>;
  /** Resolves when it stands still next. */
  holding(): Promise<string>;
  end(): Promise<void>;
}

export async function startGateway(settings: {
  readonly secret: string;
  readonly seed: number;
  /** numbers of new attempts at which it stands still: before the effect, and after it */
  readonly holds: { readonly received: readonly number[]; readonly effected: readonly number[] };
}): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (word: string): Promise<string> => {
    const { value, done } = await lines.next();
    const said = new RegExp(`^${word} (\\w+)$`).exec(String(value))?.[1];
    if (done === true || said === undefined) throw new Error(`the gateway says ${String(value)}`);
    return said;
  };
  const url = `http://127.0.0.1:${await next('listening')}`;
  return {
    url,
    control: async (said) => (await (await fetch(`${url}/control`, { method: 'POST', body: JSON.stringify(said) })).json()) as Records,
    holding: () => next('holding'),
    end: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
