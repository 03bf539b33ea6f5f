import { z } from "zod";
import { commentIdSchema, graphIdSchema, inboxItemIdSchema, nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { emptySchema, listQuerySchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

const common = {
  id: inboxItemIdSchema,
  graph: z.strictObject({ id: graphIdSchema, name: z.string(), workspace: z.string() }),
  node: z.strictObject({ id: nodeIdSchema, label: z.string() }).nullable(),
  createdAt: timeSchema,
  readAt: timeSchema.nullable(),
};

/** What somebody was told. */
export const inboxItemSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...common,
    /** `mention`: a comment names them. `reply`: somebody answered in a thread they wrote in. */
    kind: z.enum(["mention", "reply"]),
    by: z.strictObject({ id: z.string(), name: z.string() }),
    thread: commentIdSchema,
    comment: commentIdSchema,
    /** The comment's text as it is now. */
    body: z.string(),
  }),
  z.strictObject({
    ...common,
    /** A run waits for a decision that they may take. */
    kind: z.literal("gate"),
    /** The id of the gate, as the approvals have it. */
    gate: z.string(),
    /** They were told before. */
    isReminder: z.boolean(),
    /** What is asked. */
    body: z.string(),
  }),
  z.strictObject({
    ...common,
    /** Most of a budget is used, of a run that they started. */
    kind: z.literal("budget"),
    run: runIdSchema,
    /** Which budget, and how much of it. */
    body: z.string(),
  }),
]);
export type InboxItem = z.infer<typeof inboxItemSchema>;

const unreadSchema = z.strictObject({ unread: z.int() });

export const listInbox = defineRoute({
  id: "listInbox",
  method: "GET",
  path: "/api/inbox",
  summary: "Mentions, replies and decisions that are waited for, newest first, of graphs that the caller may see",
  action: "inbox.read",
  params: emptySchema,
  query: listQuerySchema.extend({ unread: z.enum(["true", "false"]).optional() }),
  status: 200,
  answer: pageOf(inboxItemSchema),
});
export const countInbox = defineRoute({
  id: "countInbox",
  method: "GET",
  path: "/api/inbox/unread",
  summary: "How many are unread",
  action: "inbox.read",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: unreadSchema,
});
export const markInboxItem = defineRoute({
  id: "markInboxItem",
  method: "PATCH",
  path: "/api/inbox/:item",
  summary: "Mark one as read or unread",
  action: "inbox.manage",
  params: z.strictObject({ item: inboxItemIdSchema }),
  query: emptySchema,
  body: z.strictObject({ read: z.boolean() }),
  status: 200,
  answer: unreadSchema,
});
export const markInboxRead = defineRoute({
  id: "markInboxRead",
  method: "POST",
  path: "/api/inbox/read",
  summary: "Mark everything as read",
  action: "inbox.manage",
  params: emptySchema,
  query: emptySchema,
  body: emptySchema.optional(),
  status: 200,
  answer: unreadSchema,
});
