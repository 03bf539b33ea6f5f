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
  /** It was called off because somebody is asked: it ends by itself, or soon. */
  asked(): void;
  finish(): void;
}

/** Milliseconds that a server gets to end a call that is to be repeated. */
const WRAP_UP_MS = 3_000;

/**
 * The SDK's own limits are not used: its total time is looked at only when progress comes, and its time-outs share their error code with
 * cancellation and with what servers answer.
 */
export function limitCall({ signal, timeoutMs, maxTimeoutMs }: Pick<ToolCall, "signal" | "timeoutMs" | "maxTimeoutMs">): CallLimit {
  const controller = new AbortController();
  let end: CallEnd | undefined;
  let silence: NodeJS.Timeout | undefined;
  let wrapUp: NodeJS.Timeout | undefined;
  const finish = () => {
    clearTimeout(total);
    clearTimeout(silence);
    clearTimeout(wrapUp);
    signal.removeEventListener("abort", cancel);
  };
  const stop = (reason: CallEnd) => {
    end ??= reason;
    finish();
    controller.abort(end.type);
  };
  const cancel = () => stop({ type: "cancelled" });
  const total = setTimeout(() => stop({ type: "too-long", afterMs: maxTimeoutMs }), maxTimeoutMs);
  if (signal.aborted) cancel();
  else signal.addEventListener("abort", cancel);

  return {
    signal: controller.signal,
    get end() {
      return end;
    },
    heard: () => {
      clearTimeout(silence);
      if (end === undefined) silence = setTimeout(() => stop({ type: "silent", afterMs: timeoutMs }), timeoutMs);
    },
    race: (promise) => {
      if (end !== undefined) promise.catch(() => undefined);
      controller.signal.throwIfAborted();
      const ended = Promise.withResolvers<never>();
      const reject = () => ended.reject(controller.signal.reason);
      controller.signal.addEventListener("abort", reject);
      return Promise.race([promise, ended.promise]).finally(() => controller.signal.removeEventListener("abort", reject));
    },
    asked: () => {
      if (end === undefined) wrapUp ??= setTimeout(() => stop({ type: "cancelled" }), WRAP_UP_MS);
    },
    finish,
  };
}
