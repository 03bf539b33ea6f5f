import { readFile } from "node:fs/promises";
import * as contract from "../contract/agents.ts";
import type { Documents } from "../documents/documents.ts";
import { type Handling, handle } from "./handle.ts";

const NEW_AGENT = new URL("../../templates/agent/graph.json", import.meta.url);

/** `graphs`: what answers the same of graphs. */
export function agentRoutes({ documents, graphs }: { documents: Documents; graphs: readonly Handling[] }): Handling[] {
  const byId = new Map(graphs.map((handling) => [handling.route.id, handling]));
  const shared = contract.agentRoutes.flatMap(({ route, as }) => {
    const handling = byId.get(as);
    return handling ? [{ ...handling, route }] : [];
  });
  return [
    handle(contract.listAgents, ({ query, workspace }) => documents.list({ ...query, kind: "agent", workspace })),
    handle(
      contract.createAgent,
      async ({ body, actor, workspace }) => {
        const graph = body.graph ?? JSON.parse(await readFile(NEW_AGENT, "utf8"));
        return documents.createGraph({ ...body, graph, kind: "agent", workspace, actor: actor.id });
      },
      { audit: (_call, agent) => ({ action: "graph.created", resource: { kind: "agent", id: agent.id, name: agent.name } }) },
    ),
    ...shared,
  ];
}
