import { z } from "zod";
import { graphIdSchema, nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { dataSchema } from "#runtime/graph/json.ts";
import { iterationPathSchema } from "#runtime/run/events.ts";
import { failureSchema } from "#runtime/run/failure.ts";
import { emptySchema, listQuerySchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

const decisionSchema = z.enum(["happened", "failed", "again"]);

/** A place where a run waits for a person. `uncertain`: a write ended without proof of what happened. */
export const gateSchema = z.strictObject({
  /** `<run>.<event>`: the event that asked. */
  id: z.string(),
  kind: z.literal("uncertain"),
  state: z.enum(["pending", "decided"]),
  run: runIdSchema,
  graph: graphIdSchema,
  node: nodeIdSchema,
  path: iterationPathSchema,
  label: z.string(),
  failure: failureSchema,
  decisions: z.array(decisionSchema),
  askedAt: timeSchema,
  decided: z.strictObject({ decision: decisionSchema, by: z.string(), at: timeSchema, note: z.string() }).nullable(),
});
export type Gate = z.infer<typeof gateSchema>;

const params = z.strictObject({ id: z.string().regex(/^run_[A-Za-z0-9_]{1,64}\.\d{1,9}$/, { error: "This is not a gate's id." }) });

export const listApprovals = defineRoute({
  id: "listApprovals",
  method: "GET",
  path: "/api/approvals",
  summary: "Gates that wait for a person",
  action: "gate.read",
  params: emptySchema,
  query: listQuerySchema.extend({ state: z.literal("pending").default("pending") }),
  status: 200,
  answer: pageOf(gateSchema),
});
export const readApproval = defineRoute({
  id: "readApproval",
  method: "GET",
  path: "/api/approvals/:id",
  summary: "One gate",
  action: "gate.read",
  params,
  query: emptySchema,
  status: 200,
  answer: gateSchema,
});
export const decideApproval = defineRoute({
  id: "decideApproval",
  method: "POST",
  path: "/api/approvals/:id/decide",
  summary: "Decide a gate, once",
  action: "gate.decide",
  params,
  query: emptySchema,
  body: z.strictObject({
    decision: decisionSchema,
    /** With `happened`: the outputs by port, as the outside system gave them. */
    edited: z.record(z.string(), dataSchema).optional(),
    note: z.string().max(2_000).optional(),
  }),
  status: 200,
  answer: gateSchema,
});
