import { Worker } from "node:worker_threads";
import type pg from "pg";
import { DatabaseCorruptError, DatabaseUnavailableError } from "./database-errors.ts";
import { GuardedPool } from "./guarded-pool.ts";
import type { PgliteWorkerData, PgliteWorkerReport, PgliteWorkerRequest } from "./pglite-worker.ts";
import { templatePath } from "./template-path.ts";
import { WorkerStream } from "./worker-stream.ts";

/** The engine that runs, with nobody connected to it. */
export interface PgliteEngine {
  /** A session of its own; the one before must have ended. */
  newPool: () => pg.Pool;
  /** Shuts the database down cleanly. */
  close: () => Promise<void>;
}

export interface PglitePool {
  pool: pg.Pool;
  /** Waits for what is under way, then shuts the database down cleanly. */
  close: () => Promise<void>;
}

export async function openPglite(directory: string | undefined): Promise<PglitePool> {
  const engine = await startPglite(directory);
  const pool = engine.newPool();
  return {
    pool,
    close: async () => {
      await pool.end();
      await engine.close();
    },
  };
}

/**
 * Starts PGlite in a worker thread and speaks the Postgres protocol with it: `pg` is the driver of both databases, so rows, errors and types are
 * the same. PGlite has one session, hence a pool of one connection, whose queue is what serialises transactions.
 * Throws DatabaseCorruptError or DatabaseUnavailableError.
 */
export async function startPglite(directory: string | undefined): Promise<PgliteEngine> {
  const worker = new Worker(new URL("./pglite-worker.ts", import.meta.url), {
    workerData: { directory, templatePath: templatePath() } satisfies PgliteWorkerData,
    execArgv: [],
    // The default of 4 MB ends the engine at an expression nested 10,000 deep; with this, Postgres's own limit comes first and is an ordinary error.
    resourceLimits: { stackSizeMb: 32 },
  });
  let stopped: Error | undefined;
  const streams = new Set<WorkerStream>();
  const stop = (error: Error): void => {
    stopped ??= error;
    for (const stream of streams) stream.destroy(stopped);
  };
  worker.on("error", (error) => stop(stoppedError(error.message)));
  worker.on("exit", () => stop(stoppedError("its thread ended")));
  await started(worker, directory);

  const newStream = (): WorkerStream => {
    const stream = new WorkerStream(worker, () => stopped);
    streams.add(stream);
    stream.once("close", () => streams.delete(stream));
    return stream;
  };
  return {
    newPool: () =>
      new GuardedPool({
        stream: newStream,
        max: 1,
        idleTimeoutMillis: 0,
        ssl: false,
        user: "postgres",
        password: "",
        host: "embedded",
        port: 5432,
        database: "postgres",
      }),
    close: async () => {
      if (!stopped) await shutDown(worker);
      await worker.terminate();
    },
  };
}

async function started(worker: Worker, directory: string | undefined): Promise<void> {
  const report = await new Promise<PgliteWorkerReport>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => reject(stoppedError("its thread ended while opening")));
  }).catch(
    (error: unknown): PgliteWorkerReport => ({
      type: "failed",
      kind: "other",
      message: error instanceof Error ? error.message : String(error),
    }),
  );
  if (report.type !== "failed") return;
  await worker.terminate();
  if (report.kind === "corrupt" && directory !== undefined) throw new DatabaseCorruptError(directory, report.message);
  if (report.kind === "disk-full")
    throw new DatabaseUnavailableError(`The disk is full: ${report.message}`, `Free some space for ${directory ?? "the database"} and start again.`);
  throw new DatabaseUnavailableError(`The embedded database did not start: ${report.message}`, "Start again; if it stays so, report it with this message.");
}

async function shutDown(worker: Worker): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    worker.once("message", () => resolve());
    worker.once("exit", () => resolve());
  });
  worker.postMessage({ type: "close" } satisfies PgliteWorkerRequest);
  await closed;
}

function stoppedError(reason: string): DatabaseUnavailableError {
  return new DatabaseUnavailableError(`The embedded database stopped: ${reason}`, "Restart Heddle. Everything that was saved is kept.");
}
