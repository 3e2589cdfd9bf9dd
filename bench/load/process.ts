import { answering } from '../processes.js';
import { closedLoop, type Measured, type Window } from './closedLoop.js';
import type { Voices } from './requests.js';
import { type Applied, type Play, play, type Stage } from './scripts.js';

/** The process that makes the load. It keeps what was applied for, so that it can be approved later. */

export type LoadAsk =
  | { readonly kind: 'voices'; readonly voices: Voices }
  | ({ readonly kind: 'load'; readonly to: 'product' | 'echo'; readonly port: number; readonly play: Play } & Window)
  /** forgets the after-sales of a service that is no more */
  | { readonly kind: 'forget' };

export interface LoadAnswer {
  readonly measured: Measured;
  /** orders that were begun on */
  readonly used: number;
}

let stage: Stage | undefined;
let applied: string[] = [];

/** The echo knows no after-sales: any will do. */
const NONE_OF_OURS: Applied = { put: () => undefined, take: () => '00000000-0000-8000-8000-000000000000' };

async function answer(ask: LoadAsk): Promise<LoadAnswer | undefined> {
  if (ask.kind === 'voices') {
    const kept: Applied = { put: (id) => applied.push(id), take: () => applied.pop() };
    stage = { voices: ask.voices, applied: kept, seconds: () => Math.floor(Date.now() / 1_000) };
    return undefined;
  }
  if (stage === undefined) throw new Error('nobody has a voice yet');
  if (ask.kind === 'forget') {
    applied = [];
    return undefined;
  }
  const { script, used } = play(ask.to === 'echo' ? { ...stage, applied: NONE_OF_OURS } : stage, ask.play);
  const measured = await closedLoop(ask.port, script, ask);
  return { measured, used: used() };
}

answering(answer);
