import type * as Y from "yjs";
import { graphDocument } from "#runtime/graph/document.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { GraphObserver } from "#runtime/graph/observe.ts";
import type { Graph, GraphEdge, GraphNode, Position } from "#runtime/graph/schema.ts";
import { createStore, type Store } from "../document/store.ts";

/** Something others deleted, with what it was here. */
export type LostItem =
  /** With its wires, what was inside it, and where it was drawn on the board. */
  | { type: "node"; node: GraphNode; edges: readonly GraphEdge[]; inside: readonly NodeId[]; place: Position }
  | { type: "edge"; edge: GraphEdge }
  | { type: "field"; node: GraphNode; field: string; value: Json }
  | { type: "record"; node: GraphNode; field: string; record: { id: string; [member: string]: Json } };

/** What one change by others took away while it was being changed here. */
export interface LostEdit {
  id: number;
  /** Who did it; undefined when that is not known. */
  by: string | undefined;
  items: readonly LostItem[];
}

/** Sees when others delete what was being changed in this window: a merge would lose such edits without a word. */
export interface LostEdits {
  readonly lost: Pick<Store<readonly LostEdit[]>, "current" | "subscribe">;
  /** What was changed here and is not saved, to be remembered across windows. */
  touched(): string[];
  /** What an earlier window changed and could not save. */
  restored(touched: readonly string[]): void;
  /** Everything changed here is saved. */
  saved(): void;
  dismiss(id: number): void;
  destroy(): void;
}

export interface LostEditsGiven {
  doc: Y.Doc;
  /** Made before, so that it still shows what was when others' deletions come. */
  graph: GraphObserver;
  /** Transactions that only bring back what was here before. */
  isOwnPast(origin: unknown): boolean;
  /** Who deletes, as far as that can be known while a change comes in. */
  whoDeletes(): string | undefined;
  now?: () => number;
}

/** For so long after it is saved, an edit counts as being under way. */
const RECENT_MS = 10_000;
const MAX_REMEMBERED = 500;

type Events = Y.YEvent<Y.AbstractType<unknown>>[];

export function watchLostEdits({ doc, graph, isOwnPast, whoDeletes, now = Date.now }: LostEditsGiven): LostEdits {
  const document = graphDocument(doc);
  const store = createStore<readonly LostEdit[]>([]);
  const touches = createTouches(now);
  let count = 0;
  /** Of the transaction under way: the graph before it, and what it deleted. */
  let pending: { before: Graph; paths: string[][] } | undefined;

  const take = (root: "nodes" | "edges", events: Events, transaction: Y.Transaction) => {
    if (isOwnPast(transaction.origin)) return;
    if (transaction.local) return touches.add(root, events, document);
    pending ??= { before: graph.current(), paths: [] };
    for (const event of events) {
      for (const [key, { action }] of event.keys) {
        if (action !== "add") pending.paths.push([root, ...event.path.map(String), key]);
      }
    }
  };
  const onNodes = (events: Events, transaction: Y.Transaction) => take("nodes", events, transaction);
  const onEdges = (events: Events, transaction: Y.Transaction) => take("edges", events, transaction);
  const afterTransaction = () => {
    const found = pending;
    pending = undefined;
    if (store.current().length > 0) store.set(store.current().filter(({ items }) => !items.every((item) => isBack(item, graph.current()))));
    if (!found || found.paths.length === 0) return;
    const items = lostItems(found.paths, { before: found.before, after: graph.current(), isTouched: touches.has });
    if (items.length > 0) store.set([...store.current(), { id: ++count, by: whoDeletes(), items }]);
  };
  document.nodes.observeDeep(onNodes);
  document.edges.observeDeep(onEdges);
  doc.on("afterTransaction", afterTransaction);
  return {
    lost: store,
    touched: touches.unsaved,
    restored: touches.restore,
    saved: touches.saved,
    dismiss: (id) => store.set(store.current().filter((each) => each.id !== id)),
    destroy: () => {
      document.nodes.unobserveDeep(onNodes);
      document.edges.unobserveDeep(onEdges);
      doc.off("afterTransaction", afterTransaction);
    },
  };
}

/** What was changed here: `node`, `node/field` and `node/field/record`. */
function createTouches(now: () => number) {
  /** With when it was saved; undefined: it is not. */
  const touches = new Map<string, number | undefined>();
  const touch = (path: string) => {
    touches.delete(path);
    touches.set(path, undefined);
  };
  const forget = (id: string) => {
    for (const path of touches.keys()) if (path === id || path.startsWith(`${id}/`)) touches.delete(path);
  };
  return {
    add: (root: "nodes" | "edges", events: Events, document: ReturnType<typeof graphDocument>) => {
      for (const { path, keys } of events) {
        if (path.length > 0) {
          for (const each of touchedBy(path.map(String), [...keys.keys()])) touch(each);
          continue;
        }
        for (const id of keys.keys()) {
          const made = document[root].get(id);
          if (!made) forget(id);
          else touch(id);
          // who draws a wire is busy with both its ends
          for (const end of root === "edges" && made ? [made.get("source"), made.get("target")] : []) touch(String((end as { node?: unknown })?.node));
        }
      }
      for (const oldest of touches.keys()) if (touches.size > MAX_REMEMBERED) touches.delete(oldest);
    },
    has: (path: string) => {
      const savedAt = touches.get(path);
      return touches.has(path) && (savedAt === undefined || now() - savedAt < RECENT_MS);
    },
    unsaved: () => [...touches].flatMap(([path, savedAt]) => (savedAt === undefined ? [path] : [])),
    restore: (paths: readonly string[]) => {
      for (const path of paths) touch(path);
    },
    saved: () => {
      for (const [path, savedAt] of touches) {
        if (savedAt === undefined) touches.set(path, now());
        else if (now() - savedAt >= RECENT_MS) touches.delete(path);
      }
    },
  };
}

