import { availableParallelism } from "node:os";
import type { Sandbox } from "#nodes/kit/code/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { Outcome } from "./messages.ts";
import { createWorkerPool } from "./worker-pool.ts";

interface SandboxOptions {
  /** Threads that evaluate at the same time. */
  workers?: number;
}

/** Evaluated code has no effect on the outside, so every failure says that nothing happened. */
export function createSandbox(options: SandboxOptions = {}): Sandbox & { close(): Promise<void> } {
  const pool = createWorkerPool(options.workers ?? Math.max(1, Math.min(4, availableParallelism() - 1)));
  return {
    async runCode({ source, language, inputs, limits, signal, onLog }) {
      return read(await pool.run({ type: "code", source, language, inputs: toJson(inputs), limits }, { signal, onLog }));
    },
    async evaluateJsonata({ expression, input, limits, signal }) {
      return read(await pool.run({ type: "jsonata", expression, input: toJson(input), limits }, { signal, onLog: undefined }));
    },
    close: pool.close,
  };
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (error) {
    throw new NodeError("validation", "The inputs cannot be written as JSON.", { happened: "no", cause: error });
  }
}

function read(outcome: Outcome): unknown {
  if (outcome.type === "done") return JSON.parse(outcome.text);
  const { code, message, details } = outcome;
  throw new NodeError(code, message, details === undefined ? { happened: "no" } : { happened: "no", details });
}
