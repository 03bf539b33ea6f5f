import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema, ToolDescription } from "#runtime/node/define.ts";
import type { WorkflowReference } from "#runtime/node/references.ts";
import { isPortName } from "../kit/ports/port-names.ts";
import { type ComfyuiWorkflowConfig, settingsOf } from "./config.ts";
import { fileHintOf } from "./ports.ts";

/** A stored file, as whoever calls has it: from an earlier result, or from what was attached. */
const FILE: JsonSchema = {
  type: "object",
  properties: { $asset: { type: "string" }, name: { type: "string" }, mediaType: { type: "string" }, bytes: { type: "integer" } },
  required: ["$asset", "name", "mediaType", "bytes"],
  additionalProperties: false,
};

/** To an agent the workflow is what people say of it, without what is set here. */
export function workflowOffer({ values }: ComfyuiWorkflowConfig, workflow: WorkflowReference | undefined): ToolDescription {
  if (!workflow) return {};
  const open = Object.entries(settingsOf(workflow)).filter(([name]) => isPortName(name) && !Object.hasOwn(values, name));
  const properties = Object.fromEntries(open.map(([name, schema]) => [name, argumentOf(schema)]));
  const required = open.filter(([, schema]) => fileHintOf(schema)).map(([name]) => name);
  return {
    description: `${sentence(workflow.name)} ${sentence(workflow.description ?? "A ComfyUI workflow")} Makes ${Object.keys(workflow.outputs).join(", ") || "nothing that is known"}.`,
    input: { type: "object", properties, ...(required.length > 0 && { required }), additionalProperties: false },
    about: { workflow: workflow.workflow, version: workflow.version },
  };
}

function argumentOf(schema: Json): JsonSchema {
  const { title, description } = schema as JsonSchema;
  if (!fileHintOf(schema)) return schema as JsonSchema;
  return { ...FILE, ...(title !== undefined && { title }), description: typeof description === "string" ? description : "A stored picture." };
}

const sentence = (text: string): string => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);
