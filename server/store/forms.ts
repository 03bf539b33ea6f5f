import { eq, sql } from "drizzle-orm";
import type { FormSettings } from "../contract/forms.ts";
import type { Database } from "./database/open-database.ts";
import { documents } from "./schema/documents.ts";
import { forms } from "./schema/forms.ts";
import { workspaces } from "./schema/workspaces.ts";
import { storableText } from "./storable-text.ts";

/** A form with what its graph has published. */
export type FormRow = typeof forms.$inferSelect & {
  /** Name of its workspace. */
  workspace: string;
  publishedRevision: number | null;
  publishedBy: string | null;
  archived: boolean;
};

export interface FormStore {
  ofGraph(graph: string): Promise<FormRow | undefined>;
  byToken(token: string): Promise<FormRow | undefined>;
  read(id: string): Promise<FormRow | undefined>;
  /** `id` and `token` are those of a new one; a form that is there keeps its own. */
  set(given: { id: string; token: string; workspace: string; graph: string; actor: string; settings: FormSettings }): Promise<void>;
  /** False when the graph has no form. */
  renew(graph: string, token: string): Promise<boolean>;
}

export function createFormStore({ db }: Database): FormStore {
  const select = async (where: ReturnType<typeof eq>): Promise<FormRow | undefined> => {
    const [found] = await db
      .select({
        form: forms,
        workspace: workspaces.name,
        ...{ publishedRevision: documents.publishedRevision, publishedBy: documents.publishedBy, archivedAt: documents.archivedAt },
      })
      .from(forms)
      .innerJoin(documents, eq(documents.id, forms.documentId))
      .innerJoin(workspaces, eq(workspaces.id, forms.workspaceId))
      .where(where);
    if (!found) return undefined;
    const { form, archivedAt, ...rest } = found;
    return { ...form, ...rest, archived: archivedAt !== null };
  };
  return {
    ofGraph: (graph) => select(eq(forms.documentId, graph)),
    byToken: (token) => select(eq(forms.token, token)),
    read: (id) => select(eq(forms.id, id)),
    set: async ({ id, token, workspace, graph, actor, settings }) => {
      const values = { ...settings, title: storableText(settings.title), description: storableText(settings.description) };
      await db
        .insert(forms)
        .values({ id, token, workspaceId: workspace, documentId: graph, createdBy: actor, ...values })
        .onConflictDoUpdate({ target: forms.documentId, set: { ...values, updatedAt: sql`now()` } });
    },
    renew: async (graph, token) => {
      const renewed = await db.update(forms).set({ token, updatedAt: sql`now()` }).where(eq(forms.documentId, graph)).returning({ id: forms.id });
      return renewed.length > 0;
    },
  };
}