/** `path` is that of a changed part below a root: the node, then `config`, the field, the record. */
function touchedBy(path: readonly string[], keys: readonly string[]): string[] {
  const [id, member, field, record] = path;
  if (id === undefined) return [];
  if (member !== "config") return [id];
  if (field === undefined) return [id, ...keys.map((key) => `${id}/${key}`)];
  const records = record === undefined ? keys : [record];
  return [id, `${id}/${field}`, ...records.map((key) => `${id}/${field}/${key}`)];
}

interface Change {
  before: Graph;
  after: Graph;
  isTouched(path: string): boolean;
}

function lostItems(paths: readonly string[][], change: Change): LostItem[] {
  const nodes = new Set(paths.flatMap(([root, id, ...rest]) => (root === "nodes" && id !== undefined && rest.length === 0 ? [id] : [])));
  return paths.flatMap(([root, id, ...rest]): LostItem[] => {
    if (id === undefined) return [];
    if (root === "edges") return rest.length === 0 ? lostEdge(id, nodes, change) : [];
    if (rest.length === 0) return lostNode(id, change);
    return nodes.has(id) ? [] : lostPart(id, rest, change);
  });
}

function lostNode(id: string, { before, after, isTouched }: Change): LostItem[] {
  const node = before.nodes.find((each) => each.id === id);
  if (!node || !isTouched(id) || sameValue(node, find(after, id))) return [];
  const edges = before.edges.filter(({ source, target }) => source.node === id || target.node === id);
  const inside = before.nodes.flatMap(({ id: inner, parent }) => (parent === id ? [inner] : []));
  return [{ type: "node", node, edges, inside, place: placeOf(before, node) }];
}

function placeOf(graph: Graph, { position, parent }: GraphNode): Position {
  const around = parent === undefined ? undefined : find(graph, parent);
  if (!around) return position;
  const from = placeOf(graph, around);
  return { x: from.x + position.x, y: from.y + position.y };
}

function lostEdge(id: string, nodes: ReadonlySet<string>, { before, after, isTouched }: Change): LostItem[] {
  const edge = before.edges.find((each) => each.id === id);
  if (!edge || !isTouched(id) || after.edges.some((each) => each.id === id)) return [];
  // with a node go its wires
  if (nodes.has(edge.source.node) || nodes.has(edge.target.node)) return [];
  return [{ type: "edge", edge }];
}

/** A field, or a record of one; plain values that others set anew are theirs, and not lost. */
function lostPart(id: string, [member, field, record, ...deeper]: readonly string[], { before, after, isTouched }: Change): LostItem[] {
  const [node, now] = [find(before, id), find(after, id)];
  if (member !== "config" || field === undefined || deeper.length > 0 || !node || !now) return [];
  const value = node.config[field];
  if (record === undefined) {
    if (value === undefined || Object.hasOwn(now.config, field) || !isTouched(`${id}/${field}`)) return [];
    return [{ type: "field", node, field, value }];
  }
  const [was, is] = [recordOf(value, record), recordOf(now.config[field], record)];
  if (!was || is || !isTouched(`${id}/${field}/${record}`)) return [];
  return [{ type: "record", node, field, record: was }];
}

function isBack(item: LostItem, graph: Graph): boolean {
  if (item.type === "node") return sameValue(item.node, find(graph, item.node.id));
  if (item.type === "edge") return graph.edges.some(({ id }) => id === item.edge.id);
  const value = find(graph, item.node.id)?.config[item.field];
  if (item.type === "field") return sameValue(item.value, value);
  return recordOf(value, item.record.id) !== undefined;
}

/** What is around it and where it lies is no loss. */
function sameValue(left: unknown, right: unknown): boolean {
  const plain = (value: unknown) => JSON.stringify(value, (key, member) => (key === "position" || key === "parent" ? undefined : member));
  return right !== undefined && plain(left) === plain(right);
}

function find(graph: Graph, id: string): GraphNode | undefined {
  return graph.nodes.find((node) => node.id === id);
}

function recordOf(value: Json | undefined, id: string): { id: string; [member: string]: Json } | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.find((each) => typeof each === "object" && each !== null && !Array.isArray(each) && each.id === id);
  return found as { id: string; [member: string]: Json } | undefined;
}
