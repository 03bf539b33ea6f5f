import * as Y from "yjs";
import { fieldToYjs, type GraphDocument, graphDocument, initialOrder, type LayoutOf, replaceText } from "./document.ts";
import type { EdgeId, NodeId } from "./ids.ts";
import type { Json } from "./json.ts";
import { compareOrder, isOrderKey, orderKeyBetween } from "./order-key.ts";
import { type Graph, type GraphEdge, type GraphNode, type GraphSettings, type NodePolicy, type Position, positionSchema, type Size } from "./schema.ts";
import type { StoredValues } from "./stored-value.ts";
import { edgeToYjs, nodeToYjs, writeGraph } from "./write-graph.ts";

/**
 * The only writer of a draft: one function for each intent, each one transaction with the origin given here. Undo follows the
 * origin, so a person's editor uses one origin of its own. Edits of what somebody else has removed meanwhile do nothing and
 * return false.
 */
export interface Edits {
  readonly origin: unknown;
  /** Several edits as one: one transaction, one update to the others, one step of undo. */
  together(change: () => void): void;
  rename(name: string): void;
  describe(description: string): void;
  changeSettings(settings: GraphSettings): void;
  /** Adds nodes with the edges between them (a palette pick, a paste, a template) in one step. */
  add(nodes: readonly GraphNode[], edges?: readonly GraphEdge[]): void;
  /** Removes nodes with their edges, and edges. What was inside a removed frame moves out of it, and stays where it is drawn. */
  remove(ids: { nodes?: readonly NodeId[]; edges?: readonly EdgeId[] }): void;
  move(positions: ReadonlyMap<NodeId, Position>): void;
  /** With a position, what is inside stays where it is drawn. */
  resize(node: NodeId, size: Size, position?: Position): boolean;
  relabel(node: NodeId, label: string): boolean;
  setDisabled(nodes: readonly NodeId[], disabled: boolean): void;
  setCollapsed(node: NodeId, collapsed: boolean): boolean;
  /** Puts nodes into a container, or out of all; they stay where they are drawn. */
  setParent(nodes: readonly NodeId[], parent: NodeId | undefined): void;
  setPolicy(node: NodeId, policy: NodePolicy): boolean;
  /** Sets one config field; text is changed by difference, `undefined` removes the field. */
  setField(node: NodeId, field: string, value: Json | undefined): boolean;
  /**
   * Changes co-edited text at places; each counts in what the ones before it left. A place beyond the end means the end. A text field
   * that has no value yet gets one; anything else but text is left alone (false).
   */
  changeText(node: NodeId, field: string, changes: readonly TextChange[]): boolean;
  addRecord(node: NodeId, field: string, record: { id: string; [member: string]: Json }): boolean;
  setRecord(node: NodeId, field: string, change: { id: string; member: string; value: Json | undefined }): boolean;
  removeRecord(node: NodeId, field: string, id: string): boolean;
  /** Puts a record before another, or at the end. */
  moveRecord(node: NodeId, field: string, place: { id: string; before?: string }): boolean;
  /** Adds an edge; `replacing` removes the ones it takes the place of. */
  connect(edge: GraphEdge, replacing?: readonly EdgeId[]): void;
  /** Pins what a node gave, so that runs from the canvas use it instead of running the node; undefined takes the pin away. */
  setPin(node: NodeId, outputs: StoredValues | undefined): boolean;
  /** Makes the draft say what this graph says: texts in place by difference, the rest by replacement. */
  replace(graph: Graph): void;
}

/** At an offset (UTF-16 units): takes `remove` units away and puts `insert` in their place. */
export interface TextChange {
  at: number;
  remove: number;
  insert: string;
}

