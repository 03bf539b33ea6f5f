import { z } from "zod";
import { graphIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { ephemeralEventSchema, runEventSchema } from "#runtime/run/events.ts";
import { runSummarySchema } from "./runs.ts";

/** What a client sends on `/ws/live`. */
export const liveRequestSchema = z.discriminatedUnion("type", [
  /** A run's events after a number, or every change of state of a graph's runs. */
  z.strictObject({ type: z.literal("subscribe"), run: runIdSchema, after: z.int().min(0).default(0) }),
  z.strictObject({ type: z.literal("subscribe-graph"), graph: graphIdSchema }),
  z.strictObject({ type: z.literal("unsubscribe"), run: runIdSchema.optional(), graph: graphIdSchema.optional() }),
]);
/** `{ type: "subscribe", graph }` is the public spelling of `subscribe-graph`; both are accepted. */
export const liveMessageSchema = z.preprocess((message) => {
  const isGraph = typeof message === "object" && message !== null && "type" in message && message.type === "subscribe" && "graph" in message;
  return isGraph ? { ...message, type: "subscribe-graph" } : message;
}, liveRequestSchema);
export type LiveRequest = z.input<typeof liveRequestSchema>;

/** What the server sends. */
export const liveAnswerSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("event"), run: runIdSchema, event: runEventSchema }),
  z.strictObject({ type: z.literal("ephemeral"), run: runIdSchema, event: ephemeralEventSchema }),
  /** A run of a subscribed graph was made or changed its state. */
  z.strictObject({ type: z.literal("run"), graph: graphIdSchema, run: runSummarySchema }),
  z.strictObject({ type: z.literal("error"), code: z.string(), message: z.string() }),
]);
export type LiveAnswer = z.infer<typeof liveAnswerSchema>;
