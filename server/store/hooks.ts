import { and, eq, sql } from "drizzle-orm";
import type { GraphId, NodeId } from "#runtime/graph/ids.ts";
import type { Database } from "./database/open-database.ts";
import { documents } from "./schema/documents.ts";
import { hooks } from "./schema/hooks.ts";

export type HookRow = typeof hooks.$inferSelect;
/** A hook with what its graph has published. */
export type CalledHook = HookRow & { publishedRevision: number | null; publishedBy: string | null; archived: boolean };

export interface NewHook {
  id: string;
  workspace: string;
  graph: GraphId;
  node: NodeId;
  token: string;
  actor: string;
}

type OfNode = { graph: GraphId; node: NodeId };

export interface HookStore {
  /** Records those whose node has none yet; the others stay as they are. */
  mint(given: readonly NewHook[]): Promise<void>;
  ofGraph(graph: GraphId): Promise<HookRow[]>;
  ofNode(given: OfNode): Promise<HookRow | undefined>;
  byToken(token: string): Promise<CalledHook | undefined>;
  /** Another generation, and another token if one is given; nobody listens any more. Undefined when the node has no hook. */
  rotate(given: OfNode & { token?: string }): Promise<HookRow | undefined>;
  /** Until when, and for whom, the next test call is waited for; null: it is not. Undefined when the node has no hook. */
  listen(given: OfNode & { until: Date | null; actor: string | null }): Promise<HookRow | undefined>;
  /** Ends the listening and answers for whom it was; undefined when nobody listened. One call gets it. */
  takeListening(id: string): Promise<string | undefined>;
  /** What came of the last call, by the hook's id. */
  recordCalls(calls: ReadonlyMap<string, unknown>): Promise<void>;
}

export function createHookStore(database: Database): HookStore {
  const { db } = database;
  const isOf = ({ graph, node }: OfNode) => and(eq(hooks.graphId, graph), eq(hooks.nodeId, node));
  return {
    mint: async (given) => {
      if (given.length === 0) return;
      const rows = given.map(({ id, workspace, graph, node, token, actor }) => ({
        ...{ id, workspaceId: workspace, graphId: graph, nodeId: node, token, createdBy: actor },
      }));
      await db.insert(hooks).values(rows).onConflictDoNothing();
    },
    ofGraph: (graph) => db.select().from(hooks).where(eq(hooks.graphId, graph)),
    ofNode: async (given) => (await db.select().from(hooks).where(isOf(given)))[0],
    byToken: async (token) => {
      const [found] = await db
        .select({ hook: hooks, publishedRevision: documents.publishedRevision, publishedBy: documents.publishedBy, archivedAt: documents.archivedAt })
        .from(hooks)
        .innerJoin(documents, eq(documents.id, hooks.graphId))
        .where(eq(hooks.token, token));
      return found && { ...found.hook, publishedRevision: found.publishedRevision, publishedBy: found.publishedBy, archived: found.archivedAt !== null };
    },
    rotate: async ({ token, ...given }) => {
      const change = { ...(token !== undefined && { token }), generation: sql`${hooks.generation} + 1`, listeningUntil: null, listeningBy: null };
      return (await db.update(hooks).set(change).where(isOf(given)).returning())[0];
    },
    listen: async ({ until, actor, ...given }) => (await db.update(hooks).set({ listeningUntil: until, listeningBy: actor }).where(isOf(given)).returning())[0],
    takeListening: async (id) => {
      // the actor is read before the update empties it
      const taken = await db.execute<{ actor: string | null }>(sql`
        UPDATE hooks SET listening_until = NULL, listening_by = NULL
        FROM (SELECT id, listening_by AS actor FROM hooks WHERE id = ${id} AND listening_until > now() FOR UPDATE) AS before
        WHERE hooks.id = before.id RETURNING before.actor`);
      const [row] = taken.rows;
      return row && (row.actor ?? "");
    },
    recordCalls: async (calls) => {
      if (calls.size === 0) return;
      const values = [...calls.values()].map((call) => JSON.stringify(call));
      await db.execute(sql`
        UPDATE hooks SET last_call = made.call::json
        FROM unnest(${sql.param([...calls.keys()])}::text[], ${sql.param(values)}::text[]) AS made(id, call) WHERE hooks.id = made.id`);
    },
  };
}
