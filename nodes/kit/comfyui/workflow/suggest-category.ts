import type { WorkflowContent } from "#runtime/node/workflow.ts";

/** What a workflow is probably for: something new, or something made of one picture or of several. */
export function suggestCategory({ prompt, inputs }: Pick<WorkflowContent, "prompt" | "inputs">): "generation" | "enhancement" | "composition" | "effects" {
  const pictures = inputs.filter(({ type }) => type === "image").length;
  if (pictures === 0) return "generation";
  if (pictures > 1) return "composition";
  const classes = Object.values(prompt).map(({ class_type }) => class_type);
  const isEffect =
    classes.some((name) => /invert|blur|blend|sharpen|quantize|colou?r|filter|style|morphology/i.test(name)) &&
    !classes.some((name) => /upscale|sampler/i.test(name));
  return isEffect ? "effects" : "enhancement";
}
