import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { HINT } from "#runtime/node/fields.ts";
import type { WorkflowReference } from "#runtime/node/references.ts";
import { settingsOf } from "./config.ts";
import { fileHintOf } from "./ports.ts";

/** The form with what can be set in this workflow in place of any JSON, once one is chosen; nothing is demanded there: it may come by an edge. */
export function workflowForm(workflow: WorkflowReference | undefined, schema: JsonSchema): JsonSchema {
  const properties = schema.properties as JsonSchema;
  if (!workflow) return { ...schema, properties: without(properties, ["values", "sweep", "seeds", "repeat"]) };
  const settings = settingsOf(workflow);
  const swept = Object.entries(settings).filter(([, setting]) => fileHintOf(setting) === undefined);
  const sweep = Object.fromEntries(swept.map(([name, setting]) => [name, listOf(setting)]));
  return { ...schema, properties: { ...properties, values: filled(properties.values, settings), sweep: filled(properties.sweep, sweep) } };
}

function without(properties: JsonSchema, names: readonly string[]): JsonSchema {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

function filled(general: Json | undefined, properties: JsonSchema): JsonSchema {
  const { title, description, default: fallback, [HINT]: hint } = general as JsonSchema;
  const { language: _language, ...rest } = (hint ?? {}) as JsonSchema;
  return {
    ...{ type: "object", properties, [HINT]: rest },
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
  };
}

function listOf(setting: Json): JsonSchema {
  const { title, description: _description, default: _default, [HINT]: _hint, ...item } = setting as JsonSchema;
  return { type: "array", items: item, ...(title !== undefined && { title }) };
}
