import { type HookMethod, type HookSettings, hookMethods, hookSettingsSchema } from "#nodes/kit/hooks/settings.ts";
import { type GraphId, graphIdSchema, type NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode } from "#runtime/graph/schema.ts";
import type { Catalog } from "#runtime/node/catalog.ts";
import type { CalledHook } from "../store/hooks.ts";
import type { SigningSecrets } from "./signing-secrets.ts";

/** What a call of a token begins: an entry of the published revision. */
export interface HookTarget {
  workspace: string;
  hook: string;
  generation: number;
  graph: GraphId;
  node: NodeId;
  revision: number;
  /** Whoever published the revision (of one published before that was noted: who made it): runs act as they. */
  actor: string;
  publishedBy: string | null;
  settings: HookSettings;
  methods: readonly HookMethod[];
  secret: string;
}

export interface HookTargets {
  /** Undefined for a token that is none, a graph without published revision, or a node that it does not have. */
  find(token: string): HookTarget | undefined | Promise<HookTarget | undefined>;
  /** Whether the token was good when it was last looked up. */
  isKnown(token: string): boolean;
  /** Another revision was published, none is any more, or a token was replaced: what was known of the graph is looked up again. */
  forget(graph: GraphId): void;
}

export interface HookTargetsGiven {
  byToken: (token: string) => Promise<CalledHook | undefined>;
  readRevision: (graph: GraphId, revision: number) => Promise<{ graph: Graph; createdBy: string }>;
  catalog: Catalog;
  signing: Pick<SigningSecrets, "of">;
  now?: () => number;
}

/** How long another process may go on with what was published before. */
const FRESH_MS = 1_500;

interface Known {
  target: HookTarget;
  until: number;
}

/** Looks a token up once, and then now and then: between two looks a call costs nothing here. */
export function createHookTargets({ byToken, readRevision, catalog, signing, now = Date.now }: HookTargetsGiven): HookTargets {
  const known = new Map<string, Known>();
  const loading = new Map<string, Promise<HookTarget | undefined>>();
  let forgotten = 0;

  const load = async (token: string, before: HookTarget | undefined): Promise<HookTarget | undefined> => {
    const row = await byToken(token);
    if (!row || row.archived || row.publishedRevision === null) return undefined;
    // a revision never changes
    if (before && before.revision === row.publishedRevision && before.generation === row.generation && before.publishedBy === row.publishedBy) return before;
    const graph = graphIdSchema.parse(row.graphId);
    const revision = await readRevision(graph, row.publishedRevision);
    const node = hookNodes(revision.graph, catalog).find(({ id, disabled }) => id === row.nodeId && !disabled);
    const settings = node && settingsOf(node);
    if (!settings) return undefined;
    const { secret } = await signing.of(row);
    const { id: hook, generation } = row;
    return {
      workspace: row.workspaceId,
      hook,
      generation,
      graph,
      node: node.id,
      revision: row.publishedRevision,
      publishedBy: row.publishedBy,
      actor: row.publishedBy ?? (revision.createdBy || "webhook"),
      settings,
      methods: hookMethods(settings),
      secret,
    };
  };
  const look = async (token: string): Promise<HookTarget | undefined> => {
    const at = forgotten;
    const target = await load(token, known.get(token)?.target);
    if (target && at === forgotten) known.set(token, { target, until: now() + FRESH_MS });
    if (!target) known.delete(token);
    return target;
  };
  return {
    find: (token) => {
      const found = known.get(token);
      if (found && found.until > now()) return found.target;
      const under = loading.get(token);
      if (under) return under;
      const looking = look(token).finally(() => loading.delete(token));
      loading.set(token, looking);
      return looking;
    },
    isKnown: (token) => known.has(token),
    forget: (graph) => {
      forgotten += 1;
      loading.clear();
      for (const [token, { target }] of known) if (target.graph === graph) known.delete(token);
    },
  };
}

/** The nodes of a graph that are called at an address of their own. */
export function hookNodes(graph: Graph, catalog: Catalog): GraphNode[] {
  return graph.nodes.filter(({ type }) => catalog.get(type)?.trigger === "webhook");
}

/** Undefined while the config does not fit. */
export function settingsOf(node: GraphNode): HookSettings | undefined {
  return hookSettingsSchema.safeParse(node.config).data;
}
