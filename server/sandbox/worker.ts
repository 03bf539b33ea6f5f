import { parentPort } from "node:worker_threads";
import { newQuickJSWASMModuleFromVariant, RELEASE_SYNC } from "quickjs-emscripten";
import { createJsonataEvaluator } from "./evaluate-jsonata.ts";
import { failed, type Job, type Performed, type WorkerMessage } from "./messages.ts";
import { runCode } from "./run-code.ts";

if (parentPort === null) throw new Error("This file is the entry of a worker thread.");
const port = parentPort;
const send = (message: WorkerMessage) => port.postMessage(message);

// WASM memory never shrinks: a worker that once needed this much is replaced.
const retainedBytes = 96 * 1024 * 1024;

// QuickJS prints its own last words when it gives up; the outcome says it already.
for (const method of ["log", "warn", "error"] as const) console[method] = () => undefined;

const quickjs = await newQuickJSWASMModuleFromVariant(RELEASE_SYNC);
const evaluateJsonata = createJsonataEvaluator(quickjs);

function perform(job: Job): Performed {
  try {
    const { outcome, spent } = job.type === "code" ? runCode(quickjs, job, (line) => send({ type: "log", line })) : evaluateJsonata(job);
    return { outcome, spent: spent || quickjs.getWasmMemory().buffer.byteLength > retainedBytes };
  } catch {
    // The host's stack overflowed, or QuickJS gave up: its memory can no longer be trusted.
    return { outcome: failed("limit", "This needs more memory, or more levels of calls, than the sandbox has."), spent: true };
  }
}

port.on("message", (job: Job) => send({ type: "outcome", ...perform(job) }));
send({ type: "ready" });
