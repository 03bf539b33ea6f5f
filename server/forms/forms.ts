import { createId, formIdSchema, type GraphId, runIdSchema, submissionIdSchema } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import { createSecret } from "../auth/secrets.ts";
import type { FormOfGraph, FormSettings, Submission } from "../contract/forms.ts";
import type { SubmissionRow, SubmissionStore } from "../store/form-submissions.ts";
import type { FormRow, FormStore } from "../store/forms.ts";
import type { FormEntry } from "./form-entry.ts";

interface Place {
  workspace: string;
  graph: GraphId;
}

/** Forms by which graphs are shared, for the people of their workspaces. */
export interface Forms {
  of(place: Place): Promise<FormOfGraph>;
  set(place: Place, given: { settings: FormSettings; actor: string }): Promise<FormOfGraph>;
  /** Throws `ApiError("not-found")` while there is none. */
  renew(place: Place): Promise<FormOfGraph>;
  submissions(
    place: Place,
    query: { search?: string | undefined; cursor?: string | undefined; limit: number },
  ): Promise<{ items: Submission[]; nextCursor?: string }>;
}

export interface FormsGiven {
  store: FormStore;
  submissions: Pick<SubmissionStore, "list">;
  /** Throws `ApiError("not-found")`. */
  publishedRevision: (graph: GraphId) => Promise<number | null>;
  /** Where a form of a revision begins; a text says why it cannot. */
  entryOf: (graph: GraphId, revision: number) => Promise<FormEntry | string>;
  /** Where browsers reach Heddle. */
  origin: string;
}

export function createForms({ store, submissions, publishedRevision, entryOf, origin }: FormsGiven): Forms {
  const problemOf = async (graph: GraphId): Promise<string | null> => {
    const revision = await publishedRevision(graph);
    if (revision === null) return "Nothing is published yet. Publish the graph: the form begins runs of the published revision.";
    const entry = await entryOf(graph, revision);
    return typeof entry === "string" ? entry : null;
  };
  const of = async ({ graph }: Place): Promise<FormOfGraph> => {
    const [row, problem] = await Promise.all([store.ofGraph(graph), problemOf(graph)]);
    return { form: row ? toForm(row, origin) : null, problem };
  };
  return {
    of,
    set: async (place, { settings, actor }) => {
      await store.set({ id: createId("form"), token: createSecret(), ...place, actor, settings });
      return of(place);
    },
    renew: async (place) => {
      if (!(await store.renew(place.graph, createSecret()))) throw new ApiError("not-found", "This graph has no form yet.");
      return of(place);
    },
    submissions: async ({ graph }, query) => {
      const row = await store.ofGraph(graph);
      if (!row) return { items: [] };
      const { items, nextCursor } = await submissions.list(row.id, query);
      return { items: items.map(toSubmission), ...(nextCursor !== undefined && { nextCursor }) };
    },
  };
}

function toForm(row: FormRow, origin: string): NonNullable<FormOfGraph["form"]> {
  const { isOpen, title, description, audience, perHour, dailyBudget } = row;
  return {
    ...{ id: formIdSchema.parse(row.id), isOpen, title, description, audience, perHour, dailyBudget },
    url: `${origin}/forms/${row.token}`,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function toSubmission({ id, runId, run, summary, sentBy, createdAt }: SubmissionRow): Submission {
  return {
    ...{ id: submissionIdSchema.parse(id), state: run?.state ?? null, summary, by: sentBy, createdAt: createdAt.toISOString() },
    run: runId === null ? null : runIdSchema.parse(runId),
  };
}
