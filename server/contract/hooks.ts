import { z } from "zod";
import { graphIdSchema, nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { emptySchema, listOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

/** What came of a call. */
export const hookCallSchema = z.strictObject({
  at: timeSchema,
  method: z.string(),
  /** It came to the test address. */
  test: z.boolean(),
  /** HTTP status of the answer. */
  status: z.int(),
  /** The run it began, or had begun before. */
  run: runIdSchema.optional(),
});
export type HookCall = z.infer<typeof hookCallSchema>;

/** The address of a node that is called from outside. */
export const hookSchema = z.strictObject({
  node: nodeIdSchema,
  label: z.string(),
  /** Runs the published revision. Whoever has it may call it. */
  url: z.string(),
  /** Runs the draft, once, while somebody listens. */
  testUrl: z.string(),
  /** Whether the published revision has this node: otherwise `url` answers 404. */
  published: z.boolean(),
  methods: z.array(z.string()),
  /** Calls must be signed. */
  signed: z.boolean(),
  /** Until then the next call of `testUrl` is waited for. */
  listeningUntil: timeSchema.nullable(),
  lastCall: hookCallSchema.nullable(),
});
export type Hook = z.infer<typeof hookSchema>;

const params = z.strictObject({ id: graphIdSchema, node: nodeIdSchema });

export const listHooks = defineRoute({
  id: "listHooks",
  method: "GET",
  path: "/api/graphs/:id/hooks",
  summary: "Addresses of the webhook nodes of the draft and of the published revision",
  action: "hook.manage",
  params: z.strictObject({ id: graphIdSchema }),
  query: emptySchema,
  status: 200,
  answer: listOf(hookSchema),
});
export const rotateHook = defineRoute({
  id: "rotateHook",
  method: "POST",
  path: "/api/graphs/:id/hooks/:node/rotate",
  summary: "Replace the address of a webhook node and its signing secret; the old ones stop working at once",
  action: "hook.manage",
  params,
  query: emptySchema,
  body: emptySchema.optional(),
  status: 200,
  answer: hookSchema,
});
export const revealHookSecret = defineRoute({
  id: "revealHookSecret",
  method: "POST",
  path: "/api/graphs/:id/hooks/:node/secret",
  summary: "The secret with which callers of a webhook node sign; 409 when it was given from outside",
  action: "hook.reveal",
  params,
  query: emptySchema,
  body: emptySchema.optional(),
  status: 200,
  answer: z.strictObject({ secret: z.string() }),
});
export const setHookSecret = defineRoute({
  id: "setHookSecret",
  method: "PUT",
  path: "/api/graphs/:id/hooks/:node/secret",
  summary: "Let callers of a webhook node sign with a secret that the other side chose; it is not shown again",
  action: "hook.reveal",
  params,
  query: emptySchema,
  body: z.strictObject({ secret: z.string().min(8, { error: "A signing secret has at least 8 characters." }).max(1_000) }),
  status: 200,
  answer: hookSchema,
});
export const listenToHook = defineRoute({
  id: "listenToHook",
  method: "POST",
  path: "/api/graphs/:id/hooks/:node/listen",
  summary: "Wait for a test call: within two minutes, the next one runs the draft",
  action: "hook.manage",
  params,
  query: emptySchema,
  body: emptySchema.optional(),
  status: 200,
  answer: hookSchema,
});
export const stopListening = defineRoute({
  id: "stopListening",
  method: "DELETE",
  path: "/api/graphs/:id/hooks/:node/listen",
  summary: "Wait for a test call no longer",
  action: "hook.manage",
  params,
  query: emptySchema,
  status: 200,
  answer: hookSchema,
});
