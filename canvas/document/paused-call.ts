export interface PausedCall {
  /** Something has changed: it runs once that has stood still, or after the longest wait. */
  call(): void;
  stop(): void;
}

/** Runs something when calls have paused, and at the latest `mostMs` after the first of them. */
export function pausedCall(run: () => void, { pauseMs, mostMs }: { pauseMs: number; mostMs: number }): PausedCall {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since: number | undefined;
  const fire = () => {
    since = undefined;
    run();
  };
  return {
    call: () => {
      const now = Date.now();
      since ??= now;
      clearTimeout(timer);
      timer = setTimeout(fire, Math.min(pauseMs, Math.max(0, since + mostMs - now)));
    },
    stop: () => {
      clearTimeout(timer);
      since = undefined;
    },
  };
}
