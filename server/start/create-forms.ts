import type { GraphId } from "#runtime/graph/ids.ts";
import type { Catalog } from "#runtime/node/catalog.ts";
import type { Blobs } from "../assets/blob-store.ts";
import { createProvenTexts } from "../auth/proven-text.ts";
import type { Documents } from "../documents/documents.ts";
import type { Plans } from "../engine/plans.ts";
import type { RunPreparation } from "../engine/prepare-run.ts";
import { formEntryOf } from "../forms/form-entry.ts";
import { createForms, type Forms } from "../forms/forms.ts";
import { createSubmissions, type Submissions } from "../forms/submissions.ts";
import type { BeginRunPort } from "../hooks/begin-run.ts";
import type { Database } from "../store/database/open-database.ts";
import { createSubmissionStore } from "../store/form-submissions.ts";
import { createFormStore } from "../store/forms.ts";
import { createGateStore } from "../store/gates.ts";
import type { Vault } from "../vault/vault.ts";

export interface CreateFormsGiven {
  database: Database;
  documents: Pick<Documents, "summary">;
  readRevision: Documents["readRevision"];
  preparation: Pick<RunPreparation, "planOf">;
  plans: Plans;
  catalog: Catalog;
  blobs: Blobs;
  vault: Pick<Vault, "derive">;
  begin: BeginRunPort;
  /** Why runs cannot be recorded, while they cannot. */
  problem: () => unknown;
  origin: string;
}

export function wireForms(given: CreateFormsGiven): { forms: Forms; submissions: Submissions } {
  const { database, documents, readRevision, preparation, plans, catalog, blobs } = given;
  const forms = createFormStore(database);
  const store = createSubmissionStore(database);
  const gates = createGateStore(database);
  const entryOf = async (graph: GraphId, revision: number) => formEntryOf(preparation.planOf(graph, await readRevision(graph, revision)), catalog);
  return {
    forms: createForms({
      ...{ store: forms, submissions: store, entryOf, origin: given.origin },
      publishedRevision: async (graph) => (await documents.summary(graph)).publishedRevision,
    }),
    submissions: createSubmissions({
      ...{ forms, store, entryOf, blobs, begin: given.begin, problem: given.problem },
      asksPerson: async (workspace, run) => (await gates.list({ workspace, run, state: "pending", limit: 1 })).length > 0,
      partsOf: async (workspace, hash) => {
        const { nodes } = await plans.load(workspace, hash);
        return Object.values(nodes).filter(({ depth }) => depth === 0).length;
      },
      proven: createProvenTexts(given.vault.derive("forms")),
    }),
  };
}
