import { randomUUID } from "node:crypto";
import { hookMethods } from "#nodes/kit/hooks/settings.ts";
import type { GraphId, NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode } from "#runtime/graph/schema.ts";
import type { Catalog } from "#runtime/node/catalog.ts";
import { ApiError } from "../api-error.ts";
import { createSecret } from "../auth/secrets.ts";
import { type Hook, hookCallSchema } from "../contract/hooks.ts";
import type { HookRow, HookStore } from "../store/hooks.ts";
import { type HookTargets, hookNodes, settingsOf } from "./hook-targets.ts";
import type { SigningSecrets } from "./signing-secrets.ts";

/** A hook as the service knows it: its addresses are made where the server's own is known. */
export type HookOfNode = Omit<Hook, "url" | "testUrl"> & { token: string };
type OfGraph = { workspace: string; graph: GraphId; actor: string };
type OfNode = OfGraph & { node: NodeId };

/** The addresses of webhook nodes as people handle them. Methods that name a node throw `ApiError("not-found")` when it has none. */
export interface Hooks {
  /** Of the draft's webhook nodes and of those of the published revision; a node that is new gets its address here. */
  list(of: OfGraph): Promise<HookOfNode[]>;
  /** Replaces token and signing secret. */
  rotate(given: OfNode): Promise<HookOfNode>;
  /** Throws `ApiError("conflict")` for one that was given from outside. */
  secret(given: OfNode): Promise<string>;
  /** Callers sign with this one from here on; it is not shown again. */
  setSecret(given: OfNode, secret: string): Promise<HookOfNode>;
  /** The next call of the test address runs the draft, as long as it comes soon. */
  listen(given: OfNode): Promise<HookOfNode>;
  stopListening(given: OfNode): Promise<HookOfNode>;
}

export interface HooksGiven {
  store: HookStore;
  targets: Pick<HookTargets, "forget">;
  graphs: {
    summary(id: GraphId): Promise<{ publishedRevision: number | null }>;
    readDraft(id: GraphId): Promise<Graph>;
    readRevision(id: GraphId, number: number): Promise<{ graph: Graph }>;
  };
  catalog: Catalog;
  signing: SigningSecrets;
}

const LISTEN_MS = 2 * 60_000;

export function createHooks(given: HooksGiven): Hooks {
  const { store, targets, catalog, signing } = given;
  const nodesOf = async (graph: GraphId) => {
    const { publishedRevision } = await given.graphs.summary(graph);
    const published = publishedRevision === null ? [] : hookNodes((await given.graphs.readRevision(graph, publishedRevision)).graph, catalog);
    const draft = hookNodes(await given.graphs.readDraft(graph), catalog);
    return new Map([...published, ...draft].map((node) => [node.id, { node, published: published.some(({ id, disabled }) => id === node.id && !disabled) }]));
  };
  const mint = ({ workspace, graph, actor }: OfGraph, nodes: readonly NodeId[]) =>
    store.mint(nodes.map((node) => ({ id: `hook_${randomUUID()}`, workspace, graph, node, token: createSecret(), actor })));
  const list = async (of: OfGraph): Promise<HookOfNode[]> => {
    const { graph } = of;
    const nodes = await nodesOf(graph);
    const known = await store.ofGraph(graph);
    const fresh = [...nodes.keys()].filter((node) => !known.some((row) => row.nodeId === node));
    await mint(of, fresh);
    const rows = fresh.length === 0 ? known : await store.ofGraph(graph);
    return rows.flatMap((row) => {
      const found = [...nodes.values()].find(({ node }) => node.id === row.nodeId);
      return found ? [viewOf(row, found)] : [];
    });
  };
  const requireNode = async (of: OfNode) => {
    const found = (await nodesOf(of.graph)).get(of.node);
    if (!found) throw new ApiError("not-found", "This graph has no such webhook node.");
    await mint(of, [of.node]);
    return found;
  };
  const changed = async (of: OfNode, change: () => Promise<HookRow | undefined>): Promise<HookOfNode> => {
    const found = await requireNode(of);
    const row = await change();
    return viewOf(rowOf(row), found);
  };
  return {
    list,
    rotate: async (of) => {
      const before = await store.ofNode(of);
      if (before) await signing.forgetOwn(before);
      const hook = await changed(of, () => store.rotate({ ...of, token: createSecret() }));
      targets.forget(of.graph);
      return hook;
    },
    secret: async (of) => {
      await requireNode(of);
      const { secret, isOwn } = await signing.of(rowOf(await store.ofNode(of)));
      if (!isOwn) return secret;
      throw new ApiError(
        "conflict",
        "This secret was given from outside and is not shown again. Give another one, or replace the address to get one made here.",
      );
    },
    setSecret: async (of, secret) => {
      const hook = await changed(of, async () => {
        await signing.setOwn(rowOf(await store.ofNode(of)), secret);
        // another generation of the same token: other processes look the secret up again
        return store.rotate({ graph: of.graph, node: of.node });
      });
      targets.forget(of.graph);
      return hook;
    },
    listen: (of) => changed(of, () => store.listen({ ...of, until: new Date(Date.now() + LISTEN_MS) })),
    stopListening: (of) => changed(of, () => store.listen({ ...of, until: null, actor: null })),
  };
}

function rowOf(row: HookRow | undefined): HookRow {
  if (!row) throw new ApiError("not-found", "This webhook node has no address yet.");
  return row;
}

function viewOf(row: HookRow, { node, published }: { node: GraphNode; published: boolean }): HookOfNode {
  const settings = settingsOf(node);
  const isListening = row.listeningUntil !== null && row.listeningUntil.getTime() > Date.now();
  return {
    node: node.id,
    label: node.label,
    token: row.token,
    published,
    methods: settings ? hookMethods(settings) : [],
    signed: settings?.signature.on ?? false,
    listeningUntil: isListening ? (row.listeningUntil?.toISOString() ?? null) : null,
    lastCall: hookCallSchema.safeParse(row.lastCall).data ?? null,
  };
}
