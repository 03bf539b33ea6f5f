import { Worker } from "node:worker_threads";
import { type Embedder, toUnit } from "./embedder.ts";

export interface EmbedRequest {
  number: number;
  texts: readonly string[];
}
export type EmbedAnswer = { number: number; vectors: Float32Array[] } | { number: number; error: string };

export const BUILT_IN = { id: "built-in/use-lite-1", title: "Universal Sentence Encoder Lite", dimension: 512, languages: "English" } as const;

/** Texts sent to the thread at a time: a query waits for no more than these. */
const PIECE = 4;
/** Characters of a text that are looked at. */
const MOST_CHARACTERS = 8_000;
/** Milliseconds without work after which the thread (some 300 MB) ends. */
const IDLE_MS = 10 * 60_000;

export interface BuiltInEmbedder extends Embedder {
  /** Whether it answers without having to start first. */
  isReady(): boolean;
  /** Starts it, so that it is ready when it is needed. */
  warmUp(): void;
  close(): Promise<void>;
}

interface Waiting {
  texts: readonly string[];
  resolve(vectors: Float32Array[]): void;
  reject(error: Error): void;
}

/**
 * The Universal Sentence Encoder Lite (Cer et al., 2018), in a thread of its own: 512 numbers, English, offline. The thread starts with the first text
 * and ends when it has had nothing to do for a while. Queries overtake documents.
 */
export function createBuiltInEmbedder({ idleMs = IDLE_MS }: { idleMs?: number } = {}): BuiltInEmbedder {
  const queues: Record<"query" | "document", Waiting[]> = { query: [], document: [] };
  let thread: { worker: Worker; isReady: boolean; at: Waiting | undefined } | undefined;
  let number = 0;
  let idle: NodeJS.Timeout | undefined;
  let isClosed = false;

  const lose = (lost: Worker, reason: string) => {
    if (thread?.worker !== lost) return;
    const { at } = thread;
    thread = undefined;
    const error = new Error(`The built-in embedder ended: ${reason}.`);
    for (const waiting of [...(at ? [at] : []), ...queues.query.splice(0), ...queues.document.splice(0)]) waiting.reject(error);
  };
  const start = () => {
    const worker = new Worker(new URL("./embed-worker.ts", import.meta.url), { execArgv: [], env: {} });
    const started = { worker, isReady: false, at: undefined as Waiting | undefined };
    worker.on("message", (answer: EmbedAnswer | { isReady: true }) => {
      const { at } = started;
      if ("isReady" in answer) started.isReady = true;
      else if (answer.number === number && at) {
        started.at = undefined;
        if ("vectors" in answer) at.resolve(answer.vectors.map(toUnit));
        else at.reject(new Error(`A text could not be embedded: ${answer.error}`));
      }
      next();
    });
    worker.on("error", (error) => lose(worker, error.message));
    worker.on("exit", () => lose(worker, "its thread is gone"));
    // a process that has nothing else to do waits for it only while somebody waits for a vector
    worker.unref();
    thread = started;
  };
  const next = () => {
    if (!thread?.isReady || thread.at) return;
    const waiting = queues.query.shift() ?? queues.document.shift();
    clearTimeout(idle);
    if (!waiting) {
      const { worker } = thread;
      worker.unref();
      idle = setTimeout(() => {
        thread = undefined;
        void worker.terminate();
      }, idleMs).unref();
      return;
    }
    thread.at = waiting;
    number += 1;
    thread.worker.postMessage({ number, texts: waiting.texts } satisfies EmbedRequest);
  };
  const send = (texts: readonly string[], queue: "query" | "document") =>
    new Promise<Float32Array[]>((resolve, reject) => {
      if (isClosed) return reject(new Error("The built-in embedder is closed."));
      queues[queue].push({ texts, resolve, reject });
      if (!thread) start();
      thread?.worker.ref();
      next();
    });
  return {
    id: BUILT_IN.id,
    batch: 32,
    embed: async (texts, { signal, isQuery = false }) => {
      const vectors: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += PIECE) {
        signal.throwIfAborted();
        const piece = texts.slice(at, at + PIECE).map((text) => text.slice(0, MOST_CHARACTERS));
        vectors.push(...(await send(piece, isQuery ? "query" : "document")));
      }
      return vectors;
    },
    isReady: () => thread?.isReady === true,
    warmUp: () => {
      if (!thread && !isClosed) start();
    },
    close: async () => {
      isClosed = true;
      clearTimeout(idle);
      await thread?.worker.terminate();
    },
  };
}
