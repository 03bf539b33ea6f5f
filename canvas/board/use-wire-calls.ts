import type { GraphEdge } from "#runtime/graph/schema.ts";
import type { EdgeRun } from "../runs/run-view.ts";
import { useCalled } from "../runs/use-called.ts";

/** What a wire between a tool and its caller does in the run: it is called, it was, or not yet. Undefined for wires that carry data. */
export function useWireCalls(edge: GraphEdge | undefined): EdgeRun["state"] | undefined {
  const isTool = edge?.kind === "tool";
  const called = useCalled(edge?.source.node ?? ("" as GraphEdge["source"]["node"]));
  if (!isTool) return undefined;
  const own = called?.calls.filter(({ caller }) => caller === edge.target.node) ?? [];
  if (own.some(({ endedAt, state }) => endedAt === undefined && state !== "cancelled")) return "active";
  return own.length > 0 ? "passed" : undefined;
}
