import type { WorkflowInput, WorkflowOutput } from "#runtime/node/workflow.ts";
import type { WorkflowCategory } from "#server/contract/comfy-workflows.ts";

export const CATEGORIES: Readonly<Record<WorkflowCategory, { label: string; text: string; icon: string }>> = {
  generation: { label: "Generation", text: "Makes something new, of a text.", icon: "sparkles" },
  enhancement: { label: "Enhancement", text: "Makes a picture larger, sharper or whole.", icon: "wand-sparkles" },
  composition: { label: "Composition", text: "Puts several pictures together.", icon: "layers" },
  effects: { label: "Effects", text: "Gives a picture another look.", icon: "palette" },
};

const INPUTS: Readonly<Record<WorkflowInput["type"], string>> = {
  image: "Picture",
  mask: "Mask",
  text: "Text",
  number: "Number",
  integer: "Whole number",
  seed: "Seed",
  boolean: "Yes or no",
  choice: "Choice",
};

const OUTPUTS: Readonly<Record<WorkflowOutput["type"], string>> = { image: "Picture", file: "File", text: "Text" };

/** What an input takes, with its limits. */
export function inputWords(input: WorkflowInput): string {
  const kind = INPUTS[input.type];
  if (input.type === "choice") return `${kind} of ${input.choices.length || "what the server has"}`;
  if (input.type === "image" && input.hasMask) return `${kind} with mask`;
  if ((input.type === "number" || input.type === "integer") && input.min !== undefined && input.max !== undefined)
    return `${kind}, ${input.min} to ${input.max}`;
  return kind;
}

export const outputWords = ({ type }: WorkflowOutput): string => OUTPUTS[type];

export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
