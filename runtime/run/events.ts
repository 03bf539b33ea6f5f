import { z } from "zod";
import { budgetSchema, countedSchema, measureSchema, nodeBudgetSchema } from "../graph/budget.ts";
import { nodeIdSchema, runIdSchema } from "../graph/ids.ts";
import { dataSchema } from "../graph/json.ts";
import { storedValueSchema, storedValuesSchema } from "../graph/stored-value.ts";
import { autonomySchema } from "../node/autonomy.ts";
import { effectSchema } from "../node/effect.ts";
import { waitRequestSchema } from "../node/outcome.ts";
import { failureSchema } from "./failure.ts";

/** Indexes of the iterations around a node run, outermost first; empty outside containers. */
export const iterationPathSchema = z.array(z.int().min(0)).max(8);
export type IterationPath = z.infer<typeof iterationPathSchema>;

const logLineSchema = z.strictObject({ at: z.iso.datetime(), level: z.enum(["debug", "info", "warn", "error"]), message: z.string() });
export type LogLine = z.infer<typeof logLineSchema>;

/** What somebody did from outside. */
const actorSchema = z.string();

const nodeRun = { node: nodeIdSchema, path: iterationPathSchema };

const finalStateSchema = z.enum(["succeeded", "failed", "cancelled", "killed", "timed-out"]);

/** What ended a wait, as the log holds it; see `waitAnswerSchema`. */
export const recordedAnswerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("time"), at: z.iso.datetime() }),
  z.strictObject({
    kind: z.literal("person"),
    at: z.iso.datetime(),
    decision: z.string(),
    edited: storedValueSchema.optional(),
    note: z.string(),
    by: z.string(),
  }),
  z.strictObject({ kind: z.literal("webhook"), at: z.iso.datetime(), request: storedValueSchema }),
  z.strictObject({
    kind: z.literal("run"),
    at: z.iso.datetime(),
    run: runIdSchema,
    state: finalStateSchema,
    output: storedValuesSchema,
    message: z.string().optional(),
    used: z.strictObject({ dollars: z.number(), tokens: z.number(), toolCalls: z.number() }).optional(),
  }),
  z.strictObject({ kind: z.literal("budget"), at: z.iso.datetime(), decision: z.enum(["raised", "refused"]) }),
]);
export type RecordedAnswer = z.infer<typeof recordedAnswerSchema>;

/**
 * Why one run began another: a sub-graph, a tool that was called, a part of a long list, a node for a labelled worker, the handling of its failure; or
 * a person ran it again.
 */
export const childPurposeSchema = z.enum(["call", "tool", "slice", "worker", "error-handler", "rerun"]);
export type ChildPurpose = z.infer<typeof childPurposeSchema>;

const iterations = {
  /** Index of the first one. */
  first: z.int().min(0),
  count: z.int().min(0),
  /** By port that the container gives: the list with one value for each iteration. */
  given: storedValuesSchema,
  /** Iterations under way at once. */
  concurrency: z.int().min(1),
  onFailure: z.enum(["stop", "go-on"]),
};

/** Beside dollars. */
const counts = { tokens: z.number().min(0).optional(), toolCalls: z.number().min(0).optional() };

