import { NodeError } from "#runtime/node/node-error.ts";

/** When a call of a provider is over, whatever the provider does. */
export interface CallClock {
  /** Fires with a `NodeError`: `timeout` or `cancelled`. */
  signal: AbortSignal;
  /** Something came: the silence begins anew. */
  heard(): void;
  stop(): void;
}

const LONGEST_TIMER = 2 ** 31 - 1;

/** Starts at once. `who` is what people call the other side. */
export function startCallClock(given: { signal: AbortSignal; timeoutMs: number; silenceMs: number; who: string }): CallClock {
  const { signal, timeoutMs, silenceMs, who } = given;
  const clock = new AbortController();
  const end = (message: string) => clock.abort(new NodeError("timeout", message));
  const after = (ms: number, message: string) => setTimeout(() => end(message), Math.min(ms, LONGEST_TIMER));
  const whole = after(timeoutMs, `${who} gave no complete answer within ${seconds(timeoutMs)}.`);
  const silence = after(silenceMs, `${who} fell silent: nothing came for ${seconds(silenceMs)}.`);
  const cancel = () => clock.abort(reasonOf(signal, who));
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  return {
    signal: clock.signal,
    heard: () => void silence.refresh(),
    stop: () => {
      clearTimeout(whole);
      clearTimeout(silence);
      signal.removeEventListener("abort", cancel);
    },
  };
}

/** The caller's own limit of time (`AbortSignal.timeout`) is one, too. */
function reasonOf({ reason }: AbortSignal, who: string): NodeError {
  if (reason instanceof NodeError) return reason;
  const isLate = reason instanceof DOMException && reason.name === "TimeoutError";
  return isLate ? new NodeError("timeout", `${who} did not answer in the time it had.`) : new NodeError("cancelled", "The call was cancelled.");
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}
