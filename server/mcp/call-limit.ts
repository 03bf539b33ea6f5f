import type { ToolCall } from "#nodes/kit/mcp/service.ts";
import type { CallEnd } from "./failures.ts";

/** What ends a call before its answer: its caller, silence, or its total time. */
export interface CallLimit {
  /** For the request: fires when the call has to end, and never after `finish`. */
  signal: AbortSignal;
  /** Why it ended; undefined while it may go on. */
  readonly end: CallEnd | undefined;
  /** Begins, or begins anew, to count silence. */
  heard(): void;
  /** The promise, or a rejection as soon as the call has to end. */
  race<T>(promise: Promise<T>): Promise<T>;
  /** Somebody is asked: no time is counted, and its caller may go. */
  suspend(): void;
  /** The answer is there: times and caller are those of this call from here on. */
  resume(call: LimitedCall): void;
  /** Ends it, whoever waits. */
  cancel(): void;
  finish(): void;
}

type LimitedCall = Pick<ToolCall, "signal" | "timeoutMs" | "maxTimeoutMs">;

/**
 * The SDK's own limits are not used: its total time is looked at only when progress comes, and its time-outs share their error code with
 * cancellation and with what servers answer.
 */
export function limitCall(call: LimitedCall): CallLimit {
  const controller = new AbortController();
  let current = call;
  let end: CallEnd | undefined;
  let total: NodeJS.Timeout | undefined;
  let silence: NodeJS.Timeout | undefined;
  const finish = () => {
    clearTimeout(total);
    clearTimeout(silence);
    current.signal.removeEventListener("abort", cancel);
  };
  const stop = (reason: CallEnd) => {
    end ??= reason;
    finish();
    controller.abort(end.type);
  };
  const cancel = () => stop({ type: "cancelled" });
  const begin = ({ signal, maxTimeoutMs }: LimitedCall) => {
    total = setTimeout(() => stop({ type: "too-long", afterMs: maxTimeoutMs }), maxTimeoutMs);
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel);
  };
  const heard = () => {
    const { timeoutMs } = current;
    clearTimeout(silence);
    if (end === undefined) silence = setTimeout(() => stop({ type: "silent", afterMs: timeoutMs }), timeoutMs);
  };
  begin(call);

  return {
    signal: controller.signal,
    get end() {
      return end;
    },
    heard,
    race: (promise) => {
      if (end !== undefined) promise.catch(() => undefined);
      controller.signal.throwIfAborted();
      const ended = Promise.withResolvers<never>();
      const reject = () => ended.reject(controller.signal.reason);
      controller.signal.addEventListener("abort", reject);
      return Promise.race([promise, ended.promise]).finally(() => controller.signal.removeEventListener("abort", reject));
    },
    suspend: finish,
    resume: (next) => {
      finish();
      current = next;
      if (end !== undefined) return;
      begin(next);
      heard();
    },
    cancel,
    finish,
  };
}
