const TICK_MS = 2;

/** Measures how long this thread works without turning to the next thing. */
export interface LoopWatch {
  /**
   * Milliseconds of the longest turn so far, of this thread's own time: what other processes take of a busy machine blocks nobody here.
   */
  worstMs(): number;
  stop(): void;
}

export function watchLoop(): LoopWatch {
  const used = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  let last = used();
  let worst = 0;
  const look = () => {
    const now = used();
    worst = Math.max(worst, now - last);
    last = now;
  };
  const timer = setInterval(look, TICK_MS);
  return {
    worstMs: () => {
      look();
      return worst;
    },
    stop: () => clearInterval(timer),
  };
}
