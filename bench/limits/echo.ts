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

export interface EchoPorts {
  /** takes the request as text and gives the answer as text: the least that Hono can do */
  readonly text: number;
  /** parses the request and serializes the answer, as ordinary handlers of Hono do */
  readonly json: number;
}

function textEcho(echoed: readonly Echoed[]): Hono {
  const app = new Hono();
  for (const { method, path, status, headers, body } of echoed) {
    app.on(method, path, async (context) => {
      if (method === 'POST') await context.req.text();
      return new Response(body, { status, headers });
    });
  }
  return app;
}

function jsonEcho(echoed: readonly Echoed[]): Hono {
  const app = new Hono();
  for (const { method, path, status, headers, body } of echoed) {
    const answer: unknown = JSON.parse(body);
    app.on(method, path, async (context) => {
      if (method === 'POST') await context.req.json();
      return new Response(JSON.stringify(answer), { status, headers });
    });
  }
  return app;
}

const listen = (app: Hono): Promise<number> =>
  new Promise((resolve) => serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => resolve(port)));

answering(
  async (echoed: readonly Echoed[]): Promise<EchoPorts> => ({
    text: await listen(textEcho(echoed)),
    json: await listen(jsonEcho(echoed)),
  }),
);
