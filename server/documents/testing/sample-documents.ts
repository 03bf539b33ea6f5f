import { z } from "zod";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { emptyGraph, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import { createCatalog } from "#runtime/node/catalog.ts";
import { defineNode } from "#runtime/node/define.ts";
import { longText, records } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { sampleCatalog } from "#runtime/testing/sample-nodes.ts";
import { silentLogger } from "../../logger.ts";
import type { Database } from "../../store/database/open-database.ts";
import { createDocuments, type Documents, type DocumentsGiven } from "../documents.ts";

const sampleText = defineNode({
  version: 1,
  title: "Sample",
  description: "For tests.",
  group: "data",
  icon: "box",
  limits: { timeoutMs: 2_000, attempts: 3 },
  examples: [],
  type: "sample-text",
  role: "step",
  config: z.object({ text: longText(), list: records({ name: z.string() }), count: z.number().default(0) }),
  effect: "pure",
  ports: () => ({ inputs: { value: port.any({ optional: true }) }, outputs: { value: port.any() } }),
});

/** Sample nodes, one of them with co-edited text (`text`) and a list (`list`). */
export const documentCatalog = createCatalog([...sampleCatalog.all(), sampleText]);

export const textLayout = (_: string, field: string) => (field === "text" ? "text" : field === "list" ? "records" : "value");

export function textNode(name: string, config: Record<string, Json> = {}): GraphNode {
  return { id: `node_${name}` as NodeId, type: "sample-text", version: 1, label: name, position: { x: 0, y: 0 }, config };
}

export function graphOf(...nodes: GraphNode[]): Graph {
  return { ...emptyGraph("Test"), nodes: nodes.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

export function openDocuments(database: Database, given: Partial<DocumentsGiven> = {}): Documents {
  return createDocuments({
    database,
    catalog: documentCatalog,
    references: async () => ({}),
    logger: silentLogger,
    ...given,
  });
}
