import { z } from "zod";
import { anyBudgetSchema } from "#runtime/graph/budget.ts";
import { graphIdSchema, nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { dataSchema, jsonSchema } from "#runtime/graph/json.ts";
import { planSchema } from "#runtime/plan/plan.ts";
import { childPurposeSchema, iterationPathSchema, runEventSchema } from "#runtime/run/events.ts";
import { failureSchema } from "#runtime/run/failure.ts";
import { emptySchema, listOf, listQuerySchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

const params = z.strictObject({ id: runIdSchema });

export const runStateSchema = z.enum(["queued", "running", "waiting", "held", "succeeded", "failed", "cancelled", "killed", "timed-out"]);
export type ApiRunState = z.infer<typeof runStateSchema>;

export const runSummarySchema = z.strictObject({
  id: runIdSchema,
  graph: graphIdSchema,
  revision: z.int(),
  state: runStateSchema,
  actor: z.string(),
  createdAt: timeSchema,
  startedAt: timeSchema.nullable(),
  finishedAt: timeSchema.nullable(),
  /** Dollars as decimal text. */
  cost: z.string(),
  /** The failure that ended it, in one line. */
  failure: failureSchema.extend({ node: nodeIdSchema.optional() }).nullable(),
  /** Why it is held or was stopped, or what it waits for. */
  reason: z.string().nullable(),
  /** The run that began it, and what for. */
  parent: z.strictObject({ run: runIdSchema, purpose: childPurposeSchema }).nullable(),
  /** The label of the workers that may drive it. */
  worker: z.string().nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

const nodeStateSchema = z.enum(["pending", "running", "waiting", "retrying", "uncertain", "succeeded", "failed", "skipped", "reused", "cancelled"]);
export type ApiNodeState = z.infer<typeof nodeStateSchema>;

const nodeRunSchema = z.strictObject({
  state: nodeStateSchema,
  attempts: z.int(),
  startedAt: timeSchema.nullable(),
  finishedAt: timeSchema.nullable(),
  /** Values by port; one over 64 KiB is `{ "$blob": hash, "bytes", "preview" }`. */
  outputs: z.record(z.string(), dataSchema).optional(),
  failure: failureSchema.optional(),
  /** Runs that it began, in order. */
  children: z.array(z.strictObject({ run: runIdSchema, purpose: childPurposeSchema })).optional(),
  /** `reused`: where the result was computed. */
  from: z.strictObject({ run: runIdSchema, node: nodeIdSchema }).optional(),
});

export const runDetailSchema = runSummarySchema.extend({
  input: dataSchema,
  output: z.record(z.string(), dataSchema).nullable(),
  /** By node id. */
  nodes: z.record(z.string(), nodeRunSchema),
  /** Node runs inside of containers, by node id and then by iteration path (`3,0`). */
  iterations: z.record(z.string(), z.record(z.string(), nodeRunSchema)),
  /** Dollars it may cost before it asks. */
  budget: z.number().nullable(),
  /** What it has used, the runs it began included when they have ended. `timeMs`: milliseconds in which it was active. */
  used: z.strictObject({ dollars: z.number(), tokens: z.number(), toolCalls: z.number(), timeMs: z.number() }),
  /** What it may use before it asks. Of a run that another one waits for: what that has lent to it so far. */
  limits: z.strictObject({ dollars: z.number().optional(), tokens: z.number().optional(), toolCalls: z.number().optional(), timeMs: z.number().optional() }),
  /** Number of the last event. */
  lastEvent: z.int(),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

/** `warnings`: what was known before it started of what it may cost: models without a price, a budget that will not do. */
const startedRunSchema = runSummarySchema.extend({ warnings: z.array(z.string()) });

export const startRun = defineRoute({
  id: "startRun",
  method: "POST",
  path: "/api/graphs/:id/runs",
  summary: "Run a graph: the revision given, or one cut from the draft now",
  action: "graph.run",
  params: z.strictObject({ id: graphIdSchema }),
  query: emptySchema,
  body: z
    .strictObject({
      /** Values of the entry node's fields. */
      input: z.record(z.string(), dataSchema).optional(),
      /** The entry to start at, where there are several. */
      entry: nodeIdSchema.optional(),
      revision: z.int().min(1).optional(),
      /** Goes on from an earlier run of this graph and uses its results: of all that came before `at`. */
      from: z
        .strictObject({
          run: runIdSchema,
          /** `start`: nothing is used but the input; `failure`: all that ended well; or the node to begin at. */
          at: z.union([z.enum(["start", "failure"]), nodeIdSchema]).optional(),
        })
        .optional(),
      /** Runs these nodes alone, with recorded, pinned or set values. */
      only: z.preprocess((value) => (typeof value === "string" ? [value] : value), z.array(nodeIdSchema).min(1).max(5_000)).optional(),
      /** Outputs by node and port: these nodes do not run. */
      pins: z.record(nodeIdSchema, z.record(z.string(), dataSchema)).optional(),
      /** Uses what is pinned in the draft, too; `pins` win. Published runs never do. */
      pinned: z.boolean().optional(),
      /** By node: settings for this run, and values of inputs in place of what is wired to them. */
      overrides: z
        .record(nodeIdSchema, z.strictObject({ config: z.record(z.string(), jsonSchema).optional(), inputs: z.record(z.string(), dataSchema).optional() }))
        .optional(),
      /** What the run may use before it asks; a number is dollars. Only a person may say more than the graph does. */
      budget: anyBudgetSchema.optional(),
      /** A second call with the same key answers the first run. */
      idempotencyKey: z.string().min(1).max(200).optional(),
    })
    .optional(),
  status: 202,
  answer: startedRunSchema,
});
export const listRuns = defineRoute({
  id: "listRuns",
  method: "GET",
  path: "/api/runs",
  summary: "Runs, newest first",
  action: "run.read",
  about: "graph",
  params: emptySchema,
  query: listQuerySchema.extend({
    graph: graphIdSchema.optional(),
    state: runStateSchema.optional(),
    /** Only runs that this one began. Without it, calls of tools are left out: they are told with the run that made them. */
    parent: runIdSchema.optional(),
  }),
  status: 200,
  answer: pageOf(runSummarySchema),
});
export const readRun = defineRoute({
  id: "readRun",
  method: "GET",
  path: "/api/runs/:id",
  summary: "One run with its nodes",
  action: "run.read",
  params,
  query: emptySchema,
  status: 200,
  answer: runDetailSchema,
});
export const readSummary = defineRoute({
  id: "readSummary",
  method: "GET",
  path: "/api/runs/:id/summary",
  summary: "One run as lists tell it: the same effort however long its log is",
  action: "run.read",
  params,
  query: emptySchema,
  status: 200,
  answer: runSummarySchema,
});
export const readPlan = defineRoute({
  id: "readPlan",
  method: "GET",
  path: "/api/runs/:id/plan",
  summary: "What the run executes, to fold its events with",
  action: "run.read",
  params,
  query: emptySchema,
  status: 200,
  answer: planSchema,
});
export const readEvents = defineRoute({
  id: "readEvents",
  method: "GET",
  path: "/api/runs/:id/events",
  summary: "Its events after a number, as JSON or (Accept: text/event-stream) as a stream that ends with the run",
  action: "run.read",
  params,
  query: z.strictObject({ after: z.coerce.number().int().min(0).default(0), limit: z.coerce.number().int().min(1).max(5_000).default(1_000) }),
  status: 200,
  answer: z.strictObject({ items: z.array(runEventSchema), nextCursor: z.string().optional() }),
});
/**
 * What the events up to `seq` come to. `state` is for `readSnapshot` of `runtime/run/snapshot.ts`, with the run's plan; `format` changes with
 * it, and who does not know a format reads the events. `null`: the events are to be read as well, because there are no more than `over` of
 * them, or the state would have more than 32 MiB.
 */
export const runSnapshotSchema = z.strictObject({ seq: z.int(), state: z.looseObject({ format: z.int() }).nullable() });
export type RunSnapshot = z.infer<typeof runSnapshotSchema>;
export const readSnapshot = defineRoute({
  id: "readSnapshot",
  method: "GET",
  path: "/api/runs/:id/snapshot",
  summary: "What its events come to, to go on from instead of reading a long log from its beginning",
  action: "run.read",
  params,
  query: z.strictObject({ over: z.coerce.number().int().min(0).default(0) }),
  status: 200,
  answer: runSnapshotSchema,
});
const callbackSchema = z.strictObject({ node: nodeIdSchema, path: iterationPathSchema, name: z.string(), url: z.string() });
export const listCallbacks = defineRoute({
  id: "listCallbacks",
  method: "GET",
  path: "/api/runs/:id/callbacks",
  summary: "The addresses the run waits to be called at: whoever has one may call it, so no log has them",
  action: "run.control",
  params,
  query: emptySchema,
  status: 200,
  answer: listOf(callbackSchema),
});
export const readValue = defineRoute({
  id: "readValue",
  method: "GET",
  path: "/api/runs/:id/values/:hash",
  summary: "A large value of the run, whole",
  action: "run.read",
  params: params.extend({ hash: z.string().regex(/^[0-9a-f]{64}$/) }),
  query: emptySchema,
  status: 200,
  answer: z.strictObject({ value: dataSchema }),
});

const control = (id: string, verb: string, summary: string) =>
  defineRoute({
    id,
    method: "POST",
    path: `/api/runs/:id/${verb}`,
    summary,
    action: "run.control",
    params,
    query: emptySchema,
    body: z.strictObject({ reason: z.string().max(2_000).optional() }).optional(),
    status: 202,
    answer: runSummarySchema,
  });
export const cancelRun = control("cancelRun", "cancel", "Stop the run; what runs is aborted");
export const holdRun = control("holdRun", "hold", "Start nothing new until it is resumed");
export const resumeRun = control("resumeRun", "resume", "Go on after a hold");
export const setBudget = defineRoute({
  id: "setBudget",
  method: "POST",
  path: "/api/runs/:id/budget",
  summary: "Change what the run may use before it asks (a number is dollars); nodes that wait for budget go on",
  // it answers budget gates
  action: "gate.decide",
  params,
  query: emptySchema,
  body: z.strictObject({ budget: anyBudgetSchema, reason: z.string().max(2_000).optional() }),
  status: 202,
  answer: runSummarySchema,
});
export const killRun = defineRoute({
  id: "killRun",
  method: "POST",
  path: "/api/runs/:id/kill",
  summary: "End the run for a reason",
  action: "run.control",
  params,
  query: emptySchema,
  body: z.strictObject({ reason: z.string({ error: "Say why." }).trim().min(1, { error: "Say why." }).max(2_000) }),
  status: 202,
  answer: runSummarySchema,
});
