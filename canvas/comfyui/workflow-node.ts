import { catalog } from "#nodes/catalog.data.ts";
import type { WorkflowId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { fieldHint } from "#runtime/node/catalog.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import type { NodeToAdd } from "../palette/use-add-from-elsewhere.ts";

/** The node type that runs workflows of the library, by what its definition says of itself. */
function findSlot(): { definition: NodeDefinition; field: string } | undefined {
  for (const definition of catalog.all()) {
    const field = Object.keys(definition.config.shape).find((name) => fieldHint(definition, name).workflow === true);
    if (field !== undefined) return { definition, field };
  }
  return undefined;
}

/** The node that runs a workflow, as another page asks for it. */
export function workflowNode(workflow: { id: WorkflowId; name: string; description: string }, config: Record<string, Json> = {}): NodeToAdd | undefined {
  const slot = findSlot();
  if (!slot) return undefined;
  const { id, name, description } = workflow;
  return { type: slot.definition.type, title: name, description: description.slice(0, 300), config: { ...config, [slot.field]: id } };
}
