import { canonicalJson } from "./canonical-json.ts";
import type { EdgeId, NodeId } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Graph, GraphEdge, GraphNode } from "./schema.ts";

/** Where a value stands in a node, or in what is said of the graph: `["label"]`, `["config", "url"]`, `["policy", "attempts"]`. */
export type FieldPath = readonly string[];

/** One field that says something else. A side that is undefined had no such field. */
export type FieldChange =
  | { type: "value"; path: FieldPath; before: Json | undefined; after: Json | undefined }
  /** `textHunks` tells where the two differ. */
  | { type: "text"; path: FieldPath; before: string; after: string }
  /** A list of objects with ids. */
  | { type: "records"; path: FieldPath; items: readonly RecordChange[]; isReordered: boolean };

export type RecordChange =
  | { type: "added"; id: string; record: JsonObject }
  | { type: "removed"; id: string; record: JsonObject }
  | { type: "changed"; id: string; before: JsonObject; after: JsonObject; fields: readonly FieldChange[] };

type JsonObject = { [key: string]: Json };

/** What of a node is only how it is drawn. */
const LOOKS = ["position", "size", "collapsed"] as const;
export type Look = (typeof LOOKS)[number];

export type NodeChange =
  | { type: "added"; id: NodeId; node: GraphNode }
  | { type: "removed"; id: NodeId; node: GraphNode }
  /** `fields` is empty when it was only drawn elsewhere; `looks` tells how. */
  | { type: "changed"; id: NodeId; before: GraphNode; after: GraphNode; fields: readonly FieldChange[]; looks: readonly Look[] };

export type EdgeChange =
  | { type: "added"; id: EdgeId; edge: GraphEdge }
  | { type: "removed"; id: EdgeId; edge: GraphEdge }
  | { type: "changed"; id: EdgeId; before: GraphEdge; after: GraphEdge }
  /** Drawn again between the same ports, under another id: nothing that anybody would call a change. */
  | { type: "renewed"; id: EdgeId; before: GraphEdge; after: GraphEdge };

/** What differs between two graphs: all that is needed to make either from the other. */
export interface GraphDiff {
  /** Name, description and settings. */
  about: readonly FieldChange[];
  /** In the order of ids. */
  nodes: readonly NodeChange[];
  edges: readonly EdgeChange[];
  /** What the graphs say of themselves. */
  before: GraphAbout;
  after: GraphAbout;
}

export type GraphAbout = Pick<Graph, "name" | "description" | "settings">;

/** Compares two graphs by the ids of what is in them. Costs time in proportion to their size. */
export function diffGraphs(before: Graph, after: Graph): GraphDiff {
  return {
    about: diffMembers(aboutOf(before), aboutOf(after), []),
    nodes: diffItems(before.nodes, after.nodes, changedNode),
    edges: diffEdges(before.edges, after.edges),
    before: aboutOf(before),
    after: aboutOf(after),
  };
}

/** Whether nothing differs that anybody would call a change; `looks` do count. */
export function isSame({ about, nodes, edges }: GraphDiff): boolean {
  return about.length + nodes.length === 0 && edges.every(({ type }) => type === "renewed");
}

/** Whether a node was only moved, resized or collapsed. */
export function isOnlyMoved(change: NodeChange): boolean {
  return change.type === "changed" && change.fields.length === 0;
}

function aboutOf({ name, description, settings }: Graph): GraphAbout {
  return { name, description, settings };
}

type ItemChange<Item extends { id: string }, Changed> =
  | { type: "added"; id: Item["id"]; item: Item }
  | { type: "removed"; id: Item["id"]; item: Item }
  | (Changed & { type: "changed"; id: Item["id"] });

