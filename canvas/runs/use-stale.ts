import { useContext, useMemo, useSyncExternalStore } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import { useEditor } from "../document/editor-context.ts";
import { RunViewContext } from "./run-view.ts";
import { type StaleNodes, type Staleness, staleNodes } from "./stale-nodes.ts";

const NONE: StaleNodes = new Map();
let known: { ran: Graph; draft: Graph; plan: Plan | undefined; stale: StaleNodes } | undefined;

/** Found once for each change of the graph, however many nodes ask. */
function staleIn(ran: Graph | undefined, draft: Graph, plan: Plan | undefined): StaleNodes {
  if (!ran || ran === draft) return NONE;
  if (known?.ran !== ran || known.draft !== draft || known.plan !== plan) known = { ran, draft, plan, stale: staleNodes(ran, draft, plan) };
  return known.stale;
}

/** Whether a node has changed since the run that is shown, or something it depends on. */
export function useStaleness(node: NodeId): Staleness | undefined {
  const { graph, document } = useEditor();
  const { source } = useContext(RunViewContext);
  const subscribe = useMemo(
    () => (listener: () => void) => {
      const ends = [graph.subscribe(listener), source.subscribe(listener)];
      return () => {
        for (const end of ends) end();
      };
    },
    [graph, source],
  );
  return useSyncExternalStore(subscribe, () => {
    const view = document && source.current();
    return view ? staleIn(view.graph, graph.current(), view.state?.plan).get(node) : undefined;
  });
}
