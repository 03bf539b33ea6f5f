import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from "quickjs-emscripten";

/** What our part inside QuickJS hands back. The text of `thrown` is JSON: facts about the error. */
export interface Answer {
  type: "json" | "shape" | "limit" | "thrown";
  text: string;
}

export type Ended = { type: "answered"; answer: Answer } | { type: "late" | "stuck" | "out-of-memory" };

/** A handle that the receiver disposes of, or the error. */
export type Begun = ReturnType<QuickJSContext["evalCode"]>;

/** One QuickJS heap with one realm. */
export interface Machine {
  context: QuickJSContext;
  setMemoryLimit(bytes: number): void;
  /** Calls `begin`, which starts an async function, and runs it to its end. Uses nothing of the person's outside the time limit. */
  run(timeoutMs: number, begin: (context: QuickJSContext) => Begun): Ended;
  /** False when QuickJS finds its memory damaged: then no machine of that QuickJS may be used again. */
  close(): boolean;
}

// More overflows the host's stack before QuickJS notices, even with the 16 MB our workers have.
const stackBytes = 256 * 1024;
const jobsBetweenChecks = 1000;

export function openMachine(quickjs: QuickJSWASMModule, memoryBytes: number): Machine {
  const runtime = quickjs.newRuntime({ maxStackSizeBytes: stackBytes, memoryLimitBytes: memoryBytes });
  const context = runtime.newContext();
  return {
    context,
    setMemoryLimit: (bytes) => runtime.setMemoryLimit(bytes),
    run(timeoutMs, begin) {
      const end = performance.now() + timeoutMs;
      let isLate = false;
      const check = () => {
        isLate ||= performance.now() >= end;
        return isLate;
      };
      runtime.setInterruptHandler(check);
      const begun = begin(context);
      if (isLate) {
        begun.dispose();
        return { type: "late" };
      }
      if (begun.error) return { type: "answered", answer: readThrown(context, begun.error) };
      using promise = begun.value;
      while (runtime.hasPendingJob() && !check()) settleJobs(runtime);
      return isLate ? { type: "late" } : readPromise(context, promise);
    },
    close() {
      try {
        context.dispose();
        runtime.dispose();
        return true;
      } catch {
        return false;
      }
    },
  };
}

function settleJobs(runtime: QuickJSRuntime): void {
  using done = runtime.executePendingJobs(jobsBetweenChecks);
  // A job that threw ends the batch only; its promise carries the error.
  void done;
}

function readPromise(context: QuickJSContext, promise: QuickJSHandle): Ended {
  const state = context.getPromiseState(promise);
  if (state.type === "pending") return { type: "stuck" };
  if (state.type === "rejected") {
    // Our part catches everything, unless nothing is left to describe the error with.
    state.error.dispose();
    return { type: "out-of-memory" };
  }
  using value = state.value;
  const type = readText(context, value, "type");
  const text = readText(context, value, "text");
  return { type: "answered", answer: { type: type === "json" || type === "shape" || type === "limit" ? type : "thrown", text } };
}

/** What escaped our own `catch`: a syntax error, or no room left to begin. */
function readThrown(context: QuickJSContext, error: QuickJSHandle): Answer {
  using thrown = error;
  const facts =
    context.typeof(thrown) !== "object" || context.eq(thrown, context.null)
      ? { name: "InternalError", message: "out of memory" }
      : { name: readText(context, thrown, "name"), message: readText(context, thrown, "message"), stack: readText(context, thrown, "stack").slice(0, 4000) };
  return { type: "thrown", text: JSON.stringify(facts) };
}

function readText(context: QuickJSContext, handle: QuickJSHandle, key: string): string {
  using value = context.getProp(handle, key);
  return context.typeof(value) === "string" ? context.getString(value) : "";
}

/** A plain object of numbers inside QuickJS. The caller disposes of it. */
export function newNumbers(context: QuickJSContext, numbers: Record<string, number>): QuickJSHandle {
  const handle = context.newObject();
  for (const [key, number] of Object.entries(numbers)) {
    using value = context.newNumber(number);
    context.setProp(handle, key, value);
  }
  return handle;
}

/** The facts of a `thrown` answer. The person's code may have changed them: whatever has the wrong form is left out. */
export function readFacts({ text }: Answer): Record<string, string | number | undefined> {
  try {
    const facts: unknown = JSON.parse(text);
    if (typeof facts !== "object" || facts === null) return {};
    return Object.fromEntries(Object.entries(facts).filter(([, value]) => typeof value === "string" || typeof value === "number"));
  } catch {
    return {};
  }
}
