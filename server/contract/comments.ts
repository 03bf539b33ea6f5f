import { z } from "zod";
import { commentIdSchema, graphIdSchema, nodeIdSchema, userIdSchema } from "#runtime/graph/ids.ts";
import { emptySchema, listOf, listQuerySchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

/** Bytes of UTF-8 that a comment may have. */
export const COMMENT_BYTES = 4 * 1024;
/** People one comment may mention. */
const MENTIONED = 50;

const params = z.strictObject({ id: graphIdSchema });
const commentParams = params.extend({ comment: commentIdSchema });

/** Whoever reads a graph: an account, or in single-user mode the one user there is. */
export const readerIdSchema = z.union([userIdSchema, z.literal("local")]);
export type ReaderId = z.infer<typeof readerIdSchema>;

/** Markdown; `@` with a name in it is only text, `mentions` says who is meant. */
const bodySchema = z
  .string()
  .trim()
  .min(1, { error: "Write something." })
  .refine((text) => new TextEncoder().encode(text).length <= COMMENT_BYTES, {
    error: "A comment holds at most 4 KiB. Shorten it, or put the rest into a note.",
  });
const mentionsSchema = z.array(readerIdSchema).max(MENTIONED, { error: `A comment mentions at most ${MENTIONED} people.` });

/** Made by who writes: what is sent again under the same key, since nobody heard the answer, is written once. */
const keySchema = z.string().min(8, { error: "A key has at least 8 characters." }).max(100);

/** Somebody, as others see them. `name` is empty for who has no account any more. */
const personSchema = z.strictObject({ id: z.string(), name: z.string() });

const commentSchema = z.strictObject({
  id: commentIdSchema,
  author: personSchema,
  body: z.string(),
  /** Who is meant by the names in it. */
  mentions: z.array(personSchema),
  createdAt: timeSchema,
  /** When its author last changed it. */
  editedAt: timeSchema.nullable(),
});
export type Comment = z.infer<typeof commentSchema>;

/** A comment and what was answered to it, the oldest first. */
export const commentThreadSchema = z.strictObject({
  /** That of its first comment. */
  id: commentIdSchema,
  graph: graphIdSchema,
  /** Null: about the graph as a whole. The node may be gone by now. */
  node: nodeIdSchema.nullable(),
  /** What the node was called when the thread began. */
  nodeLabel: z.string(),
  resolved: z.strictObject({ by: personSchema, at: timeSchema }).nullable(),
  comments: z.array(commentSchema),
});
export type CommentThread = z.infer<typeof commentThreadSchema>;

/** A page may hold fewer threads than `limit`: it ends where it grows large. */
export const listThreads = defineRoute({
  id: "listThreads",
  method: "GET",
  path: "/api/graphs/:id/comments",
  summary: "Threads of comments, the last begun first; `search` looks at texts and names",
  action: "comment.read",
  params,
  query: listQuerySchema.extend({
    state: z.enum(["open", "resolved"]).optional(),
    node: nodeIdSchema.optional(),
    /** Only those the caller wrote in, or is mentioned in. */
    mine: z.enum(["true", "false"]).optional(),
  }),
  status: 200,
  answer: pageOf(commentThreadSchema),
});
export const countThreads = defineRoute({
  id: "countThreads",
  method: "GET",
  path: "/api/graphs/:id/comments/open",
  summary: "How many open threads each node has",
  action: "comment.read",
  params,
  query: emptySchema,
  status: 200,
  /** `graph`: those about the graph as a whole. */
  answer: z.strictObject({ graph: z.int(), nodes: z.record(nodeIdSchema, z.int()) }),
});
export const readThread = defineRoute({
  id: "readThread",
  method: "GET",
  path: "/api/graphs/:id/comments/:comment",
  summary: "The thread that a comment is in",
  action: "comment.read",
  params: commentParams,
  query: emptySchema,
  status: 200,
  answer: commentThreadSchema,
});
export const beginThread = defineRoute({
  id: "beginThread",
  method: "POST",
  path: "/api/graphs/:id/comments",
  summary: "Comment on a node, or without one on the graph",
  action: "comment.write",
  params,
  query: emptySchema,
  body: z.strictObject({ node: nodeIdSchema.optional(), body: bodySchema, mentions: mentionsSchema.optional(), key: keySchema.optional() }),
  status: 201,
  answer: commentThreadSchema,
});
export const replyToThread = defineRoute({
  id: "replyToThread",
  method: "POST",
  path: "/api/graphs/:id/comments/:comment/replies",
  summary: "Answer to a thread",
  action: "comment.write",
  params: commentParams,
  query: emptySchema,
  body: z.strictObject({ body: bodySchema, mentions: mentionsSchema.optional(), key: keySchema.optional() }),
  status: 201,
  answer: commentThreadSchema,
});
export const changeComment = defineRoute({
  id: "changeComment",
  method: "PATCH",
  path: "/api/graphs/:id/comments/:comment",
  summary: "Change the text of one's own comment",
  action: "comment.write",
  params: commentParams,
  query: emptySchema,
  body: z.strictObject({ body: bodySchema, mentions: mentionsSchema.optional() }),
  status: 200,
  answer: commentThreadSchema,
});
export const deleteComment = defineRoute({
  id: "deleteComment",
  method: "DELETE",
  path: "/api/graphs/:id/comments/:comment",
  summary: "Delete one's own comment, or as who may edit the graph, another's; the first one takes its thread along, and with it what others answered",
  action: "comment.write",
  params: commentParams,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
export const resolveThread = defineRoute({
  id: "resolveThread",
  method: "PUT",
  path: "/api/graphs/:id/comments/:comment/resolved",
  summary: "Say that a thread is settled, or open it again",
  action: "comment.write",
  params: commentParams,
  query: emptySchema,
  body: z.strictObject({ resolved: z.boolean() }),
  status: 200,
  answer: commentThreadSchema,
});
export const listReaders = defineRoute({
  id: "listReaders",
  method: "GET",
  path: "/api/graphs/:id/readers",
  summary: "Who can be mentioned: members of the workspace, and those the graph is shared with",
  action: "comment.write",
  params,
  query: z.strictObject({ search: z.string().max(200).optional() }),
  status: 200,
  answer: listOf(z.strictObject({ id: readerIdSchema, name: z.string() })),
});
