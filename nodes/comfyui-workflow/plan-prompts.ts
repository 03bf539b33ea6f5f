import { NodeError } from "#runtime/node/node-error.ts";
import { type FileValue, fileValueSchema } from "#runtime/node/port-value.ts";
import type { WorkflowContent, WorkflowInput } from "#runtime/node/workflow.ts";
import { combinations, type SeedControl, seedFor } from "../kit/comfyui/workflow/combinations.ts";
import { valueFor } from "../kit/comfyui/workflow/fill-prompt.ts";
import { maskPort } from "./ports.ts";

/** One prompt to be run: plain JSON, recorded before anything is sent. */
export interface PlannedPrompt {
  /** By the names of inputs; seeds as digits. */
  values: Record<string, string | number | boolean>;
  files: Record<string, { image: FileValue; mask?: FileValue }>;
}

export interface PlanGiven {
  content: WorkflowContent;
  /** What is set, by the names of inputs; what came by wires comes first. */
  values: Readonly<Record<string, unknown>>;
  inputs: Readonly<Record<string, unknown>>;
  sweep: Readonly<Record<string, unknown>>;
  repeat: number;
  seeds: SeedControl;
  random: () => bigint;
}

/** What is to be run, in order. Throws `NodeError("validation" | "limit")`, happened "no". */
export function planPrompts(given: PlanGiven): PlannedPrompt[] {
  const { content, repeat, seeds, random } = given;
  const shown = content.inputs.filter(({ isShown }) => isShown);
  const files = Object.fromEntries(shown.flatMap((input) => filesOf(input, given)));
  const set = Object.fromEntries(shown.flatMap((input) => settingOf(input, given)));
  const all = combinations({ sweep: sweepOf(shown, given.sweep), repeat });
  return all.map((swept, index) => {
    const values = { ...set, ...swept };
    for (const input of content.inputs) if (Object.hasOwn(values, input.name)) valueFor(input, values[input.name]);
    for (const input of content.inputs) {
      if (input.type !== "seed" || Object.hasOwn(swept, input.name)) continue;
      values[input.name] = seedFor({ input, value: values[input.name], control: seeds, index, random });
    }
    return { values, files };
  });
}

function settingOf(input: WorkflowInput, { inputs, values }: PlanGiven): [string, string | number | boolean][] {
  if (input.type === "image" || input.type === "mask") return [];
  const value = Object.hasOwn(inputs, input.name) ? inputs[input.name] : Object.hasOwn(values, input.name) ? values[input.name] : undefined;
  if (value === undefined || value === null) return [];
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") throw unfit(input, "a single value");
  return [[input.name, value]];
}

function filesOf(input: WorkflowInput, { inputs, values }: PlanGiven): [string, PlannedPrompt["files"][string]][] {
  if (input.type !== "image" && input.type !== "mask") return [];
  const isWired = Object.hasOwn(inputs, input.name);
  const given = isWired ? inputs[input.name] : values[input.name];
  const painted = isPainted(given) ? given : undefined;
  const image = fileValueSchema.safeParse(painted ? painted.image : given);
  if (!image.success) throw unfit(input, "a picture: wire one to it, or choose one in the settings");
  const wiredMask = inputs[maskPort(input.name)];
  const mask = fileValueSchema.safeParse(wiredMask ?? painted?.mask);
  return [[input.name, { image: image.data, ...(input.type === "image" && mask.success && { mask: mask.data }) }]];
}

function isPainted(value: unknown): value is { image: unknown; mask: unknown } {
  return typeof value === "object" && value !== null && "image" in value;
}

function sweepOf(shown: readonly WorkflowInput[], sweep: Readonly<Record<string, unknown>>): Record<string, (string | number | boolean)[]> {
  const found = Object.entries(sweep).filter(([, values]) => values !== null && values !== undefined && !(Array.isArray(values) && values.length === 0));
  return Object.fromEntries(
    found.map(([name, values]) => {
      const input = shown.find((each) => each.name === name);
      if (!input) throw new NodeError("validation", `The workflow has no input "${name}" to try values of. Take it out of the sweep.`, { happened: "no" });
      const isPlain = (value: unknown) => typeof value === "string" || typeof value === "number" || typeof value === "boolean";
      if (!Array.isArray(values) || !values.every(isPlain)) throw unfit(input, "a list of single values in the sweep");
      return [name, values];
    }),
  );
}

function unfit({ title, name }: WorkflowInput, wanted: string): NodeError {
  return new NodeError("validation", `"${title}" needs ${wanted}.`, { happened: "no", details: { input: name } });
}
