/** One after another, in the order in which they came. */
export interface Turns {
  /** The answer, called once, ends the turn. Undefined: whoever has the turn keeps it for long. */
  take(): Promise<(() => void) | undefined>;
  /** Sends away who waits, and who comes. */
  close(): void;
  reopen(): void;
}

export function createTurns(): Turns {
  let last: Promise<void> = Promise.resolve();
  let isClosed = false;
  let away = Promise.withResolvers<void>();
  return {
    take: async () => {
      if (isClosed) return undefined;
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      last = before.then(() => promise);
      const isMine = await Promise.race([before.then(() => true), away.promise.then(() => false)]);
      if (isMine) return resolve;
      resolve();
      return undefined;
    },
    close: () => {
      isClosed = true;
      away.resolve();
    },
    reopen: () => {
      isClosed = false;
      away = Promise.withResolvers<void>();
    },
  };
}
