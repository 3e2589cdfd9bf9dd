import type { Simulation } from './simulation.js';

const SHOWN = 200;

/** Tells every step of a replay. Where `stops` is given, waits before each command for a line from it; runs on once it has ended. */
export function narrate(out: (line: string) => void, stops: ReadableStream<Uint8Array> | undefined) {
  const lines = stops === undefined ? undefined : linesIn(stops);
  let waits = false;
  let asks = lines !== undefined;
  let listens = false;
  return {
    beforeStep: async (simulation: Simulation): Promise<void> => {
      if (!listens) {
        listens = true;
        simulation.trace.listener = (line) => {
          if (/ (?:sleeps|as before)$/.test(line)) return;
          if (/^command /.test(line)) waits = true;
          out(line.slice(0, SHOWN));
        };
      }
      if (!waits || !asks || lines === undefined) return;
      waits = false;
      out('  enter: next');
      asks = (await lines.next()).done !== true;
    },
    close: () => lines?.return(),
  };
}

async function* linesIn(bytes: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const parts = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
