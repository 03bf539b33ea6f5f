import { type ConnectionId, type GraphId, graphIdSchema } from "#runtime/graph/ids.ts";
import { listAgents } from "#server/contract/agents.ts";
import { listGraphs } from "#server/contract/graphs.ts";
import { listConnectionUses, listToolRules, type ToolRuleEntry } from "#server/contract/tools.ts";
import { useApi } from "../api/queries.ts";
import { useMay } from "../session/use-may.ts";

/** A graph or an agent that rules may speak of. */
export interface Subject {
  id: GraphId;
  name: string;
  kind: "graph" | "agent";
}

const MOST = 200;

/** The rules of a connection, and of whom they may speak: the graphs and agents that use it or have a rule. */
export function useSubjects(connection: ConnectionId) {
  const mayList = useMay("graph.list");
  const rules = useApi(listToolRules, { query: { connection } });
  const uses = useApi(listConnectionUses, { params: { id: connection } });
  const graphs = useApi(listGraphs, { query: { limit: MOST } }, { enabled: mayList });
  const agents = useApi(listAgents, { query: { limit: MOST } }, { enabled: mayList });
  const isAgent = new Set<string>(agents.data?.items.map(({ id }) => id));
  const names = new Map<string, string>([
    ...(uses.data?.items ?? []).map(({ graph, graphName }) => [graph, graphName] as const),
    ...[...(graphs.data?.items ?? []), ...(agents.data?.items ?? [])].map(({ id, name }) => [id, name] as const),
  ]);
  const toSubject = (id: string): Subject[] => {
    const graph = graphIdSchema.safeParse(id);
    return graph.success ? [{ id: graph.data, name: names.get(id) ?? id, kind: isAgent.has(id) ? "agent" : "graph" }] : [];
  };
  const items = rules.data?.items;
  return {
    rules: items,
    error: rules.error ?? uses.error,
    retry: () => void Promise.all([rules.refetch(), uses.refetch()]),
    /** Those with a rule for the tool, or for any. */
    withRules: (tool?: string) => subjectsOf(items ?? [], tool).flatMap(toSubject),
    users: (uses.data?.items ?? []).flatMap(({ graph }) => toSubject(graph)),
  };
}

function subjectsOf(rules: readonly ToolRuleEntry[], tool: string | undefined): string[] {
  return [...new Set(rules.filter((rule) => tool === undefined || rule.tool === tool).map(({ subject }) => String(subject)))];
}
