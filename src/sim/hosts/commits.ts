import type { Commit, CommitOutcome } from '../../actors/ports.js';
import { bookName } from '../../domain/ids.js';
import { type Ground, OUTSIDE, trueNow } from '../ground.js';
import type { Caller, CallNames } from './calls.js';

interface Member {
  readonly commit: Commit;
  readonly caller: Caller;
  readonly name: string;
  readonly answer: (outcome: CommitOutcome) => void;
  readonly fail: (error: unknown) => void;
}

type Fate = 'written' | 'failed' | 'lost';

/** Commits of all hosts wait together and are written in groups, each standing or falling alone. */
export class CommitGroups {
  readonly #ground: Ground;
  readonly #names: CallNames;
  #waiting: Member[] = [];

  constructor(ground: Ground, names: CallNames) {
    this.#ground = ground;
    this.#names = names;
  }

  commit(caller: Caller, commit: Commit): Promise<CommitOutcome> {
    const { scheduler, latency } = this.#ground;
    const book = bookName(commit.book);
    return new Promise((answer, fail) => {
      this.#waiting.push({ commit, caller, name: this.#names.next('commit', book), answer, fail });
      if (this.#waiting.length === 1) scheduler.after(latency.next('disk'), OUTSIDE, 'write group', () => this.#write());
    });
  }

  async #write(): Promise<void> {
    const group = this.#waiting;
    this.#waiting = [];
    const { faults, store } = this.#ground;
    const first = group[0]?.name ?? '';
    const together = faults.happens('store.groupFails', first);
    const fates = group.map((member) => (together ? 'failed' : this.#fate(member)));
    const results = await Promise.allSettled(
      group.map((member, i) => (fates[i] === 'written' ? store.books.commit(member.commit) : Promise.resolve(undefined))),
    );
    for (const [i, member] of group.entries()) {
      const result = results[i];
      if (result?.status === 'rejected') this.#later(member, () => member.fail(result.reason));
      else this.#tell(member, fates[i] ?? 'lost', result?.value);
    }
  }

  /** What becomes of a member: a host that crashed meanwhile may have been heard or not. */
  #fate({ name, caller }: Member): Fate {
    const { faults } = this.#ground;
    if (!caller.owner.alive && faults.draw(name, 2) === 0) return 'lost';
    if (faults.happens('store.commitFails', name)) return 'failed';
    return faults.happens('store.commitLost', name) ? 'lost' : 'written';
  }

  #tell(member: Member, fate: Fate, outcome: CommitOutcome | undefined): void {
    const { faults, trace, onCommit } = this.#ground;
    const { commit, name, caller } = member;
    trace.add(`${name} ${fate} ${outcome?.outcome ?? ''} ${commit.write?.audit.hash ?? ''}`);
    if (outcome !== undefined) onCommit(commit, outcome, trueNow(this.#ground));
    const lost = outcome !== undefined && faults.happens('store.answerLost', name);
    this.#later(member, () => {
      if (faults.happens('host.crashAfter', name)) caller.crash();
      else if (fate === 'failed') member.answer({ outcome: 'failed', retryAfterMs: 500, detail: 'simulated: the disk is full' });
      else if (outcome === undefined || lost) member.answer({ outcome: 'unknown', detail: 'simulated: the connection was lost' });
      else member.answer(outcome);
    });
  }

  #later({ commit, caller, name }: Member, run: () => void): void {
    const { scheduler, latency, faults } = this.#ground;
    let delayUs = latency.next(bookName(commit.book));
    if (faults.happens('store.slow', name)) delayUs += faults.draw(name, 10_000_000);
    scheduler.after(delayUs, caller.owner, `answer ${name}`, run);
  }
}
