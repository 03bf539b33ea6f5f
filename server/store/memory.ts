import { and, asc, eq, gt, sql } from "drizzle-orm";
import { lockName } from "./advisory-lock.ts";
import type { Database, Tx } from "./database/open-database.ts";
import { memoryMessages, memoryThreads } from "./schema/memory.ts";
import { storableText } from "./storable-text.ts";

/** `run` and `node` are empty for a thread that a graph's runs share. */
export interface ThreadPlace {
  workspace: string;
  graph: string;
  run: string;
  node: string;
  key: string;
}

export interface MemoryStore {
  /** The run that a run carries out a part of, and its graph; undefined when there is no such run in the workspace. */
  placeOf(given: { workspace: string; run: string }): Promise<{ run: string; graph: string } | undefined>;
  load(place: ThreadPlace): Promise<{ summary: string; messages: { position: number; message: unknown }[] }>;
  /** Once for each key. */
  append(place: ThreadPlace, given: { key: string; messages: readonly unknown[] }): Promise<void>;
  summarise(place: ThreadPlace, given: { summary: string; upTo: number }): Promise<void>;
  /** Forgets what was remembered under a key, whatever the graph. */
  forget(thread: { workspace: string; key: string }): Promise<void>;
  /** Forgets the threads of runs that are gone or have ended. */
  evictEnded(): Promise<number>;
}

export function createMemoryStore(database: Database): MemoryStore {
  const { db } = database;
  return {
    placeOf: async ({ workspace, run }) => {
      const { rows } = await db.execute(sql`
        WITH RECURSIVE up AS (
          SELECT id, graph_id, parent_run, purpose, 0 AS steps FROM runs WHERE id = ${run} AND workspace_id = ${workspace}
          UNION ALL SELECT runs.id, runs.graph_id, runs.parent_run, runs.purpose, up.steps + 1 FROM runs JOIN up ON runs.id = up.parent_run
            WHERE up.purpose IN ('slice', 'worker', 'tool') AND runs.workspace_id = ${workspace} AND up.steps < 100)
        SELECT id, graph_id FROM up ORDER BY steps DESC LIMIT 1`);
      const [found] = rows;
      return found && { run: String(found.id), graph: String(found.graph_id) };
    },
    load: async (place) => {
      const [thread] = await db.select().from(memoryThreads).where(at(place));
      if (!thread) return { summary: "", messages: [] };
      const messages = await db
        .select({ position: memoryMessages.position, message: memoryMessages.message })
        .from(memoryMessages)
        .where(and(eq(memoryMessages.threadId, thread.id), gt(memoryMessages.position, thread.summarisedTo)))
        .orderBy(asc(memoryMessages.position));
      return { summary: thread.summary, messages };
    },
    append: (place, given) => database.transaction((tx) => append(tx, place, given)),
    summarise: (place, { summary, upTo }) =>
      database.transaction(async (tx) => {
        await lock(tx, place);
        await tx
          .update(memoryThreads)
          .set({ summary: storableText(summary), summarisedTo: upTo, updatedAt: sql`now()` })
          .where(and(at(place), sql`${memoryThreads.summarisedTo} < ${upTo}`));
      }),
    forget: async ({ workspace, key }) => {
      const named = sql`SELECT id FROM memory_threads WHERE workspace_id = ${workspace} AND key = ${key}`;
      await db.execute(sql`DELETE FROM memory_messages WHERE thread_id IN (${named})`);
      await db.execute(sql`DELETE FROM memory_threads WHERE id IN (${named})`);
    },
    evictEnded: async () => {
      const ended = sql`SELECT id FROM memory_threads WHERE run <> '' AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = memory_threads.run
        AND runs.state NOT IN ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out'))`;
      await db.execute(sql`DELETE FROM memory_messages WHERE thread_id IN (${ended})`);
      const { rows } = await db.execute(sql`DELETE FROM memory_threads WHERE id IN (${ended}) RETURNING id`);
      return rows.length;
    },
  };
}

async function append(tx: Tx, place: ThreadPlace, { key, messages }: { key: string; messages: readonly unknown[] }): Promise<void> {
  await lock(tx, place);
  const { workspace, graph, run, node } = place;
  const [known] = await tx.select().from(memoryThreads).where(at(place));
  const thread = known ?? { id: `memory_${crypto.randomUUID()}`, lastPosition: 0 };
  if (!known) await tx.insert(memoryThreads).values({ id: thread.id, workspaceId: workspace, graphId: graph, run, node, key: place.key });
  const [added] = await tx
    .select({ position: memoryMessages.position })
    .from(memoryMessages)
    .where(and(eq(memoryMessages.threadId, thread.id), eq(memoryMessages.added, key)))
    .limit(1);
  if (added || messages.length === 0) return;
  const rows = messages.map((message, index) => ({
    workspaceId: workspace,
    threadId: thread.id,
    position: thread.lastPosition + index + 1,
    message,
    added: key,
  }));
  await tx.insert(memoryMessages).values(rows);
  await tx
    .update(memoryThreads)
    .set({ lastPosition: thread.lastPosition + rows.length, updatedAt: sql`now()` })
    .where(eq(memoryThreads.id, thread.id));
}

function at({ workspace, graph, run, node, key }: ThreadPlace) {
  return and(
    eq(memoryThreads.workspaceId, workspace),
    eq(memoryThreads.graphId, graph),
    eq(memoryThreads.run, run),
    eq(memoryThreads.node, node),
    eq(memoryThreads.key, key),
  );
}

/** Until the transaction ends nobody else changes this thread, be it there or not. */
async function lock(tx: Tx, { workspace, graph, run, node, key }: ThreadPlace): Promise<void> {
  await lockName(tx, `memory/${workspace}/${graph}/${run}/${node}/${key}`);
}
