import { eq } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";
import { comfyWorkflows } from "./schema/comfy-workflows.ts";
import { connections } from "./schema/connections.ts";
import { documents } from "./schema/documents.ts";
import { jobs } from "./schema/jobs.ts";
import { knowledgeChunks, knowledgeCollections, knowledgeDocuments } from "./schema/knowledge.ts";
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
  job(id: string): Promise<PlaceRow | undefined>;
  collection(id: string): Promise<PlaceRow | undefined>;
  /** Of knowledge. */
  doc(id: string): Promise<PlaceRow | undefined>;
  chunk(id: string): Promise<PlaceRow | undefined>;
  workspace(id: string): Promise<PlaceRow | undefined>;
  /** Of the library. */
  workflow(id: string): Promise<PlaceRow | undefined>;
}

export function createPlaceStore({ db }: Database): PlaceStore {
  return {
    document: async (id) => (await db.select({ workspace: documents.workspaceId, document: documents.id }).from(documents).where(eq(documents.id, id)))[0],
    run: async (id) => (await db.select({ workspace: runs.workspaceId, document: runs.graphId }).from(runs).where(eq(runs.id, id)))[0],
    connection: async (id) => (await db.select({ workspace: connections.workspaceId }).from(connections).where(eq(connections.id, id)))[0],
    credential: async (id) => (await db.select({ workspace: credentials.workspaceId }).from(credentials).where(eq(credentials.id, id)))[0],
    workflow: async (id) => (await db.select({ workspace: comfyWorkflows.workspaceId }).from(comfyWorkflows).where(eq(comfyWorkflows.id, id)))[0],
    job: async (id) => (await db.select({ workspace: jobs.workspaceId }).from(jobs).where(eq(jobs.id, id)))[0],
    collection: async (id) =>
      (await db.select({ workspace: knowledgeCollections.workspaceId }).from(knowledgeCollections).where(eq(knowledgeCollections.id, id)))[0],
    doc: async (id) => (await db.select({ workspace: knowledgeDocuments.workspaceId }).from(knowledgeDocuments).where(eq(knowledgeDocuments.id, id)))[0],
    chunk: async (id) => (await db.select({ workspace: knowledgeChunks.workspaceId }).from(knowledgeChunks).where(eq(knowledgeChunks.id, id)))[0],
    workspace: async (id) => (await db.select({ workspace: workspaces.id }).from(workspaces).where(eq(workspaces.id, id)))[0],
  };
}
