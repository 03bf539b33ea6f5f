import { and, desc, eq, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import type { Database } from "./database/open-database.ts";
import { chats, chatTurns } from "./schema/chats.ts";
import { runs } from "./schema/runs.ts";
import { storableText } from "./storable-text.ts";
import { afterTimeCursor, writeTimeCursor } from "./time-cursor.ts";

export type ChatRow = typeof chats.$inferSelect;

/** Whose, and with which graph. */
export interface ChatPlace {
  workspace: string;
  graph: string;
  actor: string;
}

export interface ChatTurnRow {
  number: number;
  text: string;
  files: z.infer<typeof fileValueSchema>[];
  createdAt: Date;
  run: Pick<typeof runs.$inferSelect, "id" | "state" | "output" | "failure" | "heldReason" | "cost">;
}

export interface ChatStore {
  /** Last changed first. */
  list(
    place: ChatPlace,
    query: { search?: string | undefined; cursor?: string | undefined; limit: number },
  ): Promise<{ items: ChatRow[]; nextCursor?: string }>;
  read(place: ChatPlace, id: string): Promise<ChatRow | undefined>;
  begin(place: ChatPlace, given: { id: string; title: string }): Promise<ChatRow>;
  rename(place: ChatPlace, id: string, title: string): Promise<ChatRow | undefined>;
  remove(place: ChatPlace, id: string): Promise<boolean>;
  /** Newest first. */
  turns(chat: string, query: { before?: number | undefined; limit: number }): Promise<ChatTurnRow[]>;
  /** Notes what was said and the run that answers it; the same run twice is one turn. Gives a chat without a title its first words. */
  say(chat: ChatRow, turn: { text: string; files: readonly unknown[]; run: string; title: string }): Promise<ChatTurnRow>;
}

export function createChatStore(database: Database): ChatStore {
  const { db } = database;
  const mine = ({ workspace, graph, actor }: ChatPlace) => and(eq(chats.workspaceId, workspace), eq(chats.documentId, graph), eq(chats.createdBy, actor));
  const one = (place: ChatPlace, id: string) => and(mine(place), eq(chats.id, id));
  const turnsOf = async (chat: string, { before, limit }: { before?: number | undefined; limit: number }) => {
    const rows = await db
      .select({
        turn: chatTurns,
        run: { id: runs.id, state: runs.state, output: runs.output, failure: runs.failure, heldReason: runs.heldReason, cost: runs.cost },
      })
      .from(chatTurns)
      .innerJoin(runs, eq(runs.id, chatTurns.runId))
      .where(and(eq(chatTurns.chatId, chat), before === undefined ? undefined : lt(chatTurns.number, before)))
      .orderBy(desc(chatTurns.number))
      .limit(limit);
    return rows.map(({ turn: { number, text, files, createdAt }, run }) => ({ number, text, files: z.array(fileValueSchema).parse(files), createdAt, run }));
  };
  return {
    list: async (place, { search, cursor, limit }) => {
      const matching = search ? sql`strpos(lower(${chats.title}), lower(${storableText(search)})) > 0` : undefined;
      const rows = await db
        .select()
        .from(chats)
        .where(and(mine(place), matching, afterTimeCursor(cursor, { createdAt: chats.updatedAt, id: chats.id })))
        .orderBy(desc(chats.updatedAt), desc(chats.id))
        .limit(limit + 1);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return { items: rows.slice(0, limit), ...(last && { nextCursor: writeTimeCursor({ id: last.id, createdAt: last.updatedAt }) }) };
    },
    read: async (place, id) => (await db.select().from(chats).where(one(place, id)))[0],
    begin: async ({ workspace, graph, actor }, { id, title }) => {
      const [row] = await db
        .insert(chats)
        .values({ id, workspaceId: workspace, documentId: graph, createdBy: actor, title: storableText(title) })
        .returning();
      if (!row) throw new Error(`The chat ${id} was not recorded.`);
      return row;
    },
    rename: async (place, id, title) =>
      (
        await db
          .update(chats)
          .set({ title: storableText(title) })
          .where(one(place, id))
          .returning()
      )[0],
    remove: async (place, id) => (await db.delete(chats).where(one(place, id)).returning({ id: chats.id })).length > 0,
    turns: turnsOf,
    say: async ({ id, workspaceId }, { text, files, run, title }) => {
      const number = await database.transaction(async (tx) => {
        // who says something in the same chat meanwhile waits here
        const [chat] = await tx.select().from(chats).where(eq(chats.id, id)).for("update");
        const [known] = await tx
          .select()
          .from(chatTurns)
          .where(and(eq(chatTurns.chatId, id), eq(chatTurns.runId, run)));
        if (known || !chat) return known?.number ?? 0;
        const next = chat.turns + 1;
        await tx.insert(chatTurns).values({ chatId: id, number: next, workspaceId, text: storableText(text), files, runId: run });
        await tx
          .update(chats)
          .set({ turns: next, updatedAt: sql`now()`, ...(chat.title === "" && { title: storableText(title) }) })
          .where(eq(chats.id, id));
        return next;
      });
      const [turn] = await turnsOf(id, { before: number + 1, limit: 1 });
      if (!turn) throw new Error(`What was said in ${id} was not recorded.`);
      return turn;
    },
  };
}
