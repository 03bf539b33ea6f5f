import { and, asc, eq, gt, isNull, lte, or, sql } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";
import { storable } from "./documents.ts";
import { readNameCursor, writeNameCursor } from "./name-cursor.ts";
import { documents, revisions } from "./schema/documents.ts";
import { credentials } from "./schema/vault.ts";
import { type NewSecret, replaceSecrets } from "./secrets.ts";

export type CredentialRow = typeof credentials.$inferSelect;
export type NewCredential = Pick<CredentialRow, "id" | "workspaceId" | "name" | "description" | "settings" | "hosts" | "nodeTypes" | "createdBy">;

/** `secret`: another one, of the next version. */
export type CredentialChange = Partial<Pick<CredentialRow, "name" | "description" | "settings" | "hosts" | "nodeTypes">> & { secret?: NewSecret };

/** A document whose newest or published revision, or whose draft as it was edited, holds a text. */
export interface NamingDocument {
  id: string;
  name: string;
  /** What is published holds it. */
  isPublished: boolean;
}

export interface CredentialStore {
  /** With its first secret. */
  create(credential: NewCredential, secret: NewSecret): Promise<CredentialRow>;
  read(id: string): Promise<CredentialRow | undefined>;
  /** By name. */
  list(query: { workspace: string; search?: string | undefined; cursor?: string | undefined; limit: number }): Promise<{
    items: CredentialRow[];
    nextCursor?: string;
  }>;
  /** What `decide` makes of the row as it is, in one transaction; nothing when it throws. Undefined when there is no such credential. */
  change(id: string, decide: (row: CredentialRow) => CredentialChange): Promise<CredentialRow | undefined>;
  /** With all its secrets. */
  remove(id: string): Promise<void>;
  setState(id: string, state: { state: string; detail: string; checkedAt: string }): Promise<void>;
  /** Notes a use, unless one was noted after `unlessAfter`. */
  touch(id: string, given: { at: Date; unlessAfter: Date }): Promise<void>;
  /** Those that may name it, by name: a draft that named it once and does not any more is among them. */
  namedIn(query: { workspace: string; text: string; limit: number }): Promise<NamingDocument[]>;
  /** What is published of a document. */
  publishedContent(document: string): Promise<string | undefined>;
}

export function createCredentialStore(database: Database): CredentialStore {
  const { db } = database;
  return {
    create: (credential, secret) =>
      database.transaction(async (tx) => {
        const { name, description } = credential;
        const [row] = await tx
          .insert(credentials)
          .values({ ...credential, name: storable(name), description: storable(description), version: secret.version })
          .returning();
        if (!row) throw new Error(`The credential ${credential.id} was not recorded.`);
        await replaceSecrets(tx, { workspaceId: credential.workspaceId, ownerId: credential.id }, { add: [secret], keep: [] });
        return row;
      }),
    read: async (id) => (await db.select().from(credentials).where(eq(credentials.id, id)))[0],
    list: async ({ workspace, search, cursor, limit }) => {
      const [name, id] = readNameCursor(cursor);
      const rows = await db
        .select()
        .from(credentials)
        .where(
          and(
            eq(credentials.workspaceId, workspace),
            search ? sql`strpos(lower(${credentials.name}), ${search.toLowerCase()}) > 0` : undefined,
            cursor === undefined ? undefined : or(gt(credentials.name, name), and(eq(credentials.name, name), gt(credentials.id, id))),
          ),
        )
        .orderBy(asc(credentials.name), asc(credentials.id))
        .limit(limit + 1);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return { items: rows.slice(0, limit), ...(last && { nextCursor: writeNameCursor(last) }) };
    },
    change: (id, decide) => change(database, id, decide),
    remove: (id) =>
      database.transaction(async (tx) => {
        const [row] = await tx.delete(credentials).where(eq(credentials.id, id)).returning({ workspaceId: credentials.workspaceId });
        if (row) await replaceSecrets(tx, { ...row, ownerId: id }, { add: [], keep: [] });
      }),
    setState: async (id, state) => {
      await db.update(credentials).set({ state }).where(eq(credentials.id, id));
    },
    touch: async (id, { at, unlessAfter }) => {
      await db
        .update(credentials)
        .set({ lastUsedAt: at })
        .where(and(eq(credentials.id, id), or(isNull(credentials.lastUsedAt), lte(credentials.lastUsedAt, unlessAfter))));
    },
    namedIn: (query) => namedIn(database, query),
    publishedContent: async (document) => {
      const [row] = await db
        .select({ content: revisions.content })
        .from(documents)
        .innerJoin(revisions, and(eq(revisions.documentId, documents.id), eq(revisions.number, documents.publishedRevision)))
        .where(eq(documents.id, document));
      return row?.content;
    },
  };
}

async function change(database: Database, id: string, decide: (row: CredentialRow) => CredentialChange): Promise<CredentialRow | undefined> {
  return database.transaction(async (tx) => {
    const [before] = await tx.select().from(credentials).where(eq(credentials.id, id)).for("update");
    if (!before) return undefined;
    const { secret, name, description, ...rest } = decide(before);
    const told = { ...(name !== undefined && { name: storable(name) }), ...(description !== undefined && { description: storable(description) }) };
    const renewed = secret && { version: secret.version, rotatedAt: sql`now()`, state: null };
    if (secret) await replaceSecrets(tx, { workspaceId: before.workspaceId, ownerId: id }, { add: [secret], keep: [] });
    const set = { ...rest, ...told, ...renewed };
    if (Object.keys(set).length === 0) return before;
    return (await tx.update(credentials).set(set).where(eq(credentials.id, id)).returning())[0];
  });
}

/** Looks at the newest and the published revision, and at the bytes of the draft: Yjs keeps texts as they are. */
async function namedIn({ db }: Database, { workspace, text, limit }: { workspace: string; text: string; limit: number }): Promise<NamingDocument[]> {
  const bytes = sql`convert_to(${text}, 'UTF8')`;
  const { rows } = await db.execute<{ id: string; name: string; published: boolean }>(sql`
    SELECT d.id, d.name, coalesce(strpos(p.content, ${text}) > 0, false) AS published
    FROM documents d LEFT JOIN revisions p ON p.document_id = d.id AND p.number = d.published_revision
    WHERE d.workspace_id = ${workspace} AND d.archived_at IS NULL AND (
      strpos(p.content, ${text}) > 0
      OR (SELECT strpos(r.content, ${text}) > 0 FROM revisions r WHERE r.document_id = d.id ORDER BY r.number DESC LIMIT 1)
      OR EXISTS (SELECT 1 FROM document_updates u WHERE u.document_id = d.id AND position(${bytes} IN u."update") > 0)
      OR EXISTS (SELECT 1 FROM document_snapshots s WHERE s.document_id = d.id AND position(${bytes} IN s.state) > 0))
    ORDER BY d.name, d.id LIMIT ${limit}`);
  return rows.map(({ id, name, published }) => ({ id, name, isPublished: published }));
}
