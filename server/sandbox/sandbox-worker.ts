import { Worker } from "node:worker_threads";
import type { SandboxLog } from "#nodes/kit/code/service.ts";
import { failed, type Job, type Outcome, timedOut, type WorkerMessage } from "./messages.ts";

export interface Task {
  job: Job;
  signal: AbortSignal;
  onLog: ((line: SandboxLog) => void) | undefined;
  settle(outcome: Outcome): void;
}

export interface SandboxWorker {
  /** Ready and without a task. */
  isFree(): boolean;
  /** Contract: only while `isFree()`. Settles the task exactly once. */
  run(task: Task): void;
  end(): Promise<void>;
}

interface Events {
  onFree(): void;
  /** It will take no further task. `startFailure` is set when it never became ready. */
  onGone(startFailure?: string): void;
}

// The worker ends itself at the limit; this much later it is ended from outside.
const graceMs = 250;
const longestTimerMs = 2 ** 31 - 1;
const resourceLimits = { maxOldGenerationSizeMb: 256, stackSizeMb: 16 };

const what = (job: Job) => (job.type === "code" ? "code" : "expression");

export function startSandboxWorker({ onFree, onGone }: Events): SandboxWorker {
  // An empty environment and own arguments: nothing of ours is inherited, least of all a secret.
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    env: {},
    argv: [],
    execArgv: ["--disable-warning=ExperimentalWarning"],
    resourceLimits,
  });
  let state: "starting" | "live" | "gone" = "starting";
  let current: { task: Task; release(): void } | undefined;

  const settle = (outcome: Outcome) => {
    const settled = current;
    current = undefined;
    settled?.release();
    settled?.task.settle(outcome);
  };
  /** Ends the worker together with its task. */
  const stop = (outcome: Outcome): Promise<unknown> => {
    const startFailure = state === "starting" && outcome.type === "failed" ? outcome.message : undefined;
    const wasGone = state === "gone";
    state = "gone";
    const ended = worker.terminate();
    settle(outcome);
    if (!wasGone) onGone(startFailure);
    return ended;
  };

  worker.on("message", (message: WorkerMessage) => {
    if (state === "gone") return;
    if (message.type === "log") {
      try {
        current?.task.onLog?.(message.line);
      } catch (error) {
        void stop(failed("unexpected", `Taking the code's log failed: ${String(error)}`));
      }
      return;
    }
    if (message.type === "outcome" && message.spent) return void stop(message.outcome);
    state = "live";
    worker.unref();
    if (message.type === "outcome") settle(message.outcome);
    onFree();
  });
  worker.on("error", (error) => {
    const isMemory = error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
    void stop(
      isMemory ? failed("limit", "The evaluation needs more memory than the sandbox has.") : failed("unexpected", `The sandbox failed: ${String(error)}`),
    );
  });
  worker.on("exit", (exitCode) => void stop(failed("worker-lost", `The sandbox ended unexpectedly (exit code ${exitCode}).`)));

  return {
    isFree: () => state === "live" && current === undefined,
    run(task) {
      const { timeoutMs } = task.job.limits;
      const watchdog = setTimeout(() => void stop(timedOut(what(task.job), timeoutMs)), Math.min(timeoutMs + graceMs, longestTimerMs));
      const cancel = () => void stop(failed("cancelled", `The ${what(task.job)} was cancelled.`));
      task.signal.addEventListener("abort", cancel, { once: true });
      current = {
        task,
        release() {
          clearTimeout(watchdog);
          task.signal.removeEventListener("abort", cancel);
        },
      };
      worker.ref();
      worker.postMessage(task.job);
    },
    async end() {
      await stop(failed("cancelled", "The sandbox was closed."));
    },
  };
}
