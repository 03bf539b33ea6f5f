import type { z } from "zod";
import { type GraphId, graphIdSchema } from "#runtime/graph/ids.ts";
import { type Graph, graphSchema } from "#runtime/graph/schema.ts";
import type { listCredentialUses } from "../contract/credentials.ts";
import type { CredentialStore } from "../store/credentials.ts";

export type CredentialUsePlace = z.output<typeof listCredentialUses.answer>["items"][number];

export interface UsesGiven {
  store: Pick<CredentialStore, "namedIn">;
  readDraft: (graph: GraphId) => Promise<Graph>;
}

/** Which nodes of drafts and published revisions of a workspace name a credential. */
export async function findUses({ store, readDraft }: UsesGiven, { workspace, id }: { workspace: string; id: string }): Promise<CredentialUsePlace[]> {
  const uses: CredentialUsePlace[] = [];
  for (const document of await store.namedIn(workspace, id)) {
    const graph = graphIdSchema.safeParse(document.id);
    if (!graph.success) continue;
    const published = document.published === null ? [] : nodesNaming(graphSchema.safeParse(JSON.parse(document.published)).data, id);
    const draft = nodesNaming(await readDraft(graph.data).catch(() => undefined), id);
    const nodes = [...new Map([...published, ...draft].map((node) => [node.node, node])).values()];
    if (nodes.length > 0) uses.push({ graph: document.id, graphName: document.name, nodes, published: published.length > 0 });
  }
  return uses;
}

/** Anywhere in a config: later node types may hold credentials deeper in it. */
function nodesNaming(graph: Graph | undefined, id: string): CredentialUsePlace["nodes"] {
  const quoted = JSON.stringify(id);
  return (graph?.nodes ?? []).flatMap((node) => (JSON.stringify(node.config).includes(quoted) ? [{ node: node.id, label: node.label }] : []));
}
