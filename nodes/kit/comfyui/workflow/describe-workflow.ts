import type { JsonSchema } from "#runtime/node/define.ts";
import { HINT } from "#runtime/node/fields.ts";
import type { PortType } from "#runtime/node/ports.ts";
import type { WorkflowContent, WorkflowInput } from "#runtime/node/workflow.ts";

/** What is offered of a workflow, as other places describe things that are called. */
export interface WorkflowDescription {
  /** JSON Schema of an object with a property for each input that is shown. Pictures are required. */
  input: JsonSchema;
  outputs: Record<string, PortType>;
  outputTitles: Record<string, string>;
}

export function describeWorkflow({ inputs, outputs }: Pick<WorkflowContent, "inputs" | "outputs">): WorkflowDescription {
  const shown = inputs.filter(({ isShown }) => isShown);
  const made = outputs.filter(({ isShown }) => isShown);
  return {
    input: {
      type: "object",
      properties: Object.fromEntries(
        shown.map((input) => [input.name, { title: input.title, ...(input.description && { description: input.description }), ...schemaOf(input) }]),
      ),
      required: shown.filter(({ type }) => type === "image" || type === "mask").map(({ name }) => name),
      additionalProperties: false,
    },
    outputs: Object.fromEntries(made.map(({ name, type }) => [name, type])),
    outputTitles: Object.fromEntries(made.map(({ name, title }) => [name, title])),
  };
}

function schemaOf(input: WorkflowInput): JsonSchema {
  switch (input.type) {
    case "image":
      return { type: "object", [HINT]: { file: { accept: "image/*" }, ...(input.hasMask && { mask: true }) } };
    case "mask":
      return { type: "object", [HINT]: { file: { accept: "image/*" } } };
    case "text":
      return { type: "string", default: input.default, ...(input.isLong && { [HINT]: { layout: "text" } }) };
    case "number":
    case "integer":
      return {
        ...{ type: input.type, default: input.default },
        ...(input.min !== undefined && { minimum: input.min }),
        ...(input.max !== undefined && { maximum: input.max }),
      };
    case "boolean":
      return { type: "boolean", default: input.default };
    case "seed":
      // as text: beyond 2^53 a number would be another one
      return { type: "string", pattern: "^-?[0-9]{1,20}$", default: input.default };
    case "choice":
      return input.choices.length > 0
        ? { enum: [...input.choices], default: input.default }
        : { type: typeof input.default as "string", default: input.default };
  }
}
