import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { PGlite } from "@electric-sql/pglite";
import { openCluster } from "./pglite-cluster.ts";
import { endsReady, isTerminate, simpleQuery, startupAnswer } from "./protocol.ts";

/** What the main thread hands over; without a directory the database lives in memory. */
export interface PgliteWorkerData {
  directory: string | undefined;
  templatePath: string;
}

export type PgliteWorkerReport = { type: "ready" } | { type: "failed"; kind: "corrupt" | "disk-full" | "other"; message: string } | { type: "closed" };

/** What the main thread may ask: a new connection, or to shut down. */
export type PgliteWorkerRequest = { type: "connect"; port: MessagePort } | { type: "close" };

/** What the engine said as it failed. */
const lastWords: string[] = [];

/**
 * Runs a whole number of protocol messages. The raw stream form is used because the other forms keep every answer in memory. PGlite swallows the
 * death of its engine (a panic, a trap) and then gives no complete answer: this thread ends with it, so that whoever waits gets an error.
 */
async function execute(database: PGlite, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  // The bytes are a view into WebAssembly memory that the next call overwrites.
  await database.execProtocolRawStream(message, { onRawData: (bytes) => void parts.push(bytes.slice()) });
  const answer = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    answer.set(part, offset);
    offset += part.length;
  }
  if (!endsReady(answer)) throw new Error(lastWords.join("; ") || "its engine broke off");
  return answer;
}

/** A start-up packet begins with its length, below 16 MiB, so with a zero byte; every later message begins with a letter. */
async function answerTo(database: PGlite, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  if (message[0] !== 0) return execute(database, message);
  // PGlite has one session: what an abandoned connection left open ends here.
  await execute(database, simpleQuery("ROLLBACK"));
  await execute(database, simpleQuery("DISCARD ALL"));
  return startupAnswer();
}

function serve(database: PGlite, port: MessagePort): void {
  let last: Promise<void> = Promise.resolve();
  port.on("message", (message: Uint8Array) => {
    if (isTerminate(message)) return;
    last = last.then(async () => {
      const answer = await answerTo(database, message);
      port.postMessage(answer, [answer.buffer]);
    });
  });
}

function report(message: PgliteWorkerReport): void {
  parentPort?.postMessage(message);
}

async function main({ directory, templatePath }: PgliteWorkerData): Promise<void> {
  const opened = await openCluster({ directory, templatePath, lastWords });
  if (opened.type === "failed") {
    report(opened);
    return;
  }
  parentPort?.on("message", async (request: PgliteWorkerRequest) => {
    if (request.type === "connect") return serve(opened.database, request.port);
    await opened.database.close();
    report({ type: "closed" });
  });
  report({ type: "ready" });
}

await main(workerData);
