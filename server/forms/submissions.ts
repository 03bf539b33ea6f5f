import { createHash } from "node:crypto";
import { strictestBudget } from "#runtime/graph/budget.ts";
import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import { createId, type GraphId, graphIdSchema, runIdSchema, submissionIdSchema } from "#runtime/graph/ids.ts";
import { type Json, pointer } from "#runtime/graph/json.ts";
import { ApiError } from "../api-error.ts";
import type { Actor } from "../auth/actor.ts";
import type { ProvenTexts } from "../auth/proven-text.ts";
import { hashSecret } from "../auth/secrets.ts";
import type { ApiErrorCode } from "../contract/api-error.ts";
import type { OpenedForm, SubmissionStanding } from "../contract/forms.ts";
import { type BeginRun, type BeginRunPort, guardedBegin } from "../hooks/begin-run.ts";
import type { SubmissionRow, SubmissionStore } from "../store/form-submissions.ts";
import type { FormRow, FormStore } from "../store/forms.ts";
import { fileHashes } from "../store/referred-hashes.ts";
import type { FormEntry } from "./form-entry.ts";
import { outputHashes, type StandingGiven, standingOf } from "./submission-standing.ts";
import { submissionSummary } from "./submission-summary.ts";

/** Whoever uses a form. */
export interface FormCaller {
  actor: Actor;
  /** Whether they may use forms that are for members of the graph's workspace. */
  mayUse(graph: GraphId): Promise<boolean>;
}

export interface SubmissionView {
  id: string;
  title: string;
  workspace: string;
  createdAt: string;
  finishedAt: string | null;
  standing: SubmissionStanding;
}

/** Forms for those who fill them in. Each throws `ApiError`: `gone` for a form that is closed or none, `unauthenticated` or `forbidden` for one that is for others. */
export interface Submissions {
  open(token: string, caller: FormCaller): Promise<OpenedForm>;
  /** The workspace that a file for it belongs to. Throws `conflict` for a form that asks for none. */
  placeForFile(token: string, caller: FormCaller): Promise<{ workspace: string; prove: (hash: string) => string }>;
  /** The submission whose token this is, whatever became of it. */
  idOf(token: string): string | undefined;
  /** Answers the submission's token. Throws `rate-limited` beyond what the form takes, `bad-request` with what does not fit. */
  submit(token: string, given: { input: Record<string, Json>; proofs: readonly string[]; key: string }, caller: FormCaller): Promise<string>;
  read(submission: string, caller: FormCaller): Promise<SubmissionView>;
  /** The workspace of a file in the submission's output. Throws `not-found` for any other. */
  placeOfFile(submission: string, hash: string, caller: FormCaller): Promise<{ workspace: string }>;
}

export interface SubmissionsGiven extends StandingGiven {
  forms: FormStore;
  store: SubmissionStore;
  begin: BeginRunPort;
  /** Why runs cannot be recorded, while they cannot. */
  problem: () => unknown;
  entryOf: (graph: GraphId, revision: number) => Promise<FormEntry | string>;
  proven: ProvenTexts<"submission" | "file">;
}

/** Whose account it is; null for whoever has a link and no account. */
export function accountOf(actor: Actor): string | null {
  return actor.kind === "anonymous" || actor.kind === "guest" ? null : actor.id;
}

const CLOSED = "This form is closed, or its address is not complete. Ask whoever sent it to you.";
const NO_SUBMISSION = "There is no such submission, or its form is closed. Ask whoever sent you the form.";

export function createSubmissions(given: SubmissionsGiven): Submissions {
  const { forms, proven } = given;
  const find = async (token: string, caller: FormCaller): Promise<OpenForm> => {
    const row = await forms.byToken(token);
    if (!row) throw new ApiError("gone", CLOSED);
    return admit(row, caller);
  };
  const entryOf = async ({ documentId, revision, workspace }: OpenForm): Promise<FormEntry> => {
    const entry = await given.entryOf(graphIdSchema.parse(documentId), revision).catch(() => "it does not compile");
    if (typeof entry === "string") throw new ApiError("unprocessable", `This form cannot be used at the moment. Tell the people of ${workspace}.`);
    return entry;
  };
  const idOf = (token: string): string | undefined => {
    const [id, ...rest] = proven.read("submission", token) ?? [];
    return rest.length > 0 ? undefined : id;
  };
  const findSubmission = async (token: string, caller: FormCaller): Promise<{ row: SubmissionRow; form: FormRow }> => {
    const id = idOf(token);
    const row = id === undefined ? undefined : await given.store.read(id);
    const form = row && (await forms.read(row.formId));
    if (!row || !form?.isOpen) throw new ApiError("gone", NO_SUBMISSION);
    await requireAudience(form, caller);
    return { row, form };
  };
  return {
    open: async (token, caller) => {
      const form = await find(token, caller);
      const { schema, files } = await entryOf(form);
      return { title: form.title, description: form.description, workspace: form.workspace, input: schema, files };
    },
    placeForFile: async (token, caller) => {
      const form = await find(token, caller);
      if ((await entryOf(form)).files.length === 0) throw new ApiError("conflict", "This form asks for no file.");
      return { workspace: form.workspaceId, prove: (hash) => proven.write("file", [form.id, hash]) };
    },
    idOf,
    submit: async (token, wish, caller) => {
      const form = await find(token, caller);
      const entry = await entryOf(form);
      requireOwnFiles(form, wish, proven);
      const id = await submit({ ...given, form, entry, caller }, wish);
      return proven.write("submission", [id]);
    },
    read: async (token, caller) => {
      const { row, form } = await findSubmission(token, caller);
      const { title, workspace } = form;
      const finishedAt = row.run?.finishedAt?.toISOString() ?? null;
      const standing = await standingOf(row, given);
      return { id: submissionIdSchema.parse(row.id), title, workspace, createdAt: row.createdAt.toISOString(), finishedAt, standing };
    },
    placeOfFile: async (token, hash, caller) => {
      const { row } = await findSubmission(token, caller);
      if (!(await outputHashes(row, given)).has(hash)) throw new ApiError("not-found", "This submission yielded no such file.");
      return { workspace: row.workspaceId };
    },
  };
}

