import type { GraphId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import type { Catalog } from "#runtime/node/catalog.ts";
import { compile, referenceKeys } from "#runtime/plan/compile.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { ApiError } from "../api-error.ts";
import { SYNC_CLOSE } from "../contract/document-sync.ts";
import type { GraphDetail, GraphSummary, RevisionSummary } from "../contract/graphs.ts";
import type { Logger } from "../logger.ts";
import type { LookUp } from "../references.ts";
import type { Database } from "../store/database/open-database.ts";
import { createDocumentUpdateStore } from "../store/document-updates.ts";
import { createDocumentStore } from "../store/documents.ts";
import { createRevisionStore } from "../store/revisions.ts";
import { type CutOptions, cutRevision, type Revision, toRevision, toRevisionSummary } from "./cut-revision.ts";
import { createDocumentChecker } from "./document-checker.ts";
import { createDocumentRooms, type DocumentRooms } from "./document-rooms.ts";
import { createDrafts, toSummary } from "./drafts.ts";
import { parseGraph, requireGraph } from "./parse-graph.ts";
import { createUpdateCommitter } from "./update-committer.ts";

export interface DocumentsGiven {
  database: Database;
  catalog: Catalog;
  /** Looks up what a graph depends on. */
  references: LookUp;
  logger: Logger;
  /** Hears of each graph for which another revision is published now, or none any more. */
  onPublishedChanged?: (id: GraphId) => void;
  /** Milliseconds a document without connections stays open; 30 s when absent. */
  graceMs?: number;
}

/** A page of a list as it is asked for. */
interface PageQuery {
  cursor?: string | undefined;
  search?: string | undefined;
  limit: number;
}

/** Graphs: their drafts, which people edit together, and their revisions, which run. Methods throw ApiError "not-found" for ids that are none. */
export interface Documents {
  readonly rooms: DocumentRooms;
  /** An empty graph, or what the document says, under a fresh id if none is given. Throws "invalid-graph", "too-large". */
  createGraph(given: { workspace: string; id?: GraphId | undefined; name?: string | undefined; graph?: unknown; actor: string }): Promise<GraphDetail>;
  list(query: PageQuery & { workspace: string }): Promise<{ items: GraphSummary[]; nextCursor?: string }>;
  summary(id: GraphId): Promise<GraphSummary>;
  read(id: GraphId): Promise<GraphDetail>;
  readDraft(id: GraphId): Promise<Graph>;
  /** Throws "conflict" when it is archived. So do the other methods that change a draft. */
  rename(id: GraphId, change: { name?: string | undefined; description?: string | undefined }, actor: string): Promise<GraphDetail>;
  /** Cuts a revision, then makes the draft say what `graph` says. Throws "invalid-graph", "too-large". */
  replaceDraft(id: GraphId, graph: unknown, actor: string): Promise<GraphDetail>;
  /** Closes it for everybody who has it open; its revisions and runs stay. */
  archive(id: GraphId): Promise<void>;
  cutRevision(id: GraphId, options: CutOptions): Promise<Revision>;
  listRevisions(id: GraphId, query: PageQuery): Promise<{ items: RevisionSummary[]; nextCursor?: string }>;
  readRevision(id: GraphId, number: number): Promise<Revision>;
  /** The number of the published revision. Throws `ApiError("not-found")` where none is. */
  publishedNumber(id: GraphId): Promise<number>;
  /** Cuts a revision, then makes the draft what an earlier one was. */
  restoreRevision(id: GraphId, number: number, actor: string): Promise<GraphDetail>;
  /** Throws "invalid-graph" when that revision cannot run. */
  publish(id: GraphId, revision: number, actor: string): Promise<GraphSummary>;
  unpublish(id: GraphId): Promise<GraphSummary>;
  /** What is wrong with the draft, or with another graph, its form included. */
  validate(id: GraphId, graph?: unknown): Promise<Problem[]>;
  /** Why edits are not being stored, while they are not. */
  problem(): unknown;
  /** Sends everybody away, and resolves when everything is stored. */
  close(): Promise<void>;
}

export function createDocuments(given: DocumentsGiven): Documents {
  const { database, catalog, references, logger } = given;
  const documents = createDocumentStore(database);
  const updates = createDocumentUpdateStore(database);
  const revisions = createRevisionStore(database);
  const checker = createDocumentChecker();
  const committer = createUpdateCommitter({ store: updates, onProblem: (error) => logger.error({ error }, "Edits could not be stored; trying again.") });
  const rooms = createDocumentRooms({ documents, updates, checker, committer, logger, graceMs: given.graceMs });
  const drafts = createDrafts({ catalog, documents, rooms, checker, committer });

  const cut = async (id: GraphId, options: CutOptions): Promise<Revision> =>
    cutRevision({ revisions, catalog, references }, { workspace: (await drafts.row(id)).workspaceId, document: id, graph: await drafts.read(id) }, options);
  const readRevision = async (id: GraphId, number: number): Promise<Revision> => {
    await drafts.row(id);
    const row = await revisions.read(id, number);
    if (!row) throw new ApiError("not-found", `There is no revision ${number}.`);
    return toRevision(row);
  };
  const mark = async (id: GraphId, published: { revision: number; actor: string } | null): Promise<GraphSummary> => {
    const row = await documents.publish(id, published);
    if (!row) throw new ApiError("not-found", `There is no revision ${published?.revision}.`);
    given.onPublishedChanged?.(id);
    return toSummary(row);
  };
  return {
    rooms,
    createGraph: drafts.create,
    list: async (query) => {
      const { items, nextCursor } = await documents.list({ ...query, kind: "graph" });
      return { items: items.map(toSummary), ...(nextCursor !== undefined && { nextCursor }) };
    },
    summary: async (id) => toSummary(await drafts.row(id)),
    read: drafts.detail,
    readDraft: drafts.read,
    rename: async (id, { name, description }, actor) => {
      await drafts.editableRow(id);
      return drafts.edit(id, actor, (edits) => {
        if (name !== undefined) edits.rename(name);
        if (description !== undefined) edits.describe(description);
      });
    },
    replaceDraft: async (id, value, actor) => {
      await drafts.editableRow(id);
      const graph = requireGraph(value, catalog);
      await cut(id, { reason: "replace", message: "Before the draft was replaced", actor });
      return drafts.edit(id, actor, (edits) => edits.replace(graph));
    },
    archive: async (id) => {
      await drafts.row(id);
      if (!(await documents.archive(id))) return;
      given.onPublishedChanged?.(id);
      rooms.dismiss(id, SYNC_CLOSE.archived, "This graph was archived.");
    },
    cutRevision: cut,
    listRevisions: async (id, query) => {
      await drafts.row(id);
      const { items, nextCursor } = await revisions.list({ ...query, document: id });
      return { items: items.map(toRevisionSummary), ...(nextCursor !== undefined && { nextCursor }) };
    },
    readRevision,
    publishedNumber: async (id) => {
      const { publishedRevision } = await drafts.row(id);
      if (publishedRevision === null) throw new ApiError("not-found", "No revision of this graph is published. Publish one first.");
      return publishedRevision;
    },
    restoreRevision: async (id, number, actor) => {
      await drafts.editableRow(id);
      const { graph } = await readRevision(id, number);
      await cut(id, { reason: "restore", message: `Before revision ${number} was restored`, actor });
      return drafts.edit(id, actor, (edits) => edits.replace(graph));
    },
    publish: async (id, number, actor) => {
      await drafts.editableRow(id);
      const revision = await readRevision(id, number);
      requireRunnable(revision, catalog);
      return mark(id, { revision: number, actor });
    },
    unpublish: async (id) => {
      await drafts.row(id);
      return mark(id, null);
    },
    validate: async (id, value) => {
      const { workspaceId } = await drafts.row(id);
      const parsed = value === undefined ? { graph: await drafts.read(id) } : parseGraph(value);
      if ("problems" in parsed) return parsed.problems;
      return compile(parsed.graph, catalog, await references(workspaceId, referenceKeys(parsed.graph, catalog))).problems;
    },
    problem: committer.problem,
    close: rooms.close,
  };
}

function requireRunnable({ graph, references, number }: Revision, catalog: Catalog): void {
  const problems = compile(graph, catalog, references).problems.filter(({ severity }) => severity === "error");
  if (problems.length > 0) throw new ApiError("invalid-graph", `Revision ${number} cannot run: ${problems[0]?.message ?? ""}`, { problems });
}
