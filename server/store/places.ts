import { eq } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";
import { connections } from "./schema/connections.ts";
import { documents } from "./schema/documents.ts";
import { runs } from "./schema/runs.ts";
import { credentials } from "./schema/vault.ts";
import { workspaces } from "./schema/workspaces.ts";

/** The workspace a row belongs to, and the document it is or is part of. */
export interface PlaceRow {
  workspace: string;
  document?: string;
}

/** Where things are, archived ones too; undefined for what is not there. */
export interface PlaceStore {
  document(id: string): Promise<PlaceRow | undefined>;
  /** The document is its graph. */
  run(id: string): Promise<PlaceRow | undefined>;
  connection(id: string): Promise<PlaceRow | undefined>;
  credential(id: string): Promise<PlaceRow | undefined>;
  workspace(id: string): Promise<PlaceRow | undefined>;
}

export function createPlaceStore({ db }: Database): PlaceStore {
  return {
    document: async (id) => (await db.select({ workspace: documents.workspaceId, document: documents.id }).from(documents).where(eq(documents.id, id)))[0],
    run: async (id) => (await db.select({ workspace: runs.workspaceId, document: runs.graphId }).from(runs).where(eq(runs.id, id)))[0],
    connection: async (id) => (await db.select({ workspace: connections.workspaceId }).from(connections).where(eq(connections.id, id)))[0],
    credential: async (id) => (await db.select({ workspace: credentials.workspaceId }).from(credentials).where(eq(credentials.id, id)))[0],
    workspace: async (id) => (await db.select({ workspace: workspaces.id }).from(workspaces).where(eq(workspaces.id, id)))[0],
  };
}
