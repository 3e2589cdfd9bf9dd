import { chanceFor } from './chance.js';
import { Desk } from './desk.js';
import { Clients } from './drive/clients.js';
import { Journal } from './journal.js';
import { Meter } from './measure/meter.js';
import type { Cast } from './people.js';
import { judge } from './promises/judge.js';
import { CannotRead, Reader } from './promises/read.js';
import { type Report, reportOf } from './report/report.js';
import { type Scenario, settingsOf, type Wishes } from './scenarios/scenario.js';
import { connectTo } from './service/connection.js';
import { Service, ServiceGone } from './service/service.js';
import type { Time } from './service/time.js';
import { CannotPlay, Stage } from './stage.js';

export interface LoadAsked {
  readonly url: string;
  readonly cast: Cast;
  readonly scenario: Scenario;
  readonly wishes: Wishes;
  readonly seed: number;
  /** how many keys are sent once more at the end */
  readonly keys: number;
  /** how long a service that is away is waited for */
  readonly patienceMs: number;
  /** connections that are open at once */
  readonly sockets: number;
  readonly time: Time;
  readonly stopped: () => boolean;
  readonly watch: Watch;
}

/** Who looks on while a load runs. */
export interface Watch {
  begun(meter: Meter, service: Service): void;
  /** orders are there, and the load begins */
  started(): void;
  told(what: string): void;
}

const SLICE_MS = 500;
const REQUEST_TIMEOUT_MS = 30_000;
/** How often is looked whether money is still on its way before orders are judged, where there is no sandbox. */
const LOOKS = 20;
const LOOK_PAUSE_MS = 250;
const UNDER_WAY = 'refunding.paying';

/** Loads a service, holds it to its promises, and tells how it went. Throws `CannotPlay` where the load cannot begin. */
export async function runLoad(asked: LoadAsked): Promise<Report> {
  const { url, cast, scenario, seed, time } = asked;
  const begun = time.wall();
  const run = `L${begun.toString(36)}`;
  const settings = settingsOf(scenario, asked.wishes);
  const service = new Service(connectTo(url, { sockets: asked.sockets, timeoutMs: REQUEST_TIMEOUT_MS }), time, asked.patienceMs);
  const meter = new Meter(time, SLICE_MS);
  const journal = new Journal();
  const clients = new Clients({ service, cast, meter, journal, run, chance: chanceFor(seed, -2) });
  const { told, started } = asked.watch;
  const stage = new Stage({ clients, meter, cast, time, seed, run, begun, stopped: asked.stopped, told, started });
  const operator = await cast.token(cast.actor('operations', { shopId: cast.shops[0] ?? '', buyerUid: '' }, stage.chance));
  const desk = new Desk(service, operator, run);
  asked.watch.begun(meter, service);
  const outcome = { scenario, settings, target: url, seed, run, begun, meter, notes: stage.notes, phases: stage.phases };
  const ended = (elapsedMs: number) => ({ elapsedMs, absences: service.absences, lost: service.lost, commands: journal.taken().length });
  try {
    if (scenario.needsSandbox && !(await desk.moveClock('1s')))
      throw new CannotPlay(`The scenario ${scenario.name} needs a sandbox: start the service with --sandbox.`);
    await scenario.play(stage, settings, desk);
    await stage.phase('answering the rest', () => stage.underWay.over());
    const elapsedMs = meter.elapsed();
    asked.watch.told('waiting for money on its way');
    await settle(desk, time);
    const judged = await judge({
      ...{ service, cast, journal, books: stage.books, keys: asked.keys, chance: stage.chance, reader: new Reader(service, operator) },
      progress: (what, done, of) => asked.watch.told(`${what}: ${done} of ${of}`),
    });
    return reportOf({ ...outcome, ...ended(elapsedMs), judged, failure: undefined });
  } catch (error) {
    if (!(error instanceof ServiceGone || error instanceof CannotRead)) throw error;
    if (!meter.started) throw new CannotPlay(`${url} does not answer: ${error.message}.`);
    return reportOf({ ...outcome, ...ended(meter.elapsed()), judged: undefined, failure: error.message });
  } finally {
    service.close();
  }
}

/** Waits until no money is on its way: what changes while it is read cannot be judged. */
async function settle(desk: Desk, time: Time): Promise<void> {
  if (await desk.moveClock('1s')) return;
  for (let look = 0; look < LOOKS && (await desk.afterSalesIn(UNDER_WAY, 1)) > 0; look += 1) await time.pause(LOOK_PAUSE_MS);
}
