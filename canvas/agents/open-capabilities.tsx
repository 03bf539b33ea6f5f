import { useMemo } from "react";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { useReferences } from "../document/analysis.tsx";
import { useEditor, useGraph } from "../document/editor-context.ts";
import { CapabilitiesDialog } from "./capabilities-dialog.tsx";
import { toolOffersOf } from "./tool-nodes.ts";

/** What an agent of the graph that is open can do, as it is edited now. */
export function OpenCapabilities({ node, title = node.label, onClose }: { node: GraphNode; title?: string; onClose(): void }) {
  const { graphId } = useEditor();
  const graph = useGraph();
  const references = useReferences();
  const offers = useMemo(() => toolOffersOf(graph, node.id, references), [graph, node.id, references]);
  return <CapabilitiesDialog title={title} graph={graphId} node={node} offers={offers} onClose={onClose} />;
}
