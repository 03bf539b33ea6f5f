import { z } from "zod";
import { commentIdSchema, graphIdSchema, nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { type EphemeralEvent, ephemeralEventSchema, iterationPathSchema, runEventSchema } from "#runtime/run/events.ts";
import { runSummarySchema } from "./runs.ts";

/** What a client sends on `/ws/live`. */
export const liveRequestSchema = z.discriminatedUnion("type", [
  /** A run's events after a number, or every change of state of a graph's runs. */
  z.strictObject({ type: z.literal("subscribe"), run: runIdSchema, after: z.int().min(0).default(0) }),
  z.strictObject({ type: z.literal("subscribe-graph"), graph: graphIdSchema }),
  /** How many of the caller's inbox are unread, now and whenever that changes. */
  z.strictObject({ type: z.literal("subscribe-inbox") }),
  z.strictObject({ type: z.literal("unsubscribe"), run: runIdSchema.optional(), graph: graphIdSchema.optional(), inbox: z.literal(true).optional() }),
]);
/** `{ type: "subscribe", graph }` is the public spelling of `subscribe-graph`, `{ type: "subscribe", inbox: true }` that of `subscribe-inbox`. */
export const liveMessageSchema = z.preprocess((message) => {
  if (typeof message !== "object" || message === null || !("type" in message) || message.type !== "subscribe") return message;
  if ("graph" in message) return { ...message, type: "subscribe-graph" };
  return "inbox" in message && message.inbox === true && Object.keys(message).length === 2 ? { type: "subscribe-inbox" } : message;
}, liveRequestSchema);
export type LiveRequest = z.input<typeof liveRequestSchema>;

/** All that a node run has written and not recorded yet, for who comes to look while it writes: it stands in place of what was shown. */
export const writtenSchema = z.strictObject({ type: z.literal("written"), node: nodeIdSchema, path: iterationPathSchema, text: z.string() });
export type Written = z.infer<typeof writtenSchema>;
/** What is shown while it happens. */
export type LiveEphemeral = EphemeralEvent | Written;

/** What the server sends. */
export const liveAnswerSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("event"), run: runIdSchema, event: runEventSchema }),
  z.strictObject({ type: z.literal("ephemeral"), run: runIdSchema, event: z.union([ephemeralEventSchema, writtenSchema]) }),
  /** A run of a subscribed graph was made or changed its state. */
  z.strictObject({ type: z.literal("run"), graph: graphIdSchema, run: runSummarySchema }),
  /** A thread of comments on a subscribed graph was begun, changed or deleted; without `thread`, any may have. */
  z.strictObject({ type: z.literal("comments"), graph: graphIdSchema, thread: commentIdSchema.optional() }),
  z.strictObject({ type: z.literal("inbox"), unread: z.int() }),
  /** To who follows their inbox: what waits for a decision in a workspace has changed. */
  z.strictObject({ type: z.literal("gates"), workspace: z.string() }),
  /** As `gates`: the health of a connection of a workspace has changed. */
  z.strictObject({ type: z.literal("connections"), workspace: z.string() }),
  z.strictObject({ type: z.literal("error"), code: z.string(), message: z.string() }),
]);
export type LiveAnswer = z.infer<typeof liveAnswerSchema>;
