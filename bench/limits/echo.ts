import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { answering } from '../processes.js';

/** The first limit: plain Hono that reads the same request and gives the same answer, and does nothing else. */

/** An answer of the product, as it is given again. */
export interface Echoed {
  readonly method: 'GET' | 'POST';
  /** as Hono writes paths, `/v1/merchant/after-sales/:id/approve` */
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function start(echoed: readonly Echoed[]): Promise<number> {
  const app = new Hono();
  for (const { method, path, status, headers, body } of echoed) {
    if (method === 'GET') {
      app.get(path, () => new Response(body, { status, headers }));
    } else {
      app.post(path, async (context) => {
        await context.req.text();
        return new Response(body, { status, headers });
      });
    }
  }
  return new Promise((resolve) => serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => resolve(port)));
}

answering((echoed: readonly Echoed[]) => start(echoed));
