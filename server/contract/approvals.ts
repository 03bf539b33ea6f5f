import { z } from "zod";
import { measureSchema } from "#runtime/graph/budget.ts";
import { graphIdSchema, nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { dataSchema, jsonSchema } from "#runtime/graph/json.ts";
import { approversSchema } from "#runtime/node/outcome.ts";
import { iterationPathSchema } from "#runtime/run/events.ts";
import { failureSchema } from "#runtime/run/failure.ts";
import { emptySchema, listQuerySchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

/** `name` is empty for who is no member of the workspace. */
const personSchema = z.strictObject({ id: z.string(), name: z.string() });

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
  /** SHA-256 of exactly what is asked: a decision that names it is refused when it was made about something else. */
  digest: z.string(),
  decided: z.strictObject({ decision: z.string(), by: z.string(), at: timeSchema, note: z.string() }).nullable(),
  /** Whether the caller may decide it now. */
  mayDecide: z.boolean(),
  /** Why the caller may not, and whom to ask. */
  whyNot: z.string().nullable(),
};

const asked = {
  ...common,
  title: z.string(),
  details: dataSchema.nullable(),
  /** What decisions are called, where the word itself would not do. */
  titles: z.record(z.string(), z.string()),
  /** Decisions that are taken only with a note. */
  needNote: z.array(z.string()),
  /** After that nobody is asked any more. */
  until: timeSchema.nullable(),
  /** What may be put in the place of what was proposed, as JSON Schema, and what was proposed. Null: nothing can be edited. */
  edit: z.strictObject({ schema: z.record(z.string(), jsonSchema), value: dataSchema.nullable() }).nullable(),
  /** Who may decide, with whom the question has been escalated to by now; null: whoever may decide at all. */
  approvers: z.strictObject({ roles: approversSchema.shape.roles.unwrap(), people: z.array(personSchema) }).nullable(),
  /** How many different people have to decide the same; whoever decides otherwise than the first option decides alone. */
  quorum: z.int(),
  /** Those who have decided while more are needed, the first one first. */
  votes: z.array(z.strictObject({ by: personSchema, decision: z.string(), edited: z.boolean(), note: z.string(), at: timeSchema })),
};

export const gateKindSchema = z.enum(["approval", "tool-call", "elicitation", "budget", "uncertain"]);
export type GateKind = z.infer<typeof gateKindSchema>;

/** A place where a run waits for a person. */
export const gateSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...common,
    /** A write ended without proof of what happened. */
    kind: z.literal("uncertain"),
    failure: failureSchema,
  }),
  /** A node asks. */
  z.strictObject({ ...asked, kind: z.literal("approval") }),
  /** An agent is about to call tools; `details` names the calls, `edit` their arguments by call. */
  z.strictObject({ ...asked, kind: z.literal("tool-call") }),
  /** A tool asks for more while it is called; `edit` says what. */
  z.strictObject({ ...asked, kind: z.literal("elicitation") }),
  z.strictObject({
    ...common,
    /** A budget does not allow what a node is about to use. */
    kind: z.literal("budget"),
    /** What it wants to use on top, in the unit of `measure`. */
    amount: z.number(),
    measure: measureSchema,
    /** Whose budget it is: the run's, a node's (`holder`), or that of a run that waits for this one. */
    of: z.enum(["run", "node", "above"]),
    holder: nodeIdSchema.nullable(),
    holderLabel: z.string().nullable(),
    /** What is used or set aside of it, and what it is; null of gates that were asked before this was noted. */
    used: z.number().nullable(),
    budget: z.number().nullable(),
  }),
]);
export type Gate = z.infer<typeof gateSchema>;
/** One that a node asks about, in its own words. */
export type AskedGate = Extract<Gate, { title: string }>;

const params = z.strictObject({ id: z.string().regex(/^run_[A-Za-z0-9_]{1,64}\.\d{1,9}$/, { error: "This is not a gate's id." }) });

export const listApprovals = defineRoute({
  id: "listApprovals",
  method: "GET",
  path: "/api/approvals",
  summary: "Gates that wait for a person, or were decided; newest first",
  action: "gate.read",
  params: emptySchema,
  query: listQuerySchema.extend({
    state: z.enum(["pending", "decided"]).default("pending"),
    kind: gateKindSchema.optional(),
    /** Only those the caller may decide; of decided ones, those the caller decided. */
    mine: z.enum(["true", "false"]).optional(),
    graph: graphIdSchema.optional(),
    /** Of a run, and of those it began and waits for. */
    run: runIdSchema.optional(),
  }),
  status: 200,
  answer: pageOf(gateSchema),
});
export const countApprovals = defineRoute({
  id: "countApprovals",
  method: "GET",
  path: "/api/approvals/count",
  summary: "How many gates wait that the caller may decide; a hundred stands for more",
  action: "gate.read",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: z.strictObject({ mine: z.int(), all: z.int() }),
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
  summary: "Decide a gate, once; where several have to agree, vote",
  // whom a gate names may decide it, whatever their role; the gate is asked
  action: "gate.answer",
  params,
  query: emptySchema,
  body: z.strictObject({
    /** One of those the gate offers. */
    decision: z.string().min(1).max(50),
    /**
     * Of an uncertain write that happened: the outputs by port. Of a budget: `{ "budget": what it is to be }`, in the gate's unit. Else: what stands in the place of what was
     * proposed, by the gate's schema.
     */
    edited: dataSchema.optional(),
    note: z.string().max(2_000).optional(),
    /** The gate's, as it was when the caller made up their mind. */
    digest: z.string().optional(),
  }),
  status: 200,
  answer: gateSchema,
});
