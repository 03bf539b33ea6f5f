import { defineService } from "#runtime/node/service.ts";

export interface SandboxLimits {
  /** Milliseconds of wall time before the evaluation is ended. */
  timeoutMs: number;
  /** Bytes of memory the evaluated code may hold. */
  memoryBytes: number;
  /** Bytes of JSON the result may have. */
  outputBytes: number;
}

export interface SandboxLog {
  level: "debug" | "info" | "warn" | "error";
  message: string;
}

export interface CodeRequest {
  /** The body of an async function of `inputs`; its `return` is the result. */
  source: string;
  language: "javascript" | "typescript";
  /** JSON, visible to the code as the constant `inputs`. */
  inputs: Record<string, unknown>;
  limits: SandboxLimits;
  signal: AbortSignal;
  /** Called for each `console.*` line, at most 1,000 a run. */
  onLog?: (line: SandboxLog) => void;
}

export interface JsonataRequest {
  expression: string;
  input: unknown;
  limits: SandboxLimits;
  signal: AbortSignal;
}

/** Runs what people wrote, without network, files or secrets, in a worker that can be ended at any time. */
export interface Sandbox {
  /** The code's result as JSON. Throws `NodeError` with code `code` (it threw; details hold line and column when known), `timeout`, `limit` or `cancelled`. */
  runCode(request: CodeRequest): Promise<unknown>;
  /** The expression's result as JSON (`null` when it yields nothing). Throws `NodeError` with code `expression`, `timeout`, `limit` or `cancelled`. */
  evaluateJsonata(request: JsonataRequest): Promise<unknown>;
}

export const sandbox = defineService<Sandbox>("sandbox");