/** What an event says, by type. Past facts: they are appended and never rewritten. */
const bodies = {
  /** Always the first. */
  runCreated: z.strictObject({
    type: z.literal("run-created"),
    run: runIdSchema,
    input: dataSchema,
    actor: actorSchema,
    /** Who began it, where that is not the `actor` that it runs as; null: nobody who is known. Absent: the actor. */
    startedBy: actorSchema.nullable().optional(),
    /** The entry node that starts it; other entries are skipped. Absent in a graph without entries. */
    entry: nodeIdSchema.optional(),
    /** What began it: absent for a call of the API or a click. */
    trigger: z.enum(["webhook", "schedule", "form", "test"]).optional(),
    /** The run it belongs to; with `node` and `path` the node run there that waits for it. */
    parent: z.strictObject({ run: runIdSchema, purpose: childPurposeSchema, node: nodeIdSchema.optional(), path: iterationPathSchema.optional() }).optional(),
    /** Runs above it that wait for it. */
    depth: z.int().min(0).max(100).optional(),
    /** What it may use before it asks, in place of what its graph says; a number is dollars. */
    budget: z.union([z.number(), budgetSchema]).optional(),
    /** Of it the run that waits for this one has lent so much, and may lend more; measures that are left out are not limited there. */
    lent: nodeBudgetSchema.optional(),
    /** What was known before it started of what it may cost: models without a price, a budget that will not do. */
    warnings: z.array(z.string()).optional(),
    /** Milliseconds it may take, waiting excluded: what was left of the time of the run that waits for it. */
    timeMs: z.number().min(0).optional(),
    /** The strictest autonomy of the graphs that called it: none of its agents goes further alone. */
    autonomy: autonomySchema.optional(),
    /** What it was called with may hold what others wrote. */
    untrusted: z.literal(true).optional(),
    /** Values of inputs that are set for this run and wired to nothing in its plan, by node. */
    fixed: z.record(z.string(), storedValuesSchema).optional(),
  }),
  runHeld: z.strictObject({ type: z.literal("run-held"), reason: z.string(), actor: actorSchema }),
  runResumed: z.strictObject({ type: z.literal("run-resumed"), actor: actorSchema }),
  /** Nothing new starts from here on; when what runs has ended, `run-finished` follows with this state. */
  runStopping: z.strictObject({
    type: z.literal("run-stopping"),
    state: finalStateSchema,
    reason: z.string(),
    actor: actorSchema,
  }),
  /** Always the last. */
  runFinished: z.strictObject({
    type: z.literal("run-finished"),
    state: finalStateSchema,
    /** Outputs of the exit nodes by name. */
    output: storedValuesSchema,
    failure: failureSchema.extend({ node: nodeIdSchema.optional() }).optional(),
    /** The run of the error-handler graph that was begun, or why none could be. */
    handler: z.union([z.strictObject({ run: runIdSchema }), z.strictObject({ problem: z.string() })]).optional(),
    /** Runs that it began and stopped, and that did not tell in time what they cost; `cost` is what counts for them here: all that was set aside. */
    unended: z.array(z.strictObject({ run: runIdSchema, cost: z.number().min(0), ...counts })).optional(),
  }),
  /** What the run (or one of its nodes) may use was changed by a person; what is left out stays. */
  budgetChanged: z.strictObject({
    type: z.literal("budget-changed"),
    /** Dollars. */
    budget: z.number().optional(),
    ...counts,
    timeMs: z.number().optional(),
    /** The node whose budget it is; the run's when left out. */
    holder: nodeIdSchema.optional(),
    actor: actorSchema,
  }),
  /** The run has asked the one that waits for it to lend it more. */
  budgetWanted: z.strictObject({ type: z.literal("budget-wanted"), measure: countedSchema, amount: z.number().min(0) }),
  /** The answer: it is lent that much on top; 0: there is no more. */
  budgetLent: z.strictObject({ type: z.literal("budget-lent"), measure: countedSchema, amount: z.number().min(0) }),
  /** Most of a budget is used: said once for each, until it is changed. */
  budgetWarned: z.strictObject({
    type: z.literal("budget-warned"),
    measure: measureSchema,
    used: z.number(),
    budget: z.number(),
    /** The node whose budget it is; the run's when left out. */
    holder: nodeIdSchema.optional(),
  }),
  nodeStarted: z.strictObject({ type: z.literal("node-started"), ...nodeRun, attempt: z.int().min(1), effect: effectSchema }),
  nodeLogged: z.strictObject({ type: z.literal("node-logged"), ...nodeRun, lines: z.array(logLineSchema) }),
  stepStarted: z.strictObject({
    type: z.literal("step-started"),
    ...nodeRun,
    step: z.string(),
    effect: effectSchema,
    inputHash: z.string(),
    key: z.string().optional(),
  }),
  stepFinished: z.strictObject({ type: z.literal("step-finished"), ...nodeRun, step: z.string(), result: storedValueSchema }),
  /** It ended with proof that nothing happened: the next attempt may begin it again. */
  stepFailed: z.strictObject({ type: z.literal("step-failed"), ...nodeRun, step: z.string() }),
  nodeWaiting: z.strictObject({ type: z.literal("node-waiting"), ...nodeRun, request: waitRequestSchema }),
  waitAnswered: z.strictObject({ type: z.literal("wait-answered"), ...nodeRun, name: z.string(), answer: recordedAnswerSchema, actor: actorSchema }),
  /** A call of the run's callback address that came before the node waited for it. */
  callbackReceived: z.strictObject({ type: z.literal("callback-received"), ...nodeRun, name: z.string(), answer: recordedAnswerSchema }),
  /** A container (or a node in item mode) begins iterations; `delegated`: in runs of their own, part by part. */
  iterationsOpened: z.strictObject({ type: z.literal("iterations-opened"), ...nodeRun, ...iterations, delegated: z.literal(true).optional() }),
  iterationStarted: z.strictObject({
    type: z.literal("iteration-started"),
    ...nodeRun,
    index: z.int().min(0),
    /** By port that the container gives: the value of this iteration. */
    given: storedValuesSchema,
  }),
  iterationFinished: z.strictObject({
    type: z.literal("iteration-finished"),
    ...nodeRun,
    index: z.int().min(0),
    /** `stopped`: another one failed. */
    state: z.enum(["succeeded", "failed", "stopped"]),
    /** By port that the container takes from its body. */
    outputs: storedValuesSchema,
    failure: failureSchema.extend({ node: nodeIdSchema.optional() }).optional(),
  }),
  /** The node run waits for another run; see `childPurposeSchema`. */
  childOpened: z.strictObject({
    type: z.literal("child-opened"),
    ...nodeRun,
    name: z.string(),
    run: runIdSchema,
    purpose: childPurposeSchema,
    /** The node of the plan's `callables` that a `tool` run runs; absent in older logs. */
    callee: nodeIdSchema.optional(),
    /** Dollars lent to it: it asks for more when they do not do. */
    reserved: z.number().min(0).optional(),
    /** Tokens and tool calls lent to it. */
    ...counts,
    /** Iterations that a `slice` takes over. */
    first: z.int().min(0).optional(),
    count: z.int().min(1).optional(),
  }),
  /** Comes after `node-cancelled`, too, where the node run was stopped while it waited: then it tells only what the run cost. */
  childFinished: z.strictObject({
    type: z.literal("child-finished"),
    ...nodeRun,
    name: z.string(),
    run: runIdSchema,
    state: finalStateSchema,
    /** Its output; of a `slice` or `worker` the outputs of the node itself. */
    outputs: storedValuesSchema,
    failure: failureSchema.optional(),
    cost: z.number().min(0),
    ...counts,
    /** Milliseconds during which it ran, waiting excluded. */
    activeMs: z.number().min(0).optional(),
  }),
  /** A run that it began has asked for more. */
  childNeeds: z.strictObject({ type: z.literal("child-needs"), ...nodeRun, run: runIdSchema, measure: countedSchema, amount: z.number().min(0) }),
  /** It is lent that much on top; 0: there is no more. */
  childFunded: z.strictObject({ type: z.literal("child-funded"), ...nodeRun, run: runIdSchema, measure: countedSchema, amount: z.number().min(0) }),
  /** Dollars and tokens set aside before a charge, and tool calls that are about to be made. */
  costReserved: z.strictObject({ type: z.literal("cost-reserved"), ...nodeRun, name: z.string(), amount: z.number().min(0), ...counts }),
  costSettled: z.strictObject({
    type: z.literal("cost-settled"),
    ...nodeRun,
    name: z.string(),
    amount: z.number().min(0),
    /** Read and written. */
    tokens: counts.tokens,
    details: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
  /** It did not run: an earlier result stands in its place. */
  nodeReused: z.strictObject({
    type: z.literal("node-reused"),
    ...nodeRun,
    outputs: storedValuesSchema,
    /** `cache`: same config and inputs; `recorded`: taken over from the run this one goes on from; `pinned`: set by a person. */
    reason: z.enum(["cache", "recorded", "pinned"]),
    /** Where it was computed. */
    from: z.strictObject({ run: runIdSchema, node: nodeIdSchema }).optional(),
  }),
  nodeSucceeded: z.strictObject({ type: z.literal("node-succeeded"), ...nodeRun, outputs: storedValuesSchema }),
  /** An attempt failed; what becomes of the node run is decided next. */
  attemptFailed: z.strictObject({ type: z.literal("attempt-failed"), ...nodeRun, attempt: z.int().min(1), failure: failureSchema }),
  /** Another attempt starts at `dueAt`. */
  nodeRetrying: z.strictObject({ type: z.literal("node-retrying"), ...nodeRun, dueAt: z.iso.datetime() }),
  /** The instant of a retry has come. */
  retryDue: z.strictObject({ type: z.literal("retry-due"), ...nodeRun }),
  /** A write ended without proof of what happened: a person decides. */
  nodeUncertain: z.strictObject({ type: z.literal("node-uncertain"), ...nodeRun, failure: failureSchema }),
  uncertaintyDecided: z.strictObject({
    type: z.literal("uncertainty-decided"),
    ...nodeRun,
    /** `happened`: it did, with these outputs; `failed`: it did not, the node fails; `again`: run it once more. */
    decision: z.enum(["happened", "failed", "again"]),
    outputs: storedValuesSchema,
    note: z.string(),
    actor: actorSchema,
  }),
  /** After the last attempt. `handling` follows the node's policy; `outputs` is what goes on downstream. */
  nodeFailed: z.strictObject({
    type: z.literal("node-failed"),
    ...nodeRun,
    failure: failureSchema,
    handling: z.enum(["fail", "branch", "continue"]),
    outputs: storedValuesSchema,
  }),
  /** `disabled` nodes pass a value through, so they may have outputs; `left-out`: the run was asked for other nodes. */
  nodeSkipped: z.strictObject({
    type: z.literal("node-skipped"),
    ...nodeRun,
    reason: z.enum(["no-value", "disabled", "left-out"]),
    outputs: storedValuesSchema,
  }),
  nodeCancelled: z.strictObject({ type: z.literal("node-cancelled"), ...nodeRun, happened: z.enum(["no", "unknown"]) }),
};

export const runEventBodySchema = z.discriminatedUnion("type", [
  bodies.runCreated,
  bodies.runHeld,
  bodies.runResumed,
  bodies.runStopping,
  bodies.runFinished,
  bodies.budgetChanged,
  bodies.budgetWanted,
  bodies.budgetLent,
  bodies.budgetWarned,
  bodies.nodeStarted,
  bodies.nodeLogged,
  bodies.stepStarted,
  bodies.stepFinished,
  bodies.stepFailed,
  bodies.nodeWaiting,
  bodies.waitAnswered,
  bodies.callbackReceived,
  bodies.iterationsOpened,
  bodies.iterationStarted,
  bodies.iterationFinished,
  bodies.childOpened,
  bodies.childFinished,
  bodies.childNeeds,
  bodies.childFunded,
  bodies.costReserved,
  bodies.costSettled,
  bodies.nodeReused,
  bodies.nodeSucceeded,
  bodies.attemptFailed,
  bodies.nodeRetrying,
  bodies.retryDue,
  bodies.nodeUncertain,
  bodies.uncertaintyDecided,
  bodies.nodeFailed,
  bodies.nodeSkipped,
  bodies.nodeCancelled,
]);
export type RunEventBody = z.infer<typeof runEventBodySchema>;

const stamp = {
  /** From 1, without gaps, given when the event is recorded. */
  seq: z.int().min(1),
  /** ISO 8601 instant at which it happened, by the driver's clock. */
  at: z.iso.datetime(),
};
export const runEventStampSchema = z.object(stamp);
export type RunEvent = RunEventBody & z.infer<typeof runEventStampSchema>;
/** Accepts an event as it is stored and sent. */
export const runEventSchema: z.ZodType<RunEvent> = z.intersection(runEventStampSchema, z.looseObject({ type: z.string() })).transform((event, context) => {
  const { seq, at, ...body } = event;
  const parsed = runEventBodySchema.safeParse(body);
  if (parsed.success) return { ...parsed.data, seq, at };
  for (const issue of parsed.error.issues) context.addIssue({ code: "custom", message: issue.message, path: [...issue.path] });
  return z.NEVER;
});

/** Shown while it happens and never numbered; may be dropped under pressure. */
export const ephemeralEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("progress"), ...nodeRun, value: z.number(), total: z.number().optional(), message: z.string().optional() }),
  z.strictObject({ type: z.literal("token"), ...nodeRun, text: z.string() }),
  z.strictObject({ type: z.literal("preview"), ...nodeRun, mediaType: z.string(), data: z.string() }),
  z.strictObject({ type: z.literal("log"), ...nodeRun, line: logLineSchema }),
]);
export type EphemeralEvent = z.infer<typeof ephemeralEventSchema>;
