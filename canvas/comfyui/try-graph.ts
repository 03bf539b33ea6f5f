import { catalog } from "#nodes/catalog.data.ts";
import { createId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { emptyGraph, type Graph } from "#runtime/graph/schema.ts";
import type { WorkflowDetail } from "#server/contract/comfy-workflows.ts";
import { workflowNode } from "./workflow-node.ts";

const NAME_LENGTH = 200;

/** A graph that runs one version of a workflow with these settings, and nothing else. */
export function tryGraph(workflow: WorkflowDetail, config: Record<string, Json>): Graph | undefined {
  const node = workflowNode(workflow, { ...config, version: workflow.shown.number });
  const definition = node && catalog.get(node.type);
  if (!node || !definition) return undefined;
  const label = workflow.name.slice(0, NAME_LENGTH);
  return {
    ...emptyGraph(`Try ${workflow.name}`.slice(0, NAME_LENGTH)),
    nodes: [{ id: createId("node"), type: node.type, version: definition.version, label, position: { x: 0, y: 0 }, config: node.config }],
  };
}
