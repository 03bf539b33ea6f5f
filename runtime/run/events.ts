import { z } from "zod";
import { nodeIdSchema, runIdSchema } from "../graph/ids.ts";
import { dataSchema } from "../graph/json.ts";
import { effectSchema } from "../node/effect.ts";
import { waitAnswerSchema, waitRequestSchema } from "../node/outcome.ts";
import { failureSchema } from "./failure.ts";
import { storedValueSchema, storedValuesSchema } from "./values.ts";

/** Indexes of the iterations around a node run, outermost first; empty outside containers. */
export const iterationPathSchema = z.array(z.int().min(0)).max(8);
export type IterationPath = z.infer<typeof iterationPathSchema>;

const logLineSchema = z.strictObject({ at: z.iso.datetime(), level: z.enum(["debug", "info", "warn", "error"]), message: z.string() });
export type LogLine = z.infer<typeof logLineSchema>;

/** What somebody did from outside. */
const actorSchema = z.string();

const nodeRun = { node: nodeIdSchema, path: iterationPathSchema };

/** What an event says, by type. Past facts: they are appended and never rewritten. */
const bodies = {
  /** Always the first. */
  runCreated: z.strictObject({
    type: z.literal("run-created"),
    run: runIdSchema,
    input: dataSchema,
    actor: actorSchema,
    /** The entry node that starts it; other entries are skipped. Absent in a graph without entries. */
    entry: nodeIdSchema.optional(),
  }),
  runHeld: z.strictObject({ type: z.literal("run-held"), reason: z.string(), actor: actorSchema }),
  runResumed: z.strictObject({ type: z.literal("run-resumed"), actor: actorSchema }),
  /** Nothing new starts from here on; when what runs has ended, `run-finished` follows with this state. */
  runStopping: z.strictObject({
    type: z.literal("run-stopping"),
    state: z.enum(["succeeded", "failed", "cancelled", "killed", "timed-out"]),
    reason: z.string(),
    actor: actorSchema,
  }),
  /** Always the last. */
  runFinished: z.strictObject({
    type: z.literal("run-finished"),
    state: z.enum(["succeeded", "failed", "cancelled", "killed", "timed-out"]),
    /** Outputs of the exit nodes by name. */
    output: storedValuesSchema,
    failure: failureSchema.extend({ node: nodeIdSchema.optional() }).optional(),
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
  waitAnswered: z.strictObject({ type: z.literal("wait-answered"), ...nodeRun, name: z.string(), answer: waitAnswerSchema, actor: actorSchema }),
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
  /** `disabled` nodes pass a value through, so they may have outputs. */
  nodeSkipped: z.strictObject({ type: z.literal("node-skipped"), ...nodeRun, reason: z.enum(["no-value", "disabled"]), outputs: storedValuesSchema }),
  nodeCancelled: z.strictObject({ type: z.literal("node-cancelled"), ...nodeRun, happened: z.enum(["no", "unknown"]) }),
};

export const runEventBodySchema = z.discriminatedUnion("type", [
  bodies.runCreated,
  bodies.runHeld,
  bodies.runResumed,
  bodies.runStopping,
  bodies.runFinished,
  bodies.nodeStarted,
  bodies.nodeLogged,
  bodies.stepStarted,
  bodies.stepFinished,
  bodies.stepFailed,
  bodies.nodeWaiting,
  bodies.waitAnswered,
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
