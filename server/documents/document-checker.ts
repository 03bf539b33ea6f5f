import { Worker } from "node:worker_threads";
import type { CheckAnswer, CheckRequest } from "./check-messages.ts";
import type { Verdict } from "./verdict.ts";

export interface Check {
  document: string;
  update: Uint8Array;
  /** See `Shadow.check`. */
  salvage?: boolean | undefined;
  /** The state the update meets: everything accepted before it. Asked only when the checker does not have it. */
  parts: () => Uint8Array[];
  /** Called once, before the next check begins. */
  settle: (verdict: Verdict) => void;
}

/** Tries updates on copies of documents in a thread of its own, so that no update can block or spoil anything here. */
export interface DocumentChecker {
  /** Checks are made in the order they are asked for. */
  check(check: Check): void;
  /** Takes in an update that was checked elsewhere. */
  absorb(document: string, update: Uint8Array): void;
  /** Lets go of a document that is no longer open, or of a copy that is not up to date. */
  forget(document: string): void;
  /** Checks that wait are answered "unavailable". */
  close(): Promise<void>;
}

const START_MS = 30_000;
/** Bytes above which the copy is made anew when it is needed: the time that takes is reckoned with, see `usualLimit`. */
const ABSORB_BYTES = 128 * 1024;

/** Milliseconds a check may take: 2 s, and a second more for each MiB that has to be read. */
function usualLimit(bytes: number): number {
  return 2_000 + bytes / 1_024;
}

/** A check that takes longer than its limit ends the thread, and its update counts as malformed. */
export function createDocumentChecker({ limitMs = usualLimit }: { limitMs?: (bytes: number) => number } = {}): DocumentChecker {
  const queue: Check[] = [];
  /** Documents the thread has. */
  const held = new Set<string>();
  /** Bytes the thread was given to take in, and has to read before the next check. */
  let absorbed = 0;
  let worker: { thread: Worker; isReady: boolean } | undefined;
  let current: { check: Check; bytes: number; timer: NodeJS.Timeout } | undefined;
  let isClosed = false;

  const settle = (verdict: Verdict) => {
    const settled = current;
    current = undefined;
    clearTimeout(settled?.timer);
    settled?.check.settle(verdict);
    next();
  };
  const lose = (lost: Worker, reason: string) => {
    if (worker?.thread !== lost) return;
    const { isReady } = worker;
    worker = undefined;
    held.clear();
    void lost.terminate();
    if (current) settle(isReady ? { type: "malformed", reason } : { type: "unavailable" });
  };
  const onAnswer = (from: Worker, answer: CheckAnswer) => {
    if (worker?.thread !== from) return;
    if (answer.type === "ready") {
      worker.isReady = true;
      arm();
    } else if (current) {
      if (!answer.kept) held.delete(current.check.document);
      settle(answer.verdict);
    }
  };
  /** The clock of a check begins when the thread is there to make it. */
  const arm = () => {
    if (!worker || !current) return;
    const { thread, isReady } = worker;
    clearTimeout(current.timer);
    const limit = isReady ? limitMs(current.bytes) : START_MS;
    current.timer = setTimeout(() => lose(thread, "The update took too long to check."), limit);
  };
  const next = () => {
    const check = current || isClosed ? undefined : queue.shift();
    if (!check) return;
    worker ??= { thread: startWorker({ onAnswer, onLost: lose }), isReady: false };
    const { document, update, salvage = false } = check;
    const parts = held.has(document) ? undefined : check.parts();
    held.add(document);
    const bytes = (parts ?? []).reduce((sum, part) => sum + part.byteLength, update.byteLength + absorbed);
    absorbed = 0;
    current = { check, bytes, timer: setTimeout(() => undefined) };
    arm();
    // a copy: of a view, the whole buffer beneath it would be sent
    worker.thread.postMessage({ type: "check", document, update: new Uint8Array(update), salvage, parts } satisfies CheckRequest);
  };
  const forget = (document: string) => {
    if (held.delete(document)) worker?.thread.postMessage({ type: "forget", document } satisfies CheckRequest);
  };
  return {
    absorb: (document, update) => {
      if (update.byteLength > ABSORB_BYTES) return forget(document);
      if (!held.has(document)) return;
      absorbed += update.byteLength;
      worker?.thread.postMessage({ type: "absorb", document, update: new Uint8Array(update) } satisfies CheckRequest);
    },
    check: (check) => {
      if (isClosed) return check.settle({ type: "unavailable" });
      queue.push(check);
      next();
    },
    forget,
    close: async () => {
      isClosed = true;
      const last = worker?.thread;
      worker = undefined;
      settle({ type: "unavailable" });
      for (const check of queue.splice(0)) check.settle({ type: "unavailable" });
      await last?.terminate();
    },
  };
}

function startWorker(events: { onAnswer: (from: Worker, answer: CheckAnswer) => void; onLost: (lost: Worker, reason: string) => void }): Worker {
  const thread = new Worker(new URL("./check-worker.ts", import.meta.url), {
    env: {},
    argv: [],
    execArgv: ["--disable-warning=ExperimentalWarning"],
    resourceLimits: { maxOldGenerationSizeMb: 1_024 },
  });
  // an idle checker keeps no process alive; while it works, its timer does
  thread.unref();
  thread.on("message", (answer: CheckAnswer) => events.onAnswer(thread, answer));
  thread.on("error", (error) => events.onLost(thread, `The update could not be checked: ${error instanceof Error ? error.message : String(error)}`));
  thread.on("exit", () => events.onLost(thread, "The update could not be checked."));
  return thread;
}
