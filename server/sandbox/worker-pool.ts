import { failed, type Job, type Outcome } from "./messages.ts";
import { type SandboxWorker, startSandboxWorker, type Task } from "./sandbox-worker.ts";

export interface WorkerPool {
  /** Waits its turn, first come first served. Its time limit counts from when it starts. */
  run(job: Job, options: Pick<Task, "signal" | "onLog">): Promise<Outcome>;
  /** Ends all workers; what runs or waits is cancelled. */
  close(): Promise<void>;
}

const idleMs = 60_000;

/** Starts workers as they are needed, at most `size`, one job at a time each. Idle ones never keep the process alive and end after a minute. */
export function createWorkerPool(size: number): WorkerPool {
  const queue: Task[] = [];
  const workers = new Map<SandboxWorker, NodeJS.Timeout | undefined>();
  const starting = new Set<SandboxWorker>();
  let isClosed = false;

  const assign = () => {
    for (const [worker, idle] of workers) {
      if (queue.length === 0) return;
      if (!worker.isFree()) continue;
      clearTimeout(idle);
      const task = queue.shift();
      if (task !== undefined) worker.run(task);
    }
    while (queue.length > starting.size && workers.size < size) start();
  };

  const start = () => {
    const worker = startSandboxWorker({
      onFree() {
        starting.delete(worker);
        clearTimeout(workers.get(worker));
        workers.set(worker, setTimeout(() => void worker.end(), idleMs).unref());
        assign();
      },
      onGone(startFailure) {
        starting.delete(worker);
        clearTimeout(workers.get(worker));
        workers.delete(worker);
        // One task pays for each failed start, so that a sandbox that cannot start never loops.
        if (startFailure !== undefined) queue.shift()?.settle(failed("unexpected", `The sandbox could not be started. ${startFailure}`));
        if (!isClosed) assign();
      },
    });
    workers.set(worker, undefined);
    starting.add(worker);
  };

  const run: WorkerPool["run"] = (job, { signal, onLog }) =>
    new Promise((resolve) => {
      const cancelled = failed("cancelled", job.type === "code" ? "The code was cancelled." : "The expression was cancelled.");
      if (isClosed || signal.aborted) return resolve(cancelled);
      const leave = () => {
        const index = queue.indexOf(task);
        if (index >= 0) queue.splice(index, 1)[0]?.settle(cancelled);
      };
      const settle = (outcome: Outcome) => {
        signal.removeEventListener("abort", leave);
        resolve(outcome);
      };
      const task: Task = { job, signal, onLog, settle };
      signal.addEventListener("abort", leave, { once: true });
      queue.push(task);
      assign();
    });

  return {
    run,
    async close() {
      isClosed = true;
      for (const task of queue.splice(0)) task.settle(failed("cancelled", "The sandbox was closed."));
      await Promise.all([...workers.keys()].map((worker) => worker.end()));
    },
  };
}
