import { z } from "zod";
import { measureSchema, nodeBudgetSchema } from "../graph/budget.ts";
import { graphIdSchema, nodeIdSchema, runIdSchema } from "../graph/ids.ts";
import { dataSchema, jsonSchema } from "../graph/json.ts";
import type { FailureCode } from "./node-error.ts";

const until = z.iso.datetime();
/** Unique in its node run: finds the answer when the node is entered again. */
const name = z.string().min(1).max(200);

/** Who may decide: anybody with one of these roles, and these people; with neither, whoever may decide gates at all. */
export const approversSchema = z.strictObject({
  roles: z.array(z.enum(["owner", "editor", "approver", "operator"])).optional(),
  /** Ids of accounts. */
  people: z.array(z.string().min(1).max(200)).max(100).optional(),
});
export type Approvers = z.infer<typeof approversSchema>;

/** Which of its tools it is about to call. */
const callee = nodeIdSchema.optional();

/** What a node waits for. */
export const waitRequestSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("time"),
    name,
    /** ISO 8601 instant at which the wait ends. */
    until,
  }),
  z.strictObject({
    /** A person decides. */
    kind: z.literal("person"),
    name,
    /** What is asked, in one line. */
    title: z.string().max(500),
    /** What the person has to see in order to decide. */
    details: dataSchema.optional(),
    /** What kind of question it is; `approval` when left out. */
    gate: z.enum(["approval", "tool-call", "elicitation"]).optional(),
    /** The decisions offered, the first one being the usual one. */
    decisions: z.array(z.string().min(1).max(50)).min(1).max(20),
    /** What they are called where the word itself would not do. */
    titles: z.record(z.string(), z.string().max(50)).optional(),
    /** Those of them that are taken only with a note. */
    needNote: z.array(z.string()).max(20).optional(),
    /** JSON Schema of what may be put in the place of what was proposed (`edited` of the answer), and what was proposed. Without it nothing can be edited. */
    edit: z.strictObject({ schema: z.record(z.string(), jsonSchema), value: dataSchema.optional() }).optional(),
    approvers: approversSchema.optional(),
    /** How many different people have to decide the same; the first who decides otherwise decides alone. 1 when left out. */
    quorum: z.int().min(1).max(20).optional(),
    /** Whoever started the run may not decide. */
    notStarter: z.boolean().optional(),
    /** ISO 8601 instants at which those who may decide are told again; from `escalateTo` on these may decide, too. */
    reminders: z
      .array(z.strictObject({ at: until, escalateTo: approversSchema.optional() }))
      .max(20)
      .optional(),
    /** ISO 8601 instant after which nobody is asked any more: the answer is then one of the kind `time`. */
    until: until.optional(),
  }),
  z.strictObject({
    /** Somebody calls the run's callback address. */
    kind: z.literal("webhook"),
    name,
    /** ISO 8601 instant after which no call is taken any more: the answer is then one of the kind `time`. */
    until: until.optional(),
  }),
  z.strictObject({
    /** Somebody raises a budget; asked by `reserve`, by calls of tools, and before a node starts. */
    kind: z.literal("budget"),
    name,
    /** What is to be used on top: dollars, or of the measure that is named. */
    amount: z.number().min(0),
    /** `dollars` when left out. */
    measure: measureSchema.optional(),
    /** What is used or set aside of that budget by then, and what it is. */
    used: z.number().min(0).optional(),
    budget: z.number().min(0).optional(),
    /** Whose budget it is: the run's when left out, a node's, or that of a run that waits for this one. */
    of: z.enum(["run", "node", "above"]).optional(),
    /** The node whose budget it is. */
    holder: nodeIdSchema.optional(),
    callee,
  }),
  z.strictObject({
    /** What it needs is set aside by something that goes on; nobody is asked. It is entered again when that is free, or turns into `budget`. */
    kind: z.literal("set-aside"),
    name,
    amount: z.number().min(0),
    measure: measureSchema,
    callee,
  }),
]);
export type WaitRequest = z.infer<typeof waitRequestSchema>;

