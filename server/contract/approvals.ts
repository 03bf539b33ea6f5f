import { z } from "zod";
import { graphIdSchema, nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { dataSchema } from "#runtime/graph/json.ts";
import { iterationPathSchema } from "#runtime/run/events.ts";
import { failureSchema } from "#runtime/run/failure.ts";
import { emptySchema, listQuerySchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

const common = {
  /** `<run>.<event>`: the event that asked. */
  id: z.string(),
  state: z.enum(["pending", "decided"]),
  run: runIdSchema,
  graph: graphIdSchema,
  node: nodeIdSchema,
  path: iterationPathSchema,
  label: z.string(),
  /** The decisions it offers, the usual one first. */
  decisions: z.array(z.string()),
  askedAt: timeSchema,
  decided: z.strictObject({ decision: z.string(), by: z.string(), at: timeSchema, note: z.string() }).nullable(),
};

/** A place where a run waits for a person. */
export const gateSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...common,
    /** A write ended without proof of what happened. */
    kind: z.literal("uncertain"),
    failure: failureSchema,
  }),
  z.strictObject({
    ...common,
    /** A node asks. */
    kind: z.literal("approval"),
    title: z.string(),
    details: dataSchema.nullable(),
    /** After that nobody is asked any more. */
    until: timeSchema.nullable(),
  }),
  z.strictObject({
    ...common,
    /** The run's budget does not allow what a node is about to spend. */
    kind: z.literal("budget"),
    /** Dollars it wants to set aside. */
    amount: z.number(),
  }),
]);
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
    /** One of those the gate offers. */
    decision: z.string().min(1).max(50),
    /** Of an uncertain write that happened: the outputs by port. Of an approval: what stands in the place of what was proposed. Of a budget: `{ "budget": dollars }`. */
    edited: dataSchema.optional(),
    note: z.string().max(2_000).optional(),
  }),
  status: 200,
  answer: gateSchema,
});