type OpenForm = FormRow & { revision: number };

async function admit(row: FormRow, caller: FormCaller): Promise<OpenForm> {
  if (!row.isOpen || row.archived || row.publishedRevision === null) throw new ApiError("gone", CLOSED);
  await requireAudience(row, caller);
  return { ...row, revision: row.publishedRevision };
}

async function requireAudience({ audience, documentId }: FormRow, { actor, mayUse }: FormCaller): Promise<void> {
  if (audience === "link" || (await mayUse(graphIdSchema.parse(documentId)))) return;
  if (accountOf(actor) === null) throw new ApiError("unauthenticated", "This form is for the members of its workspace. Sign in first.");
  throw new ApiError(
    "forbidden",
    "This form is for the members of its workspace. Ask whoever sent it to you to invite you, or to open it to whoever has the link.",
  );
}

/** Files are named by their content's hash: without this, a form would reach every file of the workspace. */
function requireOwnFiles(
  form: FormRow,
  { input, proofs }: { input: Record<string, Json>; proofs: readonly string[] },
  proven: SubmissionsGiven["proven"],
): void {
  const own = new Set(proofs.flatMap((proof) => proven.read("file", proof)?.join(".") ?? []));
  const errors = Object.entries(input).flatMap(([name, value]) => {
    const isForeign = [...fileHashes(value)].some((hash) => !own.has(`${form.id}.${hash}`));
    return isForeign ? [{ path: pointer(["input", name]), message: "Choose the file again: it did not come by this form." }] : [];
  });
  if (errors.length > 0) throw new ApiError("bad-request", "A file did not come by this form.", { errors });
}

interface Submitting extends SubmissionsGiven {
  form: OpenForm;
  entry: FormEntry;
  caller: FormCaller;
}

/** Begins the run once for each key, and answers the submission's id. */
async function submit(given: Submitting, { input, key }: { input: Record<string, Json>; key: string }): Promise<string> {
  const { form, entry, caller, store } = given;
  const left = await leftToday(form, store);
  const sentBy = accountOf(caller.actor);
  const claim = await store.claim(
    {
      ...{ id: createId("submission"), workspace: form.workspaceId, form: form.id, key: hashSecret(key), digest: digestOf(input), sentBy },
      summary: submissionSummary(input, Object.keys(Object(entry.schema.properties))),
    },
    form.perHour,
  );
  if (claim.type === "full") throw refuse("This form takes no more submissions within the hour.", claim.seconds);
  if (claim.type === "known" && claim.row.digest !== digestOf(input))
    throw new ApiError("conflict", "Something else was submitted with this key. Make a new key for another submission.");
  const id = claim.type === "known" ? claim.row.id : claim.id;
  if (claim.type === "known" && claim.row.runId !== null) return id;
  try {
    if (left !== undefined && left <= 0) throw refuse("This form has spent what it may spend in a day.", DAY_S / 24);
    await begin(id, given, {
      ...{ graph: graphIdSchema.parse(form.documentId), revision: form.revision, entry: entry.entry, input },
      ...{ actor: form.publishedBy ?? form.createdBy, startedBy: sentBy, trigger: "form", idempotencyKey: `form:${id}` },
      budget: strictestBudget({ dollars: entry.dollars }, { dollars: left }).dollars,
    });
    return id;
  } catch (error) {
    // what came first under the key may be beginning just now
    if (claim.type === "taken" && error instanceof ApiError && !MAY_HAVE_BEGUN.has(error.code)) await store.release(id);
    throw error;
  }
}

/** Errors after which a run may be there, or come yet: whoever tries again with the same key gets that one. */
const MAY_HAVE_BEGUN: ReadonlySet<ApiErrorCode> = new Set(["unavailable", "storage-full", "internal"]);
/** Errors that say nothing of the graph to whoever fills in the form. */
const TOLD: ReadonlySet<ApiErrorCode> = new Set([...MAY_HAVE_BEGUN, "bad-request"]);

/** What begins after nobody waits for it any more is noted all the same. */
async function begin(id: string, { form, store, ...given }: Submitting, wish: BeginRun): Promise<void> {
  const noted: BeginRunPort = async (run) => {
    const begun = await given.begin(run);
    await store.begun(id, runIdSchema.parse(begun.run.id));
    return begun;
  };
  try {
    await guardedBegin(noted, given.problem)(wish);
  } catch (error) {
    if (!(error instanceof ApiError) || TOLD.has(error.code)) throw error;
    throw new ApiError("unprocessable", `This form cannot be used at the moment. Tell the people of ${form.workspace}.`, { cause: error });
  }
}

const DAY_S = 24 * 3_600;

/** Dollars; undefined without a limit. What is running counts with what it has cost so far, so that several at once may exceed it together. */
async function leftToday({ id, dailyBudget }: FormRow, store: Pick<SubmissionStore, "spentToday">): Promise<number | undefined> {
  return dailyBudget === null ? undefined : dailyBudget - (await store.spentToday(id));
}

function refuse(why: string, retryAfter: number): ApiError {
  const minutes = Math.ceil(retryAfter / 60);
  return new ApiError("rate-limited", `${why} Try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`, { retryAfter });
}

function digestOf(input: Record<string, Json>): string {
  return createHash("sha256").update(canonicalJson(input)).digest("hex");
}
