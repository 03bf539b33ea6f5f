import { and, asc, desc, eq, isNull, sql } from "drizzle-orm";
import type { ShareLevel } from "../contract/access.ts";
import { isUniqueViolation } from "./database/database-errors.ts";
import type { Database } from "./database/open-database.ts";
import { documents } from "./schema/documents.ts";
import { documentShares, members, shareOpenings, users } from "./schema/people.ts";
import { workspaces } from "./schema/workspaces.ts";

interface ShareBase {
  id: string;
  workspace: string;
  document: string;
  level: ShareLevel;
  createdAt: Date;
  createdBy: string;
}
export type ShareRow = ShareBase & ({ kind: "person"; user: string; name: string; email: string } | { kind: "link" });

interface Document {
  workspace: string;
  document: string;
}

export interface SharedDocumentRow {
  id: string;
  name: string;
  level: ShareLevel;
  /** The name of its workspace. */
  workspace: string;
  updatedAt: Date;
}

export interface ShareStore {
  /** The oldest first. */
  list(document: Document): Promise<ShareRow[]>;
  read(document: Document, id: string): Promise<ShareRow | undefined>;
  /** Somebody it is shared with already gets the new level. */
  shareWith(document: Document, given: { id: string; user: string; level: ShareLevel; actor: string }): Promise<ShareRow>;
  /** The link of the level, new or there already. */
  link(document: Document, given: { id: string; level: ShareLevel; actor: string }): Promise<ShareRow>;
  /** "taken": there is another link of that level. Undefined when there is no such share. */
  setLevel(document: Document, given: { id: string; level: ShareLevel }): Promise<ShareRow | "taken" | undefined>;
  /** False when there is none. What was opened by it is closed. */
  end(document: Document, id: string): Promise<boolean>;
  /** A link of a document that is still there. */
  readLink(id: string): Promise<(Omit<ShareBase, "createdAt" | "createdBy"> & { name: string }) | undefined>;
  /** Remembers that somebody opened a link; false when they had before. */
  open(given: { share: string; user: string; workspace: string }): Promise<boolean>;
  /** Documents of workspaces they are not in, last changed first. */
  sharedWith(user: string): Promise<SharedDocumentRow[]>;
}

const MOST_SHARED = 500;

export function createShareStore(database: Database): ShareStore {
  const { db } = database;
  const select = () =>
    db.select({ row: documentShares, name: users.name, email: users.email }).from(documentShares).leftJoin(users, eq(users.id, documentShares.userId));
  const isOf = ({ workspace, document }: Document) => and(eq(documentShares.workspaceId, workspace), eq(documentShares.documentId, document));
  const read = async (document: Document, id: string): Promise<ShareRow | undefined> => {
    const [found] = await select().where(and(isOf(document), eq(documentShares.id, id)));
    return found && show(found);
  };
  const readMade = async (document: Document, id: string | undefined): Promise<ShareRow> => {
    const row = id === undefined ? undefined : await read(document, id);
    if (!row) throw new Error(`A share of ${document.document} was not recorded.`);
    return row;
  };
  return {
    list: async (document) => (await select().where(isOf(document)).orderBy(asc(documentShares.createdAt), asc(documentShares.id))).map(show),
    read,
    shareWith: async (document, { id, user, level, actor }) => {
      const [row] = await db
        .insert(documentShares)
        .values({ id, workspaceId: document.workspace, documentId: document.document, kind: "person", level, userId: user, createdBy: actor })
        .onConflictDoUpdate({ target: [documentShares.documentId, documentShares.userId], targetWhere: sql`kind = 'person'`, set: { level } })
        .returning({ id: documentShares.id });
      return readMade(document, row?.id);
    },
    link: async (document, { id, level, actor }) => {
      const [row] = await db
        .insert(documentShares)
        .values({ id, workspaceId: document.workspace, documentId: document.document, kind: "link", level, createdBy: actor })
        .onConflictDoUpdate({ target: [documentShares.documentId, documentShares.level], targetWhere: sql`kind = 'link'`, set: { level } })
        .returning({ id: documentShares.id });
      return readMade(document, row?.id);
    },
    setLevel: async (document, { id, level }) => {
      try {
        await db
          .update(documentShares)
          .set({ level })
          .where(and(isOf(document), eq(documentShares.id, id)));
      } catch (error) {
        if (isUniqueViolation(error)) return "taken";
        throw error;
      }
      return read(document, id);
    },
    end: (document, id) =>
      database.transaction(async (tx) => {
        const ended = await tx
          .delete(documentShares)
          .where(and(isOf(document), eq(documentShares.id, id)))
          .returning({ id: documentShares.id });
        await tx.delete(shareOpenings).where(and(eq(shareOpenings.shareId, id), eq(shareOpenings.workspaceId, document.workspace)));
        return ended.length > 0;
      }),
    readLink: async (id) => {
      const [found] = await db
        .select({
          ...{ id: documentShares.id, workspace: documentShares.workspaceId, document: documentShares.documentId },
          ...{ level: documentShares.level, name: documents.name },
        })
        .from(documentShares)
        .innerJoin(documents, eq(documents.id, documentShares.documentId))
        .where(and(eq(documentShares.id, id), eq(documentShares.kind, "link"), isNull(documents.archivedAt)));
      return found;
    },
    open: async ({ share, user, workspace }) => {
      const opened = await db
        .insert(shareOpenings)
        .values({ shareId: share, userId: user, workspaceId: workspace })
        .onConflictDoNothing()
        .returning({ share: shareOpenings.shareId });
      return opened.length > 0;
    },
    sharedWith: (user) => sharedWith(database, user),
  };
}

async function sharedWith({ db }: Database, user: string): Promise<SharedDocumentRow[]> {
  const isOpened = sql`(${documentShares.userId} = ${user}
    or exists (select 1 from ${shareOpenings} where ${shareOpenings.shareId} = ${documentShares.id} and ${shareOpenings.userId} = ${user}))`;
  const isMember = sql`exists (select 1 from ${members} where ${members.workspaceId} = ${documents.workspaceId} and ${members.userId} = ${user})`;
  const level = sql<ShareLevel>`case when bool_or(${documentShares.level} = 'edit') then 'edit' else 'view' end`;
  return db
    .select({ id: documents.id, name: documents.name, level, workspace: workspaces.name, updatedAt: documents.updatedAt })
    .from(documentShares)
    .innerJoin(documents, eq(documents.id, documentShares.documentId))
    .innerJoin(workspaces, eq(workspaces.id, documents.workspaceId))
    .where(and(isOpened, sql`not ${isMember}`, isNull(documents.archivedAt), eq(documents.kind, "graph")))
    .groupBy(documents.id, workspaces.name)
    .orderBy(desc(documents.updatedAt), documents.id)
    .limit(MOST_SHARED);
}

function show({ row, name, email }: { row: typeof documentShares.$inferSelect; name: string | null; email: string | null }): ShareRow {
  const { id, workspaceId: workspace, documentId: document, level, createdAt, createdBy } = row;
  const base = { id, workspace, document, level, createdAt, createdBy };
  return row.kind === "link" ? { ...base, kind: "link" } : { ...base, kind: "person", user: row.userId ?? "", name: name ?? "", email: email ?? "" };
}
