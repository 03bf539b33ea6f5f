import * as Y from "yjs";
import { graphDocument, type LayoutOf } from "#runtime/graph/document.ts";
import { createEdits, type Edits } from "#runtime/graph/edits.ts";
import { createId, type GraphId, graphIdSchema } from "#runtime/graph/ids.ts";
import { readGraph } from "#runtime/graph/read.ts";
import { emptyGraph, type Graph } from "#runtime/graph/schema.ts";
import { type Catalog, fieldHint } from "#runtime/node/catalog.ts";
import { ApiError } from "../api-error.ts";
import type { GraphDetail, GraphSummary } from "../contract/graphs.ts";
import type { DocumentKind, DocumentRow, DocumentStore } from "../store/documents.ts";
import type { DocumentChecker } from "./document-checker.ts";
import type { DocumentRooms } from "./document-rooms.ts";
import { requireGraph } from "./parse-graph.ts";
import { requireAccepted, within } from "./require-accepted.ts";
import type { UpdateCommitter } from "./update-committer.ts";
import type { Verdict } from "./verdict.ts";

export interface DraftsContext {
  catalog: Catalog;
  documents: DocumentStore;
  rooms: DocumentRooms;
  checker: DocumentChecker;
  committer: UpdateCommitter;
}

/** The drafts of graphs, as the server itself reads and changes them. */
export interface Drafts {
  /** Throws "not-found". */
  row(id: GraphId): Promise<DocumentRow>;
  /** Throws "not-found", and "conflict" when it is archived. */
  editableRow(id: GraphId): Promise<DocumentRow>;
  create(given: {
    workspace: string;
    id?: GraphId | undefined;
    kind?: DocumentKind | undefined;
    name?: string | undefined;
    graph?: unknown;
    actor: string;
  }): Promise<GraphDetail>;
  read(id: GraphId): Promise<Graph>;
  detail(id: GraphId): Promise<GraphDetail>;
  /** Changes a draft as a person would; everybody who has it open sees it. */
  edit(id: GraphId, actor: string, change: (edits: Edits, now: () => Graph) => void): Promise<GraphDetail>;
}

export function createDrafts(context: DraftsContext): Drafts {
  const { catalog, documents, rooms, checker, committer } = context;
  const layoutOf = layoutsOf(catalog);
  const row: Drafts["row"] = async (id) => {
    const found = await documents.read(id);
    if (!found) throw new ApiError("not-found", `There is no graph ${id}.`);
    return found;
  };
  const read: Drafts["read"] = async (id) => {
    await row(id);
    return rooms.use(id, (room) => readGraph(graphDocument(room.doc)));
  };
  const detail: Drafts["detail"] = async (id) => {
    const graph = await read(id);
    return { ...toSummary(await row(id)), graph };
  };
  return {
    row,
    editableRow: async (id) => {
      const found = await row(id);
      if (found.archivedAt) throw new ApiError("conflict", "This graph is archived.");
      return found;
    },
    create: async ({ workspace, id = createId("graph"), kind = "graph", name, graph: value, actor }) => {
      const content = value === undefined ? emptyGraph() : requireGraph(value, catalog);
      const graph = name === undefined ? content : { ...content, name };
      const doc = new Y.Doc();
      createEdits(doc, { origin: "server", layoutOf }).replace(graph);
      const { update } = requireAccepted(await checkNew(checker, id, Y.encodeStateAsUpdate(doc)));
      if (!update) throw new Error("A new document holds nothing.");
      const made = await documents.create({ id, workspace, kind, name: graph.name, description: graph.description, actor, update });
      return { ...toSummary(made), graph: readGraph(graphDocument(doc)) };
    },
    read,
    detail,
    edit: async (id, actor, change) => {
      const edited = rooms.use(id, (room) =>
        room.edit(actor, (copy) => change(createEdits(copy, { origin: "server", layoutOf }), () => readGraph(graphDocument(copy)))),
      );
      requireAccepted(await within(edited, committer.problem));
      return detail(id);
    },
  };
}

/** How new config fields are laid out: the node type's definition says it. */
function layoutsOf(catalog: Catalog): LayoutOf {
  return (type, field) => {
    const definition = catalog.get(type);
    return (definition && fieldHint(definition, field).layout) ?? "value";
  };
}

/** Checks a document that is not stored yet, by the rules every update meets. */
function checkNew(checker: DocumentChecker, document: string, update: Uint8Array): Promise<Verdict> {
  return new Promise((resolve) => {
    checker.check({
      document,
      update,
      parts: () => [],
      settle: (verdict) => {
        checker.forget(document);
        resolve(verdict);
      },
    });
  });
}

export function toSummary(row: DocumentRow): GraphSummary {
  const { kind, name, description, publishedRevision, createdAt, updatedAt } = row;
  return {
    id: graphIdSchema.parse(row.id),
    kind,
    name,
    description,
    publishedRevision,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