/** Edits of a document under an origin. `layoutOf` says how new config fields are laid out (from the catalog). */
export function createEdits(doc: Y.Doc, given: { origin: unknown; layoutOf: LayoutOf }): Edits {
  const document = graphDocument(doc);
  const { origin, layoutOf } = given;
  const transact = (change: () => void) => doc.transact(change, origin);
  const onNode = (id: NodeId, change: (node: Y.Map<unknown>) => void): boolean => {
    const node = document.nodes.get(id);
    if (!node) return false;
    transact(() => change(node));
    return true;
  };
  const onRecords = (id: NodeId, field: string, change: (list: Y.Map<unknown>) => void): boolean => {
    let done = false;
    onNode(id, (node) => {
      const list = configOf(node)?.get(field);
      if (!(list instanceof Y.Map)) return;
      change(list);
      done = true;
    });
    return done;
  };
  return {
    origin,
    together: transact,
    rename: (name) => transact(() => document.graph.set("name", name)),
    describe: (description) => transact(() => document.graph.set("description", description)),
    changeSettings: (settings) => transact(() => document.graph.set("settings", settings)),
    add: (nodes, edges = []) =>
      transact(() => {
        for (const node of nodes) document.nodes.set(node.id, nodeToYjs(node, layoutOf));
        for (const edge of edges) document.edges.set(edge.id, edgeToYjs(edge));
      }),
    remove: (ids) => transact(() => removeElements(document, new Set<string>(ids.nodes), new Set<string>(ids.edges))),
    move: (positions) =>
      transact(() => {
        for (const [id, { x, y }] of positions) document.nodes.get(id)?.set("position", { x, y });
      }),
    resize: (id, size, position) =>
      onNode(id, (node) => {
        node.set("size", size);
        if (position) movePast(document, id, position);
      }),
    relabel: (id, label) => onNode(id, (node) => node.set("label", label)),
    setDisabled: (ids, disabled) =>
      transact(() => {
        for (const id of ids) setFlag(document.nodes.get(id), "disabled", disabled);
      }),
    setCollapsed: (id, collapsed) => onNode(id, (node) => setFlag(node, "collapsed", collapsed)),
    setParent: (ids, parent) =>
      transact(() => {
        for (const id of ids) putInto(document, id, parent);
      }),
    setPolicy: (id, policy) => onNode(id, (node) => setOrDelete(node, "policy", Object.keys(policy).length > 0 ? policy : undefined)),
    setField: (id, field, value) =>
      onNode(id, (node) => {
        const config = configOf(node);
        const current = config?.get(field);
        if (value === undefined) config?.delete(field);
        else if (current instanceof Y.Text && typeof value === "string") replaceText(current, value);
        else config?.set(field, fieldToYjs(value, layoutOf(String(node.get("type")), field)));
      }),
    changeText: (id, field, changes) => {
      let done = false;
      onNode(id, (node) => {
        const text = textOf(node, field, layoutOf);
        if (!text) return;
        for (const change of changes) applyChange(text, change);
        done = true;
      });
      return done;
    },
    addRecord: (id, field, record) =>
      onNode(id, (node) => {
        const list = recordsOf(configOf(node), field);
        if (!list) return;
        const entry = new Y.Map<unknown>(Object.entries(record).filter(([key]) => key !== "id"));
        entry.set("order", orderKeyBetween(ordered(list).at(-1)?.order, undefined));
        list.set(record.id, entry);
      }),
    setRecord: (id, field, { id: record, member, value }) =>
      onRecords(id, field, (list) => {
        const entry = list.get(record);
        if (entry instanceof Y.Map && member !== "order") setOrDelete(entry, member, value);
      }),
    removeRecord: (id, field, record) => onRecords(id, field, (list) => list.delete(record)),
    moveRecord: (id, field, { id: record, before }) => onRecords(id, field, (list) => moveRecord(list, record, before)),
    connect: (edge, replacing = []) =>
      transact(() => {
        for (const id of replacing) document.edges.delete(id);
        document.edges.set(edge.id, edgeToYjs(edge));
      }),
    setPin: (id, outputs) => onNode(id, () => setOrDelete(document.pins, id, outputs)),
    replace: (graph) => transact(() => writeGraph(document, graph, layoutOf)),
  };
}

/** The text of a field; of one without a value, a new text. */
function textOf(node: Y.Map<unknown>, field: string, layoutOf: LayoutOf): Y.Text | undefined {
  const config = configOf(node);
  const current = config?.get(field);
  if (current instanceof Y.Text) return current;
  if (!config || current !== undefined || layoutOf(String(node.get("type")), field) !== "text") return undefined;
  return config.set(field, new Y.Text());
}

function applyChange(text: Y.Text, { at, remove, insert }: TextChange): void {
  const start = Math.min(at, text.length);
  const removed = Math.min(remove, text.length - start);
  if (removed > 0) text.delete(start, removed);
  if (insert !== "") text.insert(start, insert);
}

function removeElements(document: GraphDocument, nodes: ReadonlySet<string>, edges: ReadonlySet<string>): void {
  for (const [id, edge] of [...document.edges.entries()]) {
    const ends = [edge.get("source"), edge.get("target")] as ({ node?: string } | undefined)[];
    if (edges.has(id) || ends.some((end) => end?.node !== undefined && nodes.has(end.node))) document.edges.delete(id);
  }
  if (nodes.size === 0) return;
  for (const [id, node] of document.nodes) {
    const parent = node.get("parent");
    if (typeof parent === "string" && nodes.has(parent)) putInto(document, id, outside(document, nodes, parent));
  }
  for (const id of nodes) {
    document.nodes.delete(id);
    document.pins.delete(id);
  }
}

