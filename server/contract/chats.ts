import { z } from "zod";
import { chatIdSchema, graphIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { dataSchema } from "#runtime/graph/json.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import { emptySchema, listQuerySchema, nameSchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";
import { runStateSchema } from "./runs.ts";

/** One person's conversation with a graph or an agent: each message is a run of it. */
export const chatSchema = z.strictObject({
  id: chatIdSchema,
  graph: graphIdSchema,
  /** Its first message when nobody gave it another. */
  title: z.string(),
  turns: z.int(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export type Chat = z.infer<typeof chatSchema>;

export const chatTurnSchema = z.strictObject({
  /** From 1. */
  number: z.int(),
  text: z.string(),
  files: z.array(fileValueSchema),
  run: runIdSchema,
  state: runStateSchema,
  /** What the graph put out, as text; null while it goes on, and when it put out nothing. */
  answer: z.string().nullable(),
  /** The whole output, where it is more than a text. */
  output: z.record(z.string(), dataSchema).nullable(),
  /** Why there is no answer, in one line. */
  failure: z.string().nullable(),
  /** Dollars as decimal text. */
  cost: z.string(),
  createdAt: timeSchema,
});
export type ChatTurn = z.infer<typeof chatTurnSchema>;

const graph = z.strictObject({ id: graphIdSchema });
const params = graph.extend({ chat: chatIdSchema });

/** What a graph can be told in a chat. */
export const readChatting = defineRoute({
  id: "readChatting",
  method: "GET",
  path: "/api/graphs/:id/chatting",
  summary: "Whether one can talk to the published revision of a graph, and to its draft",
  action: "graph.run",
  params: graph,
  query: emptySchema,
  status: 200,
  answer: z.strictObject({
    name: z.string(),
    /** Why not; null where one can. */
    published: z.string().nullable(),
    draft: z.string().nullable(),
    /** Whether a message can have files. */
    files: z.boolean(),
  }),
});
export const listChats = defineRoute({
  id: "listChats",
  method: "GET",
  path: "/api/graphs/:id/chats",
  summary: "One's own conversations with a graph, newest first",
  action: "graph.run",
  params: graph,
  query: listQuerySchema,
  status: 200,
  answer: pageOf(chatSchema),
});
export const beginChat = defineRoute({
  id: "beginChat",
  method: "POST",
  path: "/api/graphs/:id/chats",
  summary: "Begin a conversation",
  action: "graph.run",
  params: graph,
  query: emptySchema,
  body: z.strictObject({ title: nameSchema.optional() }),
  status: 201,
  answer: chatSchema,
});
export const renameChat = defineRoute({
  id: "renameChat",
  method: "PATCH",
  path: "/api/graphs/:id/chats/:chat",
  summary: "Give a conversation another title",
  action: "graph.run",
  params,
  query: emptySchema,
  body: z.strictObject({ title: nameSchema }),
  status: 200,
  answer: chatSchema,
});
export const deleteChat = defineRoute({
  id: "deleteChat",
  method: "DELETE",
  path: "/api/graphs/:id/chats/:chat",
  summary: "Delete a conversation; its runs stay",
  action: "graph.run",
  params,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
export const listChatTurns = defineRoute({
  id: "listChatTurns",
  method: "GET",
  path: "/api/graphs/:id/chats/:chat/turns",
  summary: "What was said, newest first",
  action: "graph.run",
  params,
  query: listQuerySchema.omit({ search: true }),
  status: 200,
  answer: pageOf(chatTurnSchema),
});
export const sayInChat = defineRoute({
  id: "sayInChat",
  method: "POST",
  path: "/api/graphs/:id/chats/:chat/turns",
  summary: "Say something: a run answers it",
  action: "graph.run",
  params,
  query: emptySchema,
  body: z.strictObject({
    text: z.string().trim().min(1, { error: "Write something." }).max(100_000),
    files: z.array(fileValueSchema).max(20).default([]),
    /** To the draft as it is now, instead of the published revision. */
    draft: z.boolean().default(false),
    /** A second message with the same key is the first one. */
    idempotencyKey: z.string().min(1).max(200).optional(),
  }),
  status: 202,
  answer: chatTurnSchema,
});
