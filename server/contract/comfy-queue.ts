import { z } from "zod";
import { connectionIdSchema } from "#runtime/graph/ids.ts";
import { emptySchema, listOf } from "./common.ts";
import { defineRoute } from "./route.ts";

const params = z.strictObject({ id: connectionIdSchema });
const promptId = z.string().min(1).max(200);

const jobSchema = z.strictObject({
  promptId,
  state: z.enum(["running", "pending"]),
  /** 0 while it runs, 1 for the next. */
  position: z.int(),
  /** Submitted by this workspace: only those may be moved or removed. */
  isOurs: z.boolean(),
  /** What it was called when it was submitted; absent where it was not. */
  title: z.string().optional(),
  /** Inner nodes it is run for. */
  outputs: z.array(z.string()),
  nodes: z.int(),
});
export type ComfyQueueJob = z.infer<typeof jobSchema>;

export const listComfyQueue = defineRoute({
  id: "listComfyQueue",
  method: "GET",
  path: "/api/connections/:id/queue",
  summary: "What a ComfyUI server runs, and what waits there, in its order",
  action: "connection.read",
  params,
  query: emptySchema,
  status: 200,
  answer: listOf(jobSchema),
});
export const moveComfyJob = defineRoute({
  id: "moveComfyJob",
  method: "POST",
  path: "/api/connections/:id/queue/move",
  summary: "Put a waiting prompt of this workspace before another one, or last",
  action: "connection.use",
  params,
  query: emptySchema,
  body: z.strictObject({ promptId, before: promptId.optional() }),
  status: 200,
  answer: listOf(jobSchema),
});
export const cancelComfyJob = defineRoute({
  id: "cancelComfyJob",
  method: "POST",
  path: "/api/connections/:id/queue/cancel",
  summary: "Take a prompt of this workspace out of the queue, or interrupt it",
  action: "connection.use",
  params,
  query: emptySchema,
  body: z.strictObject({ promptId }),
  status: 200,
  answer: listOf(jobSchema),
});
export const clearComfyQueue = defineRoute({
  id: "clearComfyQueue",
  method: "POST",
  path: "/api/connections/:id/queue/clear",
  summary: "Take all waiting prompts of this workspace out of a server's queue",
  action: "connection.use",
  params,
  query: emptySchema,
  body: emptySchema.optional(),
  status: 200,
  answer: z.strictObject({ removed: z.int() }),
});
