import { z } from "zod";
import { formIdSchema, graphIdSchema, runIdSchema, submissionIdSchema } from "#runtime/graph/ids.ts";
import { dataSchema, jsonSchema } from "#runtime/graph/json.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import { fileNameSchema } from "./assets.ts";
import { emptySchema, listQuerySchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";
import { runStateSchema } from "./runs.ts";

/** Bytes that one file in a form may have: whoever sends it may be anybody. */
export const FORM_FILE_BYTES = 20 * 1024 * 1024;

/** What people decide about the form of a graph. */
const formSettingsSchema = z.strictObject({
  /** Off: its address opens nothing, and nobody reads what came of it there. */
  isOpen: z.boolean(),
  title: z.string().trim().min(1, { error: "Give the form a title." }).max(200),
  /** Markdown, above the fields. */
  description: z.string().max(10_000),
  /** `members`: of the graph's workspace, whatever their role. `link`: whoever has the address, without an account. */
  audience: z.enum(["members", "link"]),
  /** Submissions of everybody together within 60 minutes. */
  perHour: z.int({ error: "Write a whole number." }).min(1, { error: "At least 1." }).max(10_000, { error: "At most 10,000." }),
  /** Dollars that the runs of 24 hours may cost before nothing more is taken; null: no limit but the graph's own. */
  dailyBudget: z.number().min(0.01, { error: "At least $0.01." }).max(1_000_000).nullable(),
});
export type FormSettings = z.infer<typeof formSettingsSchema>;

const formSchema = formSettingsSchema.extend({
  id: formIdSchema,
  /** Whoever has it may use the form, as far as `audience` goes. */
  url: z.url(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export type Form = z.infer<typeof formSchema>;

/** The form of a graph as its people see it. */
const formOfGraphSchema = z.strictObject({
  /** Null until somebody makes one. */
  form: formSchema.nullable(),
  /** Why nothing can be submitted now whatever the settings say, and what to do; null when it can. */
  problem: z.string().nullable(),
});
export type FormOfGraph = z.infer<typeof formOfGraphSchema>;

const params = z.strictObject({ id: graphIdSchema });

export const readForm = defineRoute({
  id: "readForm",
  method: "GET",
  path: "/api/graphs/:id/form",
  summary: "The form by which a graph is shared, with its address",
  action: "form.read",
  params,
  query: emptySchema,
  status: 200,
  answer: formOfGraphSchema,
});
export const setForm = defineRoute({
  id: "setForm",
  method: "PUT",
  path: "/api/graphs/:id/form",
  summary: "Share a graph as a form, change the form, or close it",
  action: "form.manage",
  params,
  query: emptySchema,
  body: formSettingsSchema,
  status: 200,
  answer: formOfGraphSchema,
});
export const renewForm = defineRoute({
  id: "renewForm",
  method: "POST",
  path: "/api/graphs/:id/form/renew",
  summary: "Replace the address of a form; the old one opens nothing any more",
  action: "form.manage",
  params,
  query: emptySchema,
  status: 200,
  answer: formOfGraphSchema,
});

const submissionSchema = z.strictObject({
  id: submissionIdSchema,
  /** Null for a moment, or when it could not be begun. */
  run: runIdSchema.nullable(),
  state: runStateSchema.nullable(),
  /** The beginning of what was filled in. */
  summary: z.string(),
  /** The member who sent it; null for whoever had the link. */
  by: z.string().nullable(),
  createdAt: timeSchema,
});
export type Submission = z.infer<typeof submissionSchema>;

export const listSubmissions = defineRoute({
  id: "listSubmissions",
  method: "GET",
  path: "/api/graphs/:id/form/submissions",
  summary: "What was submitted by the form of a graph, newest first; `search` looks into what was filled in",
  action: "form.read",
  params,
  query: listQuerySchema,
  status: 200,
  answer: pageOf(submissionSchema),
});

/** The end of a form's address. */
const formTokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/, { error: "This is not the address of a form." });
/** Of one submission: whoever has it reads what came of that, and of nothing else. */
const submissionTokenSchema = z.string().min(20).max(200);
const publicParams = z.strictObject({ form: formTokenSchema });

/** A form as whoever fills it in sees it: nothing of the graph behind it but what it asks for. */
const openedFormSchema = z.strictObject({
  title: z.string(),
  description: z.string(),
  /** Name of the workspace whose people it goes to. */
  workspace: z.string(),
  /** JSON Schema (2020-12) of the input, with the canvas's hints. */
  input: z.record(z.string(), jsonSchema),
  /** Names of fields in `input` that hold a file. */
  files: z.array(z.string()),
});
export type OpenedForm = z.infer<typeof openedFormSchema>;

export const openForm = defineRoute({
  id: "openForm",
  method: "GET",
  path: "/api/forms/:form",
  summary: "A form by its address",
  action: "form.open",
  params: publicParams,
  query: emptySchema,
  status: 200,
  answer: openedFormSchema,
});
export const storeFormFile = defineRoute({
  id: "storeFormFile",
  method: "POST",
  path: "/api/forms/:form/files",
  summary: "Send a file for a field of a form; the answer's `proof` goes along when the form is submitted",
  action: "form.open",
  params: publicParams,
  query: z.strictObject({ name: fileNameSchema }),
  upload: FORM_FILE_BYTES,
  status: 201,
  answer: z.strictObject({
    file: fileValueSchema,
    /** That this file came by this form: others of the workspace cannot be named. */
    proof: z.string(),
  }),
});
export const submitForm = defineRoute({
  id: "submitForm",
  method: "POST",
  path: "/api/forms/:form/submissions",
  summary: "Submit a form: a run of the published revision begins, as whoever published it",
  action: "form.open",
  params: publicParams,
  query: emptySchema,
  body: z.strictObject({
    /** Values of the fields. */
    input: z.record(z.string(), dataSchema),
    /** Of the files in it. */
    proofs: z.array(z.string().max(300)).max(100).default([]),
    /** Made by the caller, at random. The same key with the same input is the same submission; with another it is refused. */
    key: z.string().min(20, { error: "A key has at least 20 characters." }).max(200),
  }),
  status: 202,
  answer: z.strictObject({ submission: submissionTokenSchema }),
});

const outputSchema = z.union([
  z.strictObject({ name: z.string(), value: dataSchema }),
  /** Too large to come along: its JSON is at `readSubmissionFile`. */
  z.strictObject({ name: z.string(), hash: z.string(), bytes: z.int() }),
]);
export type SubmissionOutput = z.infer<typeof outputSchema>;

/** How a submission stands. Nothing of the run but this is told. */
const submissionStandingSchema = z.discriminatedUnion("type", [
  /** `done` of `total` parts have ended. */
  z.strictObject({ type: z.literal("working"), done: z.int(), total: z.int() }),
  /** Somebody of the workspace has to decide something. */
  z.strictObject({ type: z.literal("waiting") }),
  z.strictObject({ type: z.literal("done"), outputs: z.array(outputSchema) }),
  /** It failed, or somebody stopped it. Why is for the people of the workspace. */
  z.strictObject({ type: z.literal("failed"), stopped: z.boolean() }),
]);
export type SubmissionStanding = z.infer<typeof submissionStandingSchema>;

export const readSubmission = defineRoute({
  id: "readSubmission",
  method: "GET",
  path: "/api/submissions/:submission",
  summary: "How one's own submission stands, and what came of it",
  action: "form.open",
  params: z.strictObject({ submission: submissionTokenSchema }),
  query: emptySchema,
  status: 200,
  answer: z.strictObject({
    /** What to name when one asks the people of the workspace about it. */
    id: submissionIdSchema,
    title: z.string(),
    workspace: z.string(),
    createdAt: timeSchema,
    /** Null while it is running. */
    finishedAt: timeSchema.nullable(),
    standing: submissionStandingSchema,
  }),
});
export const readSubmissionFile = defineRoute({
  id: "readSubmissionFile",
  method: "GET",
  path: "/api/submissions/:submission/files/:hash",
  summary: "A file in the output of one's own submission, as a download",
  action: "form.open",
  params: z.strictObject({ submission: submissionTokenSchema, hash: fileValueSchema.shape.$asset }),
  query: z.strictObject({ name: fileNameSchema.optional() }),
  status: 200,
  isFile: true,
  answer: z.undefined(),
});
