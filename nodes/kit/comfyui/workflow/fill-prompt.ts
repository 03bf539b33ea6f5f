import { NodeError } from "#runtime/node/node-error.ts";
import type { Prompt, WorkflowInput } from "#runtime/node/workflow.ts";
import type { ExactJson } from "../exact-json.ts";
import type { ComfyPrompt } from "../service.ts";
import { exact, integerOf } from "./exact-integer.ts";

/** By the names of inputs: files by their name on the server, seeds as digits, everything else as it is. */
export type WorkflowValues = Readonly<Record<string, string | number | boolean>>;

/** The prompt to send, with these values in their places. Throws `NodeError("validation")` for what an input does not take. */
export function fillPrompt({ prompt, inputs }: { prompt: Prompt; inputs: readonly WorkflowInput[] }, values: WorkflowValues): ComfyPrompt {
  const filled: ComfyPrompt = Object.fromEntries(
    Object.entries(prompt).map(([id, node]) => [id, { ...node, inputs: exact(node.inputs) as Record<string, ExactJson> } as ComfyPrompt[string]]),
  );
  for (const input of inputs) {
    const value = Object.hasOwn(values, input.name) ? values[input.name] : undefined;
    const node = filled[input.node];
    if (value !== undefined && node) node.inputs[input.field] = valueFor(input, value);
  }
  return filled;
}

/** A value as an input of the workflow takes it. Throws `NodeError("validation")` with happened "no". */
export function valueFor(input: WorkflowInput, value: unknown): ExactJson {
  switch (input.type) {
    case "image":
    case "mask":
    case "text":
      if (typeof value === "number" || typeof value === "boolean") return String(value);
      if (typeof value !== "string") throw misfit(input, "a text");
      return value;
    case "boolean":
      if (typeof value !== "boolean") throw misfit(input, "true or false");
      return value;
    case "choice":
      return choiceFor(input, value);
    case "seed":
      return seedFor(input, value);
    case "integer": {
      const whole = integerOf(value);
      if (whole === undefined) throw misfit(input, "a whole number");
      return withinLimits(input, Number(whole));
    }
    case "number": {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      if (typeof number !== "number" || !Number.isFinite(number)) throw misfit(input, "a number");
      return withinLimits(input, number);
    }
  }
}

/** Lists of models change from server to server: what is not on the list is left to the server to refuse, in its words. */
function choiceFor(input: WorkflowInput & { type: "choice" }, value: unknown): ExactJson {
  const same = input.choices.find((choice) => choice === value || String(choice) === String(value));
  if (same !== undefined) return same;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") throw misfit(input, "one of its choices");
  return value;
}

function seedFor(input: WorkflowInput & { type: "seed" }, value: unknown): bigint {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new NodeError("validation", `"${input.title}" was rounded on its way: a seed beyond 2^53 must come as text.`, { happened: "no" });
  }
  const whole = integerOf(value);
  if (whole === undefined) throw misfit(input, "a whole number");
  if (whole < BigInt(input.min) || whole > BigInt(input.max)) throw misfit(input, `a whole number from ${input.min} to ${input.max}`);
  return whole;
}

function withinLimits(input: WorkflowInput & { type: "integer" | "number" }, value: number): number {
  const { min = -Infinity, max = Infinity } = input;
  if (value >= min && value <= max) return value;
  throw misfit(input, `${input.type === "integer" ? "a whole number" : "a number"} ${range(min, max)}`);
}

function range(min: number, max: number): string {
  if (max === Infinity) return `of at least ${min}`;
  return min === -Infinity ? `of at most ${max}` : `from ${min} to ${max}`;
}

function misfit({ title, name }: WorkflowInput, wanted: string): NodeError {
  return new NodeError("validation", `"${title}" takes ${wanted}.`, { happened: "no", details: { input: name } });
}
