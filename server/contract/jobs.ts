import { z } from "zod";
import { jobIdSchema } from "#runtime/graph/ids.ts";
import { emptySchema, listQuerySchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

export const jobStateSchema = z.enum(["queued", "running", "succeeded", "failed", "cancelled"]);
export type JobState = z.infer<typeof jobStateSchema>;

/** How far a job is. */
export const jobProgressSchema = z.strictObject({
  /** What it is at now, in a word or two ("embedding"). */
  phase: z.string(),
  /** Of `total`, in a unit of the job's own. */
  done: z.number().min(0),
  /** Null: not known yet. */
  total: z.number().min(0).nullable(),
});
export type JobProgress = z.infer<typeof jobProgressSchema>;

/** Work in the background that is not a run. */
export const jobSchema = z.strictObject({
  id: jobIdSchema,
  /** What kind of work it is ("knowledge-index"). */
  kind: z.string(),
  /** For people: what is done with what. */
  title: z.string(),
  /** Id of the thing it is about, as `subject` of the list finds it. */
  subject: z.string(),
  state: jobStateSchema,
  progress: jobProgressSchema.nullable(),
  /** Why it failed and what to do; null unless it did. */
  error: z.string().nullable(),
  /** How often it has been begun. */
  attempts: z.int(),
  /** Somebody wants it to end: it will be `cancelled` soon. */
  isEnding: z.boolean(),
  createdAt: timeSchema,
  startedAt: timeSchema.nullable(),
  finishedAt: timeSchema.nullable(),
});
export type Job = z.infer<typeof jobSchema>;

const params = z.strictObject({ id: jobIdSchema });

export const listJobs = defineRoute({
  id: "listJobs",
  method: "GET",
  path: "/api/jobs",
  summary: "Work in the background, newest first; `search` looks at titles",
  action: "job.read",
  params: emptySchema,
  query: listQuerySchema.extend({
    /** Unfinished ones: `active`. */
    state: z.union([jobStateSchema, z.literal("active")]).optional(),
    kind: z.string().max(100).optional(),
    subject: z.string().max(100).optional(),
  }),
  status: 200,
  answer: pageOf(jobSchema),
});
export const readJob = defineRoute({
  id: "readJob",
  method: "GET",
  path: "/api/jobs/:id",
  summary: "One job",
  action: "job.read",
  params,
  query: emptySchema,
  status: 200,
  answer: jobSchema,
});
/** 409 when it has ended already. */
export const cancelJob = defineRoute({
  id: "cancelJob",
  method: "POST",
  path: "/api/jobs/:id/cancel",
  summary: "End a job; what it has finished stays",
  action: "job.control",
  params,
  query: emptySchema,
  body: emptySchema,
  status: 202,
  answer: jobSchema,
});
/** 409 unless it failed or was cancelled. */
export const retryJob = defineRoute({
  id: "retryJob",
  method: "POST",
  path: "/api/jobs/:id/retry",
  summary: "Begin a job again that failed or was cancelled",
  action: "job.control",
  params,
  query: emptySchema,
  body: emptySchema,
  status: 202,
  answer: jobSchema,
});
