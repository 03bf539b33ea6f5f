import { stripTypeScriptTypes } from "node:module";
import jsonata from "jsonata";
import { getQuickJS, shouldInterruptAfterDeadline } from "quickjs-emscripten";
import { NodeError } from "#runtime/node/node-error.ts";
import type { CodeRequest, Sandbox } from "../code/service.ts";

/** Evaluates for real, on the calling thread and without the guards of the server's sandbox: for tests, with code of their own. */
export const fakeSandbox: Sandbox = {
  runCode: async (request) => {
    refuseAborted(request.signal);
    return runCode(request);
  },
  evaluateJsonata: async ({ expression, input, signal }) => {
    refuseAborted(signal);
    try {
      const result: unknown = await jsonata(expression).evaluate(input);
      return result === undefined ? null : JSON.parse(JSON.stringify(result));
    } catch (error) {
      throw new NodeError("expression", messageOf(error), { happened: "no" });
    }
  },
};

function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new NodeError("cancelled", "The node was stopped.", { happened: "no" });
}

async function runCode({ source, language, inputs, limits, onLog }: CodeRequest): Promise<unknown> {
  const quickjs = await getQuickJS();
  const body = `(async (inputs) => {${source}\n})`;
  const program = `globalThis.logs = []; globalThis.console = { log: (text) => logs.push(String(text)) };
    (${language === "typescript" ? stripTypeScriptTypes(body) : body})(${JSON.stringify(inputs)}).then(
      (value) => { globalThis.settled = JSON.stringify({ value: value ?? null, logs }); },
      (error) => { globalThis.settled = JSON.stringify({ error: String(error?.message ?? error), logs }); },
    );`;
  const context = quickjs.newContext();
  context.runtime.setInterruptHandler(shouldInterruptAfterDeadline(Date.now() + limits.timeoutMs));
  try {
    context.unwrapResult(context.evalCode(program)).dispose();
    context.unwrapResult(context.runtime.executePendingJobs());
    const settled: { value?: unknown; error?: string; logs: string[] } = JSON.parse(context.getProp(context.global, "settled").consume(context.getString));
    for (const message of settled.logs) onLog?.({ level: "info", message });
    if (settled.error !== undefined) throw new NodeError("code", settled.error, { happened: "no" });
    return settled.value;
  } finally {
    context.dispose();
  }
}

function messageOf(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}
