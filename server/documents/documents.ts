import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import { diffGraphs } from "#runtime/graph/diff.ts";
import type { Edits } from "#runtime/graph/edits.ts";
import { sha256Hex } from "#runtime/graph/hash.ts";
import type { GraphId, NodeId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { takeBack } from "#runtime/graph/take-back.ts";
import type { Catalog } from "#runtime/node/catalog.ts";
import { compile, referenceKeys } from "#runtime/plan/compile.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { ApiError } from "../api-error.ts";
import type { GraphDetail, GraphSummary, RevisionEntry } from "../contract/graphs.ts";
import type { Logger } from "../logger.ts";
import type { Fanout } from "../queue/fanout.ts";
import type { LookUp } from "../references.ts";
import type { Database } from "../store/database/open-database.ts";
import { createDocumentUpdateStore } from "../store/document-updates.ts";
import { createDocumentStore, type DocumentKind } from "../store/documents.ts";
import { createRevisionStore } from "../store/revisions.ts";
import { type CutOptions, cutRevision, type Revision, toRevision, toRevisionEntry } from "./cut-revision.ts";
import { createDocumentChecker } from "./document-checker.ts";
import { createDocumentRelay } from "./document-relay.ts";
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
  /** To the other processes of the installation; without it, they are heard of through the database. */
  fanout?: Fanout | undefined;
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
  createGraph(given: {
    workspace: string;
    id?: GraphId | undefined;
    kind?: DocumentKind | undefined;
    name?: string | undefined;
    graph?: unknown;
    actor: string;
  }): Promise<GraphDetail>;
  list(query: PageQuery & { workspace: string; kind?: DocumentKind | undefined }): Promise<{ items: GraphSummary[]; nextCursor?: string }>;
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
  /** `byPeople`: the search looks at names of people, too. */
  listRevisions(
    id: GraphId,
    query: PageQuery & { named?: boolean | undefined; byPeople?: boolean | undefined },
  ): Promise<{ items: RevisionEntry[]; nextCursor?: string }>;
  /** Gives a revision a name, or with null takes it away. */
  nameRevision(id: GraphId, number: number, name: string | null): Promise<RevisionEntry>;
  readRevision(id: GraphId, number: number): Promise<Revision>;
  /** The number of the published revision. Throws `ApiError("not-found")` where none is. */
  publishedNumber(id: GraphId): Promise<number>;
  /** Cuts a revision, then makes the draft what an earlier one was. */
  restoreRevision(id: GraphId, number: number, actor: string): Promise<GraphDetail>;
  /** The same of some nodes alone (see `takeBack`). Throws "bad-request" for one that is neither in that revision nor in the draft. */
  restoreNodes(id: GraphId, number: number, given: { actor: string; nodes: readonly NodeId[] }): Promise<GraphDetail>;
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

/** Milliseconds between looks for edits of other processes: where those are told as well, for what was lost on the way. */
const WATCH_MS = { told: 5_000, untold: 1_000 };

export function createDocuments(given: DocumentsGiven): Documents {
  const { database, catalog, references, logger } = given;
  const documents = createDocumentStore(database);
  const updates = createDocumentUpdateStore(database);
  const revisions = createRevisionStore(database);
  const checker = createDocumentChecker();
  const committer = createUpdateCommitter({ store: updates, onProblem: (error) => logger.error({ error }, "Edits could not be stored; trying again.") });
  const rooms = createDocumentRooms({
    ...{ documents, updates, checker, committer, logger, graceMs: given.graceMs },
    relay: given.fanout && createDocumentRelay(given.fanout),
    // the embedded database is one process's alone
    watchMs: database.kind === "postgres" ? WATCH_MS[given.fanout ? "told" : "untold"] : undefined,
  });
  const drafts = createDrafts({ catalog, documents, rooms, checker, committer });

  const cutGraph = async (id: GraphId, graph: Graph, options: CutOptions): Promise<Revision> =>
    cutRevision({ revisions, catalog, references }, { workspace: (await drafts.row(id)).workspaceId, document: id, graph }, options);
  const cut = async (id: GraphId, options: CutOptions): Promise<Revision> => cutGraph(id, await drafts.read(id), options);
  /** Cuts a revision, then changes the draft. What others wrote in between is in one more revision. */
  const overwrite = async (id: GraphId, options: CutOptions & { actor: string }, change: (edits: Edits, draft: Graph) => void): Promise<GraphDetail> => {
    const kept = await cut(id, options);
    let met = kept.graph;
    const changed = await drafts.edit(id, options.actor, (edits, now) => {
      met = now();
      change(edits, met);
    });
    if (sha256Hex(canonicalJson(met)) !== kept.hash) await cutGraph(id, met, options);
    return changed;
  };
  const readRevision = async (id: GraphId, number: number): Promise<Revision> => {
    await drafts.row(id);
    const row = await revisions.read(id, number);
    if (!row) throw noRevision(number);
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
    list: async ({ kind = "graph", ...query }) => {
      const { items, nextCursor } = await documents.list({ ...query, kind });
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
      return overwrite(id, { reason: "replace", message: "Before the draft was replaced", actor }, (edits) => edits.replace(graph));
    },
    archive: async (id) => {
      await drafts.row(id);
      if (!(await documents.archive(id))) return;
      given.onPublishedChanged?.(id);
      rooms.archived(id);
    },
    cutRevision: cut,
    listRevisions: async (id, query) => {
      await drafts.row(id);
      const { items, nextCursor } = await revisions.list({ ...query, document: id });
      return { items: items.map(toRevisionEntry), ...(nextCursor !== undefined && { nextCursor }) };
    },
    nameRevision: async (id, number, name) => {
      await drafts.row(id);
      const row = await revisions.rename(id, number, name);
      if (!row) throw noRevision(number);
      return toRevisionEntry(row);
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
      return overwrite(id, { reason: "restore", message: `Before revision ${number} was restored`, actor }, (edits) => edits.replace(graph));
    },
    restoreNodes: async (id, number, { actor, nodes }) => {
      await drafts.editableRow(id);
      const { graph } = await readRevision(id, number);
      requireKnown(nodes, [graph, await drafts.read(id)]);
      const what = nodes.length === 1 ? "a node was" : `${nodes.length} nodes were`;
      return overwrite(id, { reason: "restore", message: `Before ${what} restored from revision ${number}`, actor }, (edits, draft) =>
        edits.replace(takeBack(draft, diffGraphs(graph, draft), new Set(nodes))),
      );
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

function noRevision(number: number): ApiError {
  return new ApiError("not-found", `There is no revision ${number}. A revision without a name that no run used may have been thinned out.`);
}

function requireKnown(nodes: readonly NodeId[], graphs: readonly Graph[]): void {
  const known = new Set(graphs.flatMap((graph) => graph.nodes.map(({ id }) => id)));
  const unknown = nodes.find((id) => !known.has(id));
  if (unknown !== undefined) throw new ApiError("bad-request", `The node ${unknown} is neither in that revision nor in the draft.`);
}

function requireRunnable({ graph, references, number }: Revision, catalog: Catalog): void {
  const problems = compile(graph, catalog, references).problems.filter(({ severity }) => severity === "error");
  if (problems.length > 0) throw new ApiError("invalid-graph", `Revision ${number} cannot run: ${problems[0]?.message ?? ""}`, { problems });
}
