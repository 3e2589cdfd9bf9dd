/** Calls that never come back once `crashed`: neither their result nor their failure, as when the process is gone. */
export interface Life {
  crashed: boolean;
  /** calls until the crash comes by itself; the last of them takes effect, and nobody hears of it */
  callsLeft?: number;
}

/** Whether this call is the last: it takes effect, but for one that was the last already. */
function ages(life: Life): 'before' | 'after' | undefined {
  if (life.callsLeft === undefined) return undefined;
  life.callsLeft -= 1;
  if (life.callsLeft > 0) return undefined;
  return life.callsLeft === 0 ? 'after' : 'before';
}

const never = (): Promise<never> => new Promise(() => undefined);

/** The same object, whose asynchronous methods belong to a process that may crash: before a call takes effect, or after it. */
export function mortal<T extends object>(parts: T, life: Life): T {
  return new Proxy(parts, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const end = life.crashed ? 'before' : ages(life);
        life.crashed ||= end !== undefined;
        if (end === 'before') return never();
        const result: unknown = Reflect.apply(value, target, args);
        if (!(result instanceof Promise)) return result;
        return result.then(
          (kept: unknown) => (life.crashed ? never() : kept),
          (error: unknown) => (life.crashed ? never() : Promise.reject(error)),
        );
      };
    },
  });
}
