import { z } from 'zod';
import { judgeSeed, type SeedOptions } from './judged.js';

/** A process of its own that runs the seeds that it is given, one after the other. */

const order = z.object({ seed: z.string(), options: z.custom<SeedOptions>((value) => typeof value === 'object' && value !== null) });

// Ctrl-C reaches all processes of a terminal, and whoever stops a service ends them all; the one that gives the seeds decides.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);

process.on('message', (message) => {
  const { seed, options } = order.parse(message);
  judgeSeed(seed, options).then(
    (judged) => process.send?.({ seed, judged }),
    (error: unknown) => process.send?.({ seed, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
