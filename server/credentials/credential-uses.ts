import * as Y from "yjs";
import { graphDocument } from "#runtime/graph/document.ts";
import { graphIdSchema } from "#runtime/graph/ids.ts";
import { readGraph } from "#runtime/graph/read.ts";
import { type Graph, graphSchema } from "#runtime/graph/schema.ts";
import type { GraphUse, GraphUses } from "../contract/graph-uses.ts";
import type { CredentialStore } from "../store/credentials.ts";
import type { DocumentUpdateStore } from "../store/document-updates.ts";

/** Graphs that are told, and those that are looked at for it: each is read as a whole. */
const MOST = 50;
const LOOKED_AT = 200;

export interface UsesGiven {
  store: Pick<CredentialStore, "namedIn" | "publishedContent">;
  updates: Pick<DocumentUpdateStore, "load">;
}

export interface UsesWanted {
  workspace: string;
  id: string;
  /** Of other graphs than this one. */
  but?: string;
  /** Only nodes that name this, too. */
  alsoNames?: string;
}

/** Which nodes of drafts and published revisions of a workspace name a thing. */
export async function findUses({ store, updates }: UsesGiven, { workspace, id, but, alsoNames }: UsesWanted): Promise<GraphUses> {
  const items: GraphUse[] = [];
  const wanted = alsoNames === undefined ? [id] : [id, alsoNames];
  const named = await store.namedIn({ workspace, text: id, limit: LOOKED_AT });
  for (const { id: graph, name: graphName, isPublished } of named) {
    if (graph === but || !graphIdSchema.safeParse(graph).success) continue;
    if (items.length === MOST) return { items, more: true };
    const content = isPublished ? await store.publishedContent(graph) : undefined;
    const published = content === undefined ? [] : nodesNaming(graphSchema.safeParse(JSON.parse(content)).data, wanted);
    const draft = nodesNaming(await readDraft(updates, graph), wanted);
    const nodes = [...new Map([...published, ...draft].map((node) => [node.node, node])).values()];
    if (nodes.length > 0) items.push({ graph, graphName, nodes, published: published.length > 0 });
  }
  return { items, more: named.length === LOOKED_AT };
}

/** What is stored of it: a room for each would crowd out those that people are in. */
async function readDraft(updates: Pick<DocumentUpdateStore, "load">, graph: string): Promise<Graph> {
  const doc = new Y.Doc();
  for (const part of (await updates.load(graph)).parts) Y.applyUpdate(doc, part);
  const draft = readGraph(graphDocument(doc));
  doc.destroy();
  return draft;
}

/** Anywhere in a config: later node types may hold credentials deeper in it. */
function nodesNaming(graph: Graph | undefined, things: readonly string[]): GraphUse["nodes"] {
  const quoted = things.map((thing) => JSON.stringify(thing));
  return (graph?.nodes ?? []).flatMap((node) => {
    const config = JSON.stringify(node.config);
    return quoted.every((thing) => config.includes(thing)) ? [{ node: node.id, label: node.label }] : [];
  });
}