/** The items of two lists, paired by id; `compare` gives nothing for two that say the same. */
function diffLists<Item extends { id: string }, Changed extends object>(
  before: readonly Item[],
  after: readonly Item[],
  compare: (before: Item, after: Item) => Changed | undefined,
): ItemChange<Item, Changed>[] {
  const left = new Map(before.map((item) => [item.id, item]));
  const right = new Set(after.map(({ id }) => id));
  const changes: ItemChange<Item, Changed>[] = before.filter(({ id }) => !right.has(id)).map((item) => ({ type: "removed", id: item.id, item }));
  for (const item of after) {
    const earlier = left.get(item.id);
    if (!earlier) changes.push({ type: "added", id: item.id, item });
    else {
      const changed = earlier === item ? undefined : compare(earlier, item);
      if (changed) changes.push({ ...changed, type: "changed", id: item.id });
    }
  }
  return changes.sort((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
}

function diffItems(before: readonly GraphNode[], after: readonly GraphNode[], compare: typeof changedNode): NodeChange[] {
  return diffLists(before, after, compare).map((change) => (change.type === "changed" ? change : { type: change.type, id: change.id, node: change.item }));
}

type ChangedNode = Omit<Extract<NodeChange, { type: "changed" }>, "type" | "id">;

/** What came of comparing a node of now with one before. A graph that is edited keeps the nodes that did not change: these are compared once. */
const compared = new WeakMap<GraphNode, { before: GraphNode; change: ChangedNode | undefined }>();

function changedNode(before: GraphNode, after: GraphNode): ChangedNode | undefined {
  const known = compared.get(after);
  if (known?.before === before) return known.change;
  const change = compareNodes(before, after);
  compared.set(after, { before, change });
  return change;
}

function compareNodes(before: GraphNode, after: GraphNode): ChangedNode | undefined {
  const looks = LOOKS.filter((look) => !isEqual(before[look], after[look]));
  const fields = diffMembers(membersOf(before), membersOf(after), []);
  return looks.length + fields.length > 0 ? { before, after, fields, looks } : undefined;
}

/** What of a node means something. */
function membersOf(node: GraphNode): Record<string, unknown> {
  const { id: _id, position: _position, size: _size, collapsed: _collapsed, ...members } = node;
  return members;
}

/** Objects whose members are compared one by one, instead of as a whole. */
const OPENED: ReadonlySet<string> = new Set(["config", "policy", "settings"]);

function diffMembers(before: object, after: object, path: FieldPath): FieldChange[] {
  const [left, right] = [before as Record<string, unknown>, after as Record<string, unknown>];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].sort().flatMap((key) => {
    const [old, now] = [own(left, key), own(right, key)];
    if (isEqual(old, now)) return [];
    const place = [...path, key];
    if (path.length === 0 && OPENED.has(key)) return diffMembers(isObject(old) ? old : {}, isObject(now) ? now : {}, place);
    return [diffValue(old as Json | undefined, now as Json | undefined, place)];
  });
}

function diffValue(before: Json | undefined, after: Json | undefined, path: FieldPath): FieldChange {
  if (typeof before === "string" && typeof after === "string") return { type: "text", path, before, after };
  const [left, right] = [recordsIn(before), recordsIn(after)];
  if (left && right && left.length + right.length > 0) return diffRecords(left, right, path);
  return { type: "value", path, before, after };
}

type Record_ = JsonObject & { id: string };

function diffRecords(before: readonly Record_[], after: readonly Record_[], path: FieldPath): FieldChange {
  const items = diffLists(before, after, (left, right) => {
    const fields = diffMembers(left, right, ["…"]).map((change) => ({ ...change, path: change.path.slice(1) }));
    return fields.length > 0 ? { before: left as JsonObject, after: right as JsonObject, fields } : undefined;
  });
  const kept = new Set(after.map(({ id }) => id));
  const was = new Set(before.map(({ id }) => id));
  const order = (list: readonly Record_[], among: ReadonlySet<string>) => list.flatMap(({ id }) => (among.has(id) ? [id] : [])).join("\n");
  return {
    type: "records",
    path,
    items: items.map((change): RecordChange => (change.type === "changed" ? change : { type: change.type, id: change.id, record: change.item })),
    isReordered: order(before, kept) !== order(after, was),
  };
}

/** A list of objects with ids of their own; an absent one is empty. */
function recordsIn(value: Json | undefined): readonly Record_[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return undefined;
  const ids = new Set<string>();
  for (const item of value) {
    if (!isObject(item) || typeof item.id !== "string") return undefined;
    ids.add(item.id);
  }
  return ids.size === value.length ? (value as unknown as readonly Record_[]) : undefined;
}

function diffEdges(before: readonly GraphEdge[], after: readonly GraphEdge[]): EdgeChange[] {
  const changes = diffLists(before, after, (left, right) => (isEqual(left, right) ? undefined : { before: left, after: right }));
  const gone = new Map(changes.flatMap((change) => (change.type === "removed" ? [[wiringOf(change.item), change.item] as const] : [])));
  const renewed = new Set<string>();
  const made = changes.map((change): EdgeChange => {
    if (change.type === "changed") return change;
    const earlier = change.type === "added" ? gone.get(wiringOf(change.item)) : undefined;
    if (!earlier) return { type: change.type, id: change.id, edge: change.item };
    gone.delete(wiringOf(change.item));
    renewed.add(earlier.id);
    return { type: "renewed", id: change.id, before: earlier, after: change.item };
  });
  return made.filter((change) => change.type !== "removed" || !renewed.has(change.id));
}

/** What an edge says, whatever its id. */
function wiringOf({ id: _, ...wiring }: GraphEdge): string {
  return canonicalJson(wiring);
}

function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  return canonicalJson(left) === canonicalJson(right);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
