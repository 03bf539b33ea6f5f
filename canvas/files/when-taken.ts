import { ApiProblem } from "../api/api-problem.ts";

/** Times in a row that one is told to wait: with 120 files a minute, a folder of thousands is through. */
const MOST_WAITS = 60;

interface Waiting {
  signal: AbortSignal;
  onWait(): void;
  /** Milliseconds of the second that servers count in. */
  secondMs?: number;
}

/** Sends, and sends again when the server says that it takes no more for a while: it says for how long. Throws what else comes, and the signal's reason. */
export async function whenTaken<Answer>(send: () => Promise<Answer>, { signal, onWait, secondMs = 1_000 }: Waiting): Promise<Answer> {
  for (let waits = 0; ; waits++) {
    try {
      return await send();
    } catch (error) {
      const seconds = error instanceof ApiProblem ? error.retryAfter : undefined;
      if (seconds === undefined || waits === MOST_WAITS) throw error;
      onWait();
      await pause(seconds * secondMs, signal);
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
