import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { coerceToPort } from "#runtime/node/port-value.ts";
import type { PortType } from "#runtime/node/ports.ts";
import { SANDBOX_MEMORY_BYTES, SANDBOX_OUTPUT_BYTES } from "../kit/code/limits.ts";
import { sandbox } from "../kit/code/service.ts";
import { code } from "./node.ts";

export default implementNode(code, async ({ config, inputs, context }) => {
  const returned = await context.use(sandbox).runCode({
    source: config.source,
    language: config.language,
    inputs,
    limits: { timeoutMs: context.timeoutMs, memoryBytes: SANDBOX_MEMORY_BYTES, outputBytes: SANDBOX_OUTPUT_BYTES },
    signal: context.signal,
    onLog: ({ level, message }) => context.log(level, message),
  });
  return done(readOutputs(config.outputs, returned));
});

interface Output {
  name: string;
  type: PortType;
}

function readOutputs(outputs: readonly Output[], returned: unknown): Record<string, unknown> {
  const [only] = outputs;
  if (!only) return {};
  if (outputs.length === 1 && only.name === "result") return { result: fit(only, returned) };
  const names = outputs.map(({ name }) => name).join(", ");
  if (typeof returned !== "object" || returned === null || Array.isArray(returned)) throw misfit(`The code has to return an object with ${names}.`);
  const values = new Map<string, unknown>();
  for (const [name, value] of Object.entries(returned)) {
    const output = outputs.find((candidate) => candidate.name === name);
    if (!output) throw misfit(`The code returned "${name}", which is none of its outputs (${names}).`);
    values.set(name, fit(output, value));
  }
  return Object.fromEntries(values);
}

function fit({ name, type }: Output, value: unknown): unknown {
  try {
    return coerceToPort(value, type, name);
  } catch {
    throw misfit(`The output "${name}" is ${type}, and the code returned something else.`);
  }
}

function misfit(message: string): NodeError {
  return new NodeError("validation", message, { happened: "no" });
}
