import { catalog } from "#nodes/catalog.data.ts";
import type { Json } from "#runtime/graph/json.ts";
import { emptyGraph, type Graph } from "#runtime/graph/schema.ts";
import { newNode } from "../board/new-node.ts";

/** What a run of an error-handler graph is given, each as text; `handlerOf` of `server/engine/driver-ending.ts` fills it in. */
export const ERROR_HANDLER_INPUT = {
  run: "The id of the run that failed.",
  graph: "The id of its graph.",
  state: "How it ended: failed or timed-out.",
  code: "What kind of failure it was.",
  message: "What went wrong.",
  node: "The id of the node that failed; empty when none did.",
  label: "What that node is called; empty when none failed.",
} as const;

/** A graph of one node that asks for all of it, to be pasted on a board; undefined when no node type can. */
export function errorHandlerStart(): Graph | undefined {
  const names = Object.keys(ERROR_HANDLER_INPUT);
  const fields = Object.entries(ERROR_HANDLER_INPUT).map(([name, description]) => ({
    id: name,
    name,
    type: "text",
    description,
    required: name !== "node" && name !== "label",
  }));
  for (const definition of catalog.all()) {
    const config = definition.role === "entry" ? definition.config.safeParse({ fields }) : undefined;
    if (!config?.success) continue;
    const outputs = Object.keys(definition.ports(config.data, {}).outputs);
    if (names.every((name) => outputs.includes(name))) {
      const graph = emptyGraph("What went wrong");
      const node = newNode(definition, graph, { x: 0, y: 0 });
      return { ...graph, nodes: [{ ...node, label: graph.name, config: config.data as Record<string, Json> }] };
    }
  }
  return undefined;
}
