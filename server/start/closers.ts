import type { Logger } from "../logger.ts";

/** What has to be closed, in the opposite order of its opening. */
export interface Closers {
  /** Remembers how to close something that is open now; answers the thing. */
  add<T>(thing: T, close: (thing: T) => Promise<void> | void): T;
  /** Closes everything, whatever fails on the way. Later calls wait for the first. */
  closeAll(): Promise<void>;
}

export function createClosers(logger: Logger): Closers {
  const closers: (() => Promise<void> | void)[] = [];
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    for (let close = closers.pop(); close; close = closers.pop()) {
      try {
        await close();
      } catch (error) {
        logger.error({ error }, "Something did not close well.");
      }
    }
  };
  return {
    add: (thing, close) => {
      closers.push(() => close(thing));
      return thing;
    },
    closeAll: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}
