import type { GraphDocument } from "./document.ts";
import { type NodeId, nodeIdSchema } from "./ids.ts";
import { type StoredValues, storedValuesSchema } from "./stored-value.ts";

/** What is pinned in a draft, by node. What fits no schema, and pins of nodes that are gone, are left out. */
export function readPins({ nodes, pins }: Pick<GraphDocument, "nodes" | "pins">): ReadonlyMap<NodeId, StoredValues> {
  const read = new Map<NodeId, StoredValues>();
  for (const [key, value] of pins.entries()) {
    const id = nodeIdSchema.safeParse(key);
    const outputs = storedValuesSchema.safeParse(value);
    if (id.success && outputs.success && nodes.has(key)) read.set(id.data, outputs.data);
  }
  return read;
}
