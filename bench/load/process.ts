import { answering } from '../processes.js';
import { closedLoop, type Measured, type Window } from './closedLoop.js';
import { type Imported, importOrders } from './importing.js';
import { type Overloaded, openLoop, type Schedule } from './openLoop.js';
import { type Play, play } from './plays.js';
import type { Voices } from './requests.js';
import type { Applied, Stage } from './scripts.js';

/** The process that makes the load. It keeps what was applied for, so that it can be approved later. */

export type LoadAsk =
  /** a service has started: whom it knows. After-sales of the one before are forgotten */
  | { readonly kind: 'voices'; readonly voices: Voices }
  | ({
      readonly kind: 'load';
      /** whether the other side knows the orders, or is an echo */
      readonly real: boolean;
      readonly port: number;
      readonly play: Play;
    } & Window)
  | ({ readonly kind: 'overload'; readonly port: number; readonly play: Play } & Schedule)
  | { readonly kind: 'import'; readonly port: number; readonly prefix: string; readonly count: number };

export interface LoadAnswer {
  readonly measured?: Measured;
  readonly overloaded?: Overloaded;
  readonly imported?: Imported;
  /** orders that were begun on */
  readonly used: number;
  /** after-sales that wait to be approved */
  readonly applied: number;
}

let stage: Stage | undefined;
let applied: string[] = [];

const OURS: Applied = { put: (id) => applied.push(id), take: () => applied.pop() };
/** The echo knows no after-sales: any will do. */
const NONE_OF_OURS: Applied = { put: () => undefined, take: () => '00000000-0000-8000-8000-000000000000' };

async function answer(ask: LoadAsk): Promise<LoadAnswer> {
  if (ask.kind === 'voices') {
    applied = [];
    stage = { voices: ask.voices, applied: OURS, seconds: () => Math.floor(Date.now() / 1_000) };
    return { used: 0, applied: 0 };
  }
  if (stage === undefined) throw new Error('nobody has a voice yet');
  if (ask.kind === 'import') {
    return { imported: await importOrders(ask.port, stage.voices, ask.prefix, ask.count), used: 0, applied: applied.length };
  }
  if (ask.kind === 'overload') {
    const script = play(stage, ask.play);
    return { overloaded: await openLoop(ask.port, script, ask), used: script.used(), applied: applied.length };
  }
  const script = play(ask.real ? stage : { ...stage, applied: NONE_OF_OURS }, ask.play);
  const measured = await closedLoop(ask.port, script, ask);
  return { measured, used: script.used(), applied: applied.length };
}

answering(answer);