/** The nearest ancestor that stays; none when the way goes in a circle, as two people can make it. */
function outside(document: GraphDocument, removed: ReadonlySet<string>, start: string): unknown {
  const passed = new Set<string>();
  let parent: unknown = start;
  while (typeof parent === "string" && removed.has(parent)) {
    if (passed.has(parent)) return undefined;
    passed.add(parent);
    parent = document.nodes.get(parent)?.get("parent");
  }
  return parent;
}

/** Changes the parent of a node that stays where it is drawn. */
function putInto(document: GraphDocument, id: string, parent: unknown): void {
  const node = document.nodes.get(id);
  if (!node || node.get("parent") === parent) return;
  const [from, to] = [originOf(document, node.get("parent")), originOf(document, parent)];
  shift(node, { x: from.x - to.x, y: from.y - to.y });
  setOrDelete(node, "parent", parent);
}

/** Moves a node, but not what is in it. */
function movePast(document: GraphDocument, id: string, position: Position): void {
  const node = document.nodes.get(id);
  const before = positionOf(node);
  node?.set("position", position);
  const back = { x: before.x - position.x, y: before.y - position.y };
  for (const inner of document.nodes.values()) if (inner.get("parent") === id) shift(inner, back);
}

/** Where the positions in a parent count from. Ends when the way goes in a circle, as two people can make it. */
function originOf(document: GraphDocument, parent: unknown): Position {
  const origin = { x: 0, y: 0 };
  const passed = new Set<string>();
  for (let id = parent; typeof id === "string" && !passed.has(id); id = document.nodes.get(id)?.get("parent")) {
    passed.add(id);
    const { x, y } = positionOf(document.nodes.get(id));
    origin.x += x;
    origin.y += y;
  }
  return origin;
}

function shift(node: Y.Map<unknown>, by: Position): void {
  const { x, y } = positionOf(node);
  if (by.x !== 0 || by.y !== 0) node.set("position", { x: x + by.x, y: y + by.y });
}

function positionOf(node: Y.Map<unknown> | undefined): Position {
  return positionSchema.safeParse(node?.get("position")).data ?? { x: 0, y: 0 };
}

/** The list of records in a field. One written as a plain list becomes one that several can edit, with what is in it. */
function recordsOf(config: Y.Map<unknown> | undefined, field: string): Y.Map<unknown> | undefined {
  const current = config?.get(field);
  if (current instanceof Y.Map) return current;
  config?.set(field, fieldToYjs(Array.isArray(current) ? current : [], "records"));
  return asMap(config?.get(field));
}

function moveRecord(list: Y.Map<unknown>, id: string, before: string | undefined): void {
  const others = ordered(list).filter((record) => record.id !== id);
  const index = before === undefined ? others.length : others.findIndex((record) => record.id === before);
  const entry = list.get(id);
  if (!(entry instanceof Y.Map) || index < 0) return;
  const [low, high] = [others[index - 1]?.order, others[index]?.order];
  if (high !== undefined && ((low !== undefined && low >= high) || !isOrderKey(high))) {
    // two people chose the same place at once, or somebody wrote what is no key: number the whole list again
    others.splice(index, 0, { id, order: "" });
    for (const [position, record] of others.entries()) asMap(list.get(record.id))?.set("order", initialOrder(position));
  } else entry.set("order", orderKeyBetween(low, high));
}

function ordered(list: Y.Map<unknown>): { id: string; order: string }[] {
  return [...list.entries()].map(([id, record]) => ({ id, order: String(asMap(record)?.get("order") ?? "") })).sort(compareOrder);
}

function asMap(value: unknown): Y.Map<unknown> | undefined {
  return value instanceof Y.Map ? value : undefined;
}

function configOf(node: Y.Map<unknown>): Y.Map<unknown> | undefined {
  return asMap(node.get("config"));
}

function setFlag(node: Y.Map<unknown> | undefined, key: "disabled" | "collapsed", value: boolean): void {
  setOrDelete(node, key, value || undefined);
}

function setOrDelete(map: Y.Map<unknown> | undefined, key: string, value: unknown): void {
  if (value === undefined) map?.delete(key);
  else map?.set(key, value);
}
