import type { Catalog } from "#runtime/node/catalog.ts";
import type { Files } from "../assets/blob-store.ts";
import type { Documents } from "../documents/documents.ts";
import type { EgressClient } from "../egress/create-egress-client.ts";
import { createJobs, type Jobs } from "../jobs/jobs.ts";
import { createFindThings, type FindThings } from "../knowledge/find/find-things.ts";
import { allOf, type FindableSource } from "../knowledge/find/findable.ts";
import { createKnowledge, type Knowledge } from "../knowledge/knowledge.ts";
import type { ConnectionStore } from "../store/connections.ts";
import { createJobStore } from "../store/jobs.ts";
import type { Tools } from "../tools/tools.ts";
import type { Models } from "./create-models.ts";
import type { ServicesGiven } from "./create-services.ts";
import type { Workflows } from "./create-workflows.ts";

export interface CreateKnowledgeGiven extends Pick<ServicesGiven, "database" | "closers" | "logger"> {
  /** What this process is called as an owner of leases, and who was before it. */
  names: { owner: string; predecessors?: string | undefined };
  files: Files;
  egress: EgressClient;
  models: Models;
  connectionStore: ConnectionStore;
}

/** Work in the background, and the knowledge that is its first kind. */
export function wireKnowledge(given: CreateKnowledgeGiven): { jobs: Jobs; knowledge: Knowledge } {
  const { database, closers, logger, names, files, egress, models, connectionStore } = given;
  const jobs = createJobs({ store: createJobStore(database), logger, ...names });
  const parts = { database, jobs, files, logger, http: egress, models: models.clients, connections: connectionStore };
  const knowledge = closers.add(createKnowledge(parts), (thing) => thing.close());
  closers.add(jobs, (thing) => thing.close());
  return { jobs, knowledge };
}

export interface CreateFindGiven extends Pick<ServicesGiven, "logger"> {
  knowledge: Knowledge;
  catalog: Catalog;
  documents: Pick<Documents, "list">;
  tools: Pick<Tools, "search">;
  workflows: Workflows;
}

const PAGE = 200;

/** Everything that can be found by what it does; a room with more of that kind adds its source here. */
export function wireFind({ knowledge, catalog, documents, tools, workflows, logger }: CreateFindGiven): FindThings {
  const nodeTypes = catalog
    .all()
    .map(({ type, title, description, keywords = [] }) => ({ kind: "node-type" as const, id: type, title, description, keywords }));
  const documentsOf =
    (kind: "graph" | "agent"): FindableSource =>
    async (workspace) => {
      const found = await allOf((cursor) => documents.list({ workspace, kind, cursor, limit: PAGE }));
      return found.map(({ id, name, description, publishedRevision }) => ({ kind, id, title: name, description, publishedRevision }));
    };
  const sources: FindableSource[] = [
    async () => nodeTypes,
    documentsOf("graph"),
    documentsOf("agent"),
    async (workspace) => {
      const found = await allOf((cursor) => tools.search({ workspace, cursor, limit: PAGE }));
      return found.map(({ connection, tool: { name, title = name, description = "", quarantined } }) => {
        const keywords = [connection.name, name.replaceAll(/[_-]/g, " ")];
        return { kind: "tool", id: `${connection.id}/${name}`, title, description, connection, name, quarantined, keywords };
      });
    },
    async (workspace) => {
      const found = await allOf((cursor) => workflows.library.list({ workspace, cursor, limit: PAGE, isArchived: false }));
      return found.map(({ id, name, description, category, tags }) => ({ kind: "workflow", id, title: name, description, keywords: [category, ...tags] }));
    },
    async (workspace) => {
      const found = await allOf((cursor) => knowledge.collections.list({ workspace, cursor, limit: PAGE }));
      return found.map(({ id, name, description }) => ({ kind: "collection", id, title: name, description }));
    },
  ];
  return createFindThings({ sources, embedders: knowledge.embedders, logger });
}
