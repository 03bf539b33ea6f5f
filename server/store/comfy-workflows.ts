import { and, asc, desc, eq, gt, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import type { WorkflowCategory } from "../contract/comfy-workflows.ts";
import type { Database, Tx } from "./database/open-database.ts";
import { readNameCursor, writeNameCursor } from "./name-cursor.ts";
import { comfyWorkflows, comfyWorkflowVersions } from "./schema/comfy-workflows.ts";
import { storableText } from "./storable-text.ts";

export type ComfyWorkflowRow = typeof comfyWorkflows.$inferSelect;
export type ComfyWorkflowVersionRow = typeof comfyWorkflowVersions.$inferSelect;

export interface WorkflowAbout {
  name: string;
  description: string;
  category: WorkflowCategory;
  tags: string[];
  cover: string | null;
}

/** What stays is left out. */
export type WorkflowAboutChange = { [Part in keyof WorkflowAbout]?: WorkflowAbout[Part] | undefined };

/** What a version holds, and what lists need of it. */
export interface NewWorkflowVersion {
  content: unknown;
  missing: unknown;
  warnings: unknown;
  hash: string;
  note: string;
  actor: string;
  counts: { nodes: number; inputs: number; outputs: number };
  isIncomplete: boolean;
}

export interface WorkflowQuery {
  workspace: string;
  search?: string | undefined;
  category?: WorkflowCategory | undefined;
  tag?: string | undefined;
  isArchived: boolean;
  cursor?: string | undefined;
  limit: number;
}

export interface ComfyWorkflowStore {
  /** With its first version. */
  create(given: { id: string; workspace: string; about: WorkflowAbout; version: NewWorkflowVersion }): Promise<ComfyWorkflowRow>;
  /** Archived ones too. */
  read(id: string): Promise<ComfyWorkflowRow | undefined>;
  /** By name. */
  list(query: WorkflowQuery): Promise<{ items: ComfyWorkflowRow[]; nextCursor?: string }>;
  /** Of those that are not archived, the most used first. */
  tags(workspace: string): Promise<{ tag: string; count: number }[]>;
  change(id: string, about: WorkflowAboutChange): Promise<ComfyWorkflowRow | undefined>;
  /** Undefined when there is none, or it is in that state already. */
  setArchived(id: string, isArchived: boolean): Promise<ComfyWorkflowRow | undefined>;
  /** The next version; undefined when `after` is not the newest any more. */
  addVersion(id: string, given: { after: number; version: NewWorkflowVersion }): Promise<ComfyWorkflowRow | undefined>;
  version(id: string, number: number): Promise<ComfyWorkflowVersionRow | undefined>;
  /** Newest first, without their contents. */
  versions(query: { id: string; cursor?: string | undefined; limit: number }): Promise<{
    items: Pick<ComfyWorkflowVersionRow, "number" | "note" | "createdAt" | "createdBy">[];
    nextCursor?: string;
  }>;
}

export function createComfyWorkflowStore(database: Database): ComfyWorkflowStore {
  const { db } = database;
  return {
    create: ({ id, workspace, about, version }) =>
      database.transaction(async (tx) => {
        const values = { ...about, ...storableAbout(about), ...countsOf(version), id, workspaceId: workspace, version: 1, createdBy: version.actor };
        const [row] = await tx.insert(comfyWorkflows).values(values).returning();
        if (!row) throw new Error(`The workflow ${id} was not recorded.`);
        await insertVersion(tx, row, version);
        return row;
      }),
    read: async (id) => (await db.select().from(comfyWorkflows).where(eq(comfyWorkflows.id, id)))[0],
    list: (query) => list(database, query),
    tags: async (workspace) => {
      const { rows } = await db.execute<{ tag: string; count: number }>(sql`
        select tag, count(*)::int as count from comfy_workflows, unnest(tags) as tag
        where workspace_id = ${workspace} and archived_at is null group by tag order by count(*) desc, tag limit 200`);
      return rows;
    },
    change: async (id, about) =>
      (
        await db
          .update(comfyWorkflows)
          .set({ ...storableAbout(about), updatedAt: sql`now()` })
          .where(eq(comfyWorkflows.id, id))
          .returning()
      )[0],
    setArchived: async (id, isArchived) => {
      const now = sql`now()`;
      const [row] = await db
        .update(comfyWorkflows)
        .set({ archivedAt: isArchived ? now : null, updatedAt: now })
        .where(and(eq(comfyWorkflows.id, id), isArchived ? isNull(comfyWorkflows.archivedAt) : isNotNull(comfyWorkflows.archivedAt)))
        .returning();
      return row;
    },
    addVersion: (id, { after, version }) =>
      database.transaction(async (tx) => {
        const [row] = await tx
          .update(comfyWorkflows)
          .set({ ...countsOf(version), version: after + 1, updatedAt: sql`now()` })
          .where(and(eq(comfyWorkflows.id, id), eq(comfyWorkflows.version, after)))
          .returning();
        if (row) await insertVersion(tx, row, version);
        return row;
      }),
    version: async (id, number) =>
      (
        await db
          .select()
          .from(comfyWorkflowVersions)
          .where(and(eq(comfyWorkflowVersions.workflowId, id), eq(comfyWorkflowVersions.number, number)))
      )[0],
    versions: async ({ id, cursor, limit }) => {
      const before = Number(cursor);
      const { number, note, createdAt, createdBy } = comfyWorkflowVersions;
      const rows = await db
        .select({ number, note, createdAt, createdBy })
        .from(comfyWorkflowVersions)
        .where(and(eq(comfyWorkflowVersions.workflowId, id), cursor === undefined ? undefined : lt(number, Number.isSafeInteger(before) ? before : 0)))
        .orderBy(desc(number))
        .limit(limit + 1);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return { items: rows.slice(0, limit), ...(last && { nextCursor: String(last.number) }) };
    },
  };
}

async function list({ db }: Database, { workspace, search, category, tag, isArchived, cursor, limit }: WorkflowQuery) {
  const wanted = search ? storableText(search.toLowerCase()) : undefined;
  const [name, id] = readNameCursor(cursor);
  const { name: nameColumn, id: idColumn, description, tags } = comfyWorkflows;
  const rows = await db
    .select()
    .from(comfyWorkflows)
    .where(
      and(
        eq(comfyWorkflows.workspaceId, workspace),
        isArchived ? isNotNull(comfyWorkflows.archivedAt) : isNull(comfyWorkflows.archivedAt),
        category && eq(comfyWorkflows.category, category),
        tag === undefined ? undefined : sql`${storableText(tag)} = any(${tags})`,
        wanted === undefined
          ? undefined
          : sql`(strpos(lower(${nameColumn}), ${wanted}) > 0 or strpos(lower(${description}), ${wanted}) > 0 or strpos(array_to_string(${tags}, ' '), ${wanted}) > 0)`,
        cursor === undefined ? undefined : or(gt(nameColumn, name), and(eq(nameColumn, name), gt(idColumn, id))),
      ),
    )
    .orderBy(asc(nameColumn), asc(idColumn))
    .limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), ...(last && { nextCursor: writeNameCursor(last) }) };
}

async function insertVersion(tx: Tx, { id, workspaceId, version: number }: ComfyWorkflowRow, version: NewWorkflowVersion): Promise<void> {
  const { content, missing, warnings, hash, note, actor } = version;
  await tx.insert(comfyWorkflowVersions).values({
    ...{ workflowId: id, number, workspaceId, content, missing, warnings, hash, note: storableText(note), createdBy: actor },
  });
}

function countsOf({ counts, isIncomplete }: NewWorkflowVersion) {
  return { ...counts, isIncomplete };
}

function storableAbout(about: WorkflowAboutChange): {
  name?: string;
  description?: string;
  tags?: string[];
  category?: WorkflowCategory;
  cover?: string | null;
} {
  const { name, description, tags, category, cover } = about;
  return {
    ...(name !== undefined && { name: storableText(name) }),
    ...(description !== undefined && { description: storableText(description) }),
    ...(tags && { tags: [...new Set(tags.map(storableText))] }),
    ...(category && { category }),
    ...(cover !== undefined && { cover }),
  };
}