/** What ended a wait, as the node is told. */
export const waitAnswerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("time"), at: z.iso.datetime() }),
  z.strictObject({
    kind: z.literal("person"),
    at: z.iso.datetime(),
    decision: z.string(),
    /** What the person put in the place of what was proposed. */
    edited: dataSchema.optional(),
    note: z.string(),
    by: z.string(),
  }),
  z.strictObject({
    kind: z.literal("webhook"),
    at: z.iso.datetime(),
    /** The call: method, query, headers, body. */
    request: dataSchema,
  }),
  z.strictObject({
    /** The run that the node called has ended. */
    kind: z.literal("run"),
    at: z.iso.datetime(),
    run: runIdSchema,
    state: z.enum(["succeeded", "failed", "cancelled", "killed", "timed-out"]),
    /** Outputs of its exit nodes by name, of a tool those of the node by port; empty unless it succeeded. */
    output: z.record(z.string(), dataSchema),
    /** Why it did not succeed, in one line. */
    message: z.string().optional(),
    /** What it used. */
    used: z.strictObject({ dollars: z.number(), tokens: z.number(), toolCalls: z.number() }).optional(),
  }),
  z.strictObject({ kind: z.literal("budget"), at: z.iso.datetime(), decision: z.enum(["raised", "refused"]) }),
]);
export type WaitAnswer = z.infer<typeof waitAnswerSchema>;

/** The caller lets the called run use no more than that, whatever else is left. */
const budget = nodeBudgetSchema.optional();

/** A run to be started by the engine. `name` finds the answer (of the kind `run`) when the node is entered again; unique in its node run. */
export const callRequestSchema = z.union([
  /** Of another graph; for nodes of role `call`. */
  z.strictObject({
    name,
    budget,
    graph: graphIdSchema,
    revision: z.int().min(1),
    /** The called run's input. */
    input: z.record(z.string(), dataSchema),
  }),
  /** Of one of the node's own `tools`. */
  z.strictObject({
    name,
    budget,
    node: nodeIdSchema,
    /** Value by input port; every port that is left out is without a value. */
    inputs: z.record(z.string(), dataSchema),
    /** The inputs may hold what others wrote (a page, a mail): whoever is called is told. */
    untrusted: z.literal(true).optional(),
  }),
]);
export type CallRequest = z.infer<typeof callRequestSchema>;
/** Calls one node run may have under way at once. */
export const MAX_CALLS_AT_ONCE = 32;

/** Iterations of a container's body (or of a node in item mode), to be run by the engine. */
export interface IterationRequest {
  /** How many; their indexes go on after those of earlier requests of the same node run. */
  count: number;
  /** By port that the container gives to its body: one value for each iteration. */
  given: Record<string, readonly unknown[]>;
  /** Iterations under way at once. */
  concurrency: number;
  /** After a failed iteration: `stop` begins no other and aborts those under way, `go-on` runs the rest. */
  onFailure: "stop" | "go-on";
}

/** How an iteration ended; see `ExecutionContext.iterations`. */
export interface IterationResult {
  /** From 0, over all requests of the node run. */
  index: number;
  state: "succeeded" | "failed";
  /** By port that the container takes from its body; a port without a value is absent. */
  taken: Record<string, unknown>;
  failure?: { code: FailureCode; message: string; happened: "no" | "unknown" };
}

/** What `execute` returns. */
export type Outcome =
  | {
      type: "done";
      /** Value by output port; a port that is absent is skipped, and so is what hangs on it alone. */
      outputs: Record<string, unknown>;
    }
  | { type: "wait"; request: WaitRequest }
  /** All of them run side by side; the node is entered again when the last has ended. */
  | { type: "call"; requests: readonly CallRequest[] }
  /** For nodes of the roles `each` and `loop`. */
  | { type: "iterate"; request: IterationRequest }
  | {
      /** Ends the whole run on purpose. */
      type: "stop";
      state: "succeeded" | "killed";
      reason: string;
    };

/** The node is done; see `Outcome`. */
export const done = (outputs: Record<string, unknown> = {}): Outcome => ({ type: "done", outputs });
/** The node waits, and is entered again when the answer is there. */
export const wait = (request: WaitRequest): Outcome => ({ type: "wait", request });
/** The engine begins these runs, and enters the node again when all of them have ended. */
export const call = (...requests: readonly CallRequest[]): Outcome => ({ type: "call", requests });
/** The engine runs the body that often, and enters the node again with what the iterations yielded. */
export const iterate = (request: IterationRequest): Outcome => ({ type: "iterate", request });
/**
 * Ends the run on purpose.
 * @public for node authors
 */
export const stop = (ending: { state: "succeeded" | "killed"; reason: string }): Outcome => ({ type: "stop", ...ending });
