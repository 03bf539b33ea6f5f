import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { toast } from "sonner";
import type { GraphId, NodeId } from "#runtime/graph/ids.ts";
import { createGraph, cutRevision, listGraphs, publishGraph } from "#server/contract/graphs.ts";
import { readReferences } from "#server/contract/system.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { keyOf } from "../api/queries.ts";
import { useBoardStore } from "../board/board-store.ts";
import { useReferences } from "../document/analysis.tsx";
import { useEditor } from "../document/editor-context.ts";
import { nodePorts } from "../document/node-ports.ts";
import { useMay, useWhyNotByRole } from "../session/use-may.ts";
import { announce } from "../ui/announce.ts";
import { planSubGraph, type SubGraphPlan } from "./plan-sub-graph.ts";
import { isSameSubGraph } from "./same-sub-graph.ts";
import { useEnterGraph } from "./use-enter-graph.ts";

export interface SubGraphMaking {
  /** What would become of a selection under a name. Changes nothing. */
  plan(chosen: readonly NodeId[], name: string): ReturnType<typeof planSubGraph>;
  /** Makes the new graph, publishes it, and puts a node that calls it in the selection's place. False when it was not made. */
  make(chosen: readonly NodeId[], name: string): Promise<boolean>;
  /** Why the new graph will not be published; undefined when it will. */
  notPublished: string | undefined;
}

export function useMakeSubGraph(): SubGraphMaking {
  const { graph, edits, undo } = useEditor();
  const references = useReferences();
  const store = useBoardStore();
  const cache = useQueryClient();
  const { enter } = useEnterGraph();
  const notPublished = useWhyNotByRole("graph.publish");
  const mayPublish = useMay("graph.publish");
  return useMemo(() => {
    const plan = (chosen: readonly NodeId[], name: string) =>
      planSubGraph({ graph: graph.current(), chosen, portsOf: (node) => nodePorts(node, references), name });
    const replace = (planned: SubGraphPlan, child: GraphId) => {
      const { node, edges } = planned.replacement(child);
      undo?.stopCapturing();
      edits?.together(() => {
        edits.remove({ nodes: planned.removed });
        edits.add([node], edges);
        for (const { node: other, field, value } of planned.rewrites) edits.setField(other, field, value);
      });
      undo?.stopCapturing();
      store.getState().select({ nodes: [node.id] });
      return node;
    };
    const make = async (chosen: readonly NodeId[], name: string): Promise<boolean> => {
      const planned = plan(chosen, name);
      if (!planned.ok || !edits) return false;
      try {
        const { id } = await call(createGraph, { body: { graph: planned.plan.child, name } });
        const unpublished = mayPublish ? await publish(id) : (notPublished ?? "You may not publish.");
        await cache.invalidateQueries({ queryKey: keyOf(listGraphs) });
        const again = plan(chosen, name);
        if (!again.ok || !isSameSubGraph(again.plan, planned.plan)) {
          toast.error("Somebody changed the selection meanwhile", { description: `Nothing was replaced. The new graph “${name}” is in the list of graphs.` });
          return true;
        }
        const node = replace(again.plan, id);
        void cache.invalidateQueries({ queryKey: keyOf(readReferences) });
        tell({ name, unpublished, open: () => enter(node.id) });
        return true;
      } catch (error) {
        toast.error("No sub-graph was made", { description: errorText(error) });
        return false;
      }
    };
    return { plan, make, notPublished };
  }, [graph, edits, undo, references, store, cache, enter, notPublished, mayPublish]);
}

/** Why it could not be published; undefined when it was. */
async function publish(id: GraphId): Promise<string | undefined> {
  try {
    const { number } = await call(cutRevision, { params: { id }, body: { message: "Made from a selection" } });
    await call(publishGraph, { params: { id }, body: { revision: number } });
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

function tell({ name, unpublished, open }: { name: string; unpublished: string | undefined; open(): void }): void {
  const title = `“${name}” is a graph of its own now`;
  announce(title);
  const action = { label: "Open", onClick: open };
  if (unpublished === undefined) toast.success(title, { description: "Undo brings the selection back; the new graph stays in the list of graphs.", action });
  else toast.warning(title, { description: `It is not published, so it cannot be called yet: ${unpublished}`, action, duration: 15_000 });
}
