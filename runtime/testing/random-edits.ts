import type * as Y from "yjs";
import { fieldText, graphDocument, type LayoutOf } from "#runtime/graph/document.ts";
import type { Edits } from "#runtime/graph/edits.ts";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { readGraph } from "#runtime/graph/read.ts";
import type { GraphEdge, GraphNode, Position } from "#runtime/graph/schema.ts";

/** Somebody who edits without a plan. */
interface RandomEditor {
  doc: Y.Doc;
  edits: Edits;
  /** In [0, 1). */
  random: () => number;
  /** Part of the ids that he makes. */
  name: string;
}

export type EditKind = Exclude<keyof Edits, "origin">;
type Act = (hand: Hand) => void;

/** `sample-text` nodes have a co-edited `text` and a `list` of records. */
export const randomLayout: LayoutOf = (_type, field) => (field === "text" ? "text" : field === "list" ? "records" : "value");

const WORDS = ["warp", "weft", "heddle", "shuttle", "łódź", "糸", "🧵 thread", "loom\n", " ", "reed"];

/** How often each kind of edit is made, beside the others; a kind that is missing here does not compile. */
const CHANCES: Record<EditKind, number> = {
  ...{ together: 3, rename: 1, describe: 1, changeSettings: 1, add: 9, remove: 4, move: 6, resize: 2, relabel: 3, setDisabled: 2, setCollapsed: 2 },
  ...{ setParent: 5, setPolicy: 2, setField: 8, changeText: 12, addRecord: 4, setRecord: 4, removeRecord: 2, moveRecord: 4, connect: 6, setPin: 2, replace: 1 },
};

/** What each kind of edit is made with. */
export const randomEdits: Record<EditKind, Act> = {
  together: (hand) => hand.edits.together(() => hand.times(2, 4, () => act(hand, hand.one(SINGLE)))),
  rename: ({ edits, text }) => edits.rename(text(3)),
  describe: ({ edits, text }) => edits.describe(text(9)),
  changeSettings: ({ edits, below }) => edits.changeSettings(below(2) ? { timeoutMs: 1_000 + below(9_000) } : { concurrency: 1 + below(9) }),
  add: (hand) => {
    const nodes = Array.from({ length: 1 + hand.below(3) }, () => newNode(hand));
    hand.edits.add(nodes, nodes.length > 1 ? [newEdge(hand, nodes[0]?.id, nodes[1]?.id)] : undefined);
  },
  remove: ({ edits, node, edge, below }) => edits.remove({ nodes: [node(), ...(below(4) ? [] : [node(), node()])], ...(below(2) && { edges: [edge()] }) }),
  move: ({ edits, node, place, below }) => edits.move(new Map(Array.from({ length: 1 + below(4) }, () => [node(), place()]))),
  resize: ({ edits, node, place, below }) => edits.resize(node(), { width: 40 + below(900), height: 40 + below(900) }, below(2) ? place() : undefined),
  relabel: ({ edits, node, text }) => edits.relabel(node(), text(2)),
  setDisabled: ({ edits, node, below }) => edits.setDisabled([node(), node()], below(2) === 0),
  setCollapsed: ({ edits, node, below }) => edits.setCollapsed(node(), below(2) === 0),
  setParent: ({ edits, node, below }) => edits.setParent([node(), ...(below(3) ? [] : [node()])], below(4) ? node() : undefined),
  setPolicy: ({ edits, node, below }) => edits.setPolicy(node(), below(3) ? { attempts: 1 + below(9), onFailure: "branch" } : {}),
  setField: (hand) => {
    const { edits, node, text, below } = hand;
    const kinds = [
      () => edits.setField(node(), "text", text(6)),
      () => edits.setField(node(), "count", below(100)),
      () => edits.setField(node(), "plain", { deep: [below(9), { text: text(1) }, null] }),
      () => edits.setField(node(), "list", [{ id: hand.fresh("r"), name: text(1) }]),
      () => edits.setField(node(), hand.one(["text", "count", "plain", "list"]), undefined),
    ];
    hand.one(kinds)();
  },
  changeText: (hand) => {
    const id = hand.node();
    const now = fieldText(hand.document, id, "text")?.toString() ?? "";
    // nobody puts a caret into the middle of a character
    const characters = [...now];
    const at = hand.below(characters.length + 1);
    const remove = hand.below(3) ? 0 : hand.below(characters.length - at + 1);
    const units = (from: number, to: number) => characters.slice(from, to).join("").length;
    const change = { at: units(0, at), remove: units(at, at + remove), insert: hand.below(4) ? hand.text(2) : "" };
    hand.edits.changeText(id, "text", [change, ...(hand.below(4) ? [] : [{ at: 0, remove: 0, insert: hand.text(1) }])]);
  },
  addRecord: ({ edits, node, fresh, text }) => edits.addRecord(node(), "list", { id: fresh("r"), name: text(1) }),
  setRecord: (hand) => {
    const id = hand.node();
    hand.edits.setRecord(id, "list", { id: hand.record(id), member: "name", value: hand.below(5) ? hand.text(2) : undefined });
  },
  removeRecord: (hand) => {
    const id = hand.node();
    hand.edits.removeRecord(id, "list", hand.record(id));
  },
  moveRecord: (hand) => {
    const id = hand.node();
    const before = hand.below(2) ? hand.record(id) : undefined;
    hand.edits.moveRecord(id, "list", { id: hand.record(id), ...(before !== undefined && { before }) });
  },
  connect: (hand) => hand.edits.connect(newEdge(hand, hand.node(), hand.node()), hand.below(3) ? [] : [hand.edge()]),
  setPin: ({ edits, node, text, below }) => edits.setPin(node(), below(3) ? { value: { type: "inline", value: { said: text(2) } } } : undefined),
  replace: (hand) => {
    const graph = readGraph(hand.document);
    const [dropped] = graph.nodes.splice(hand.below(graph.nodes.length), 1);
    const edges = graph.edges.filter(({ source, target }) => source.node !== dropped?.id && target.node !== dropped?.id);
    const nodes = graph.nodes.map((node) => (node.parent === dropped?.id ? { ...node, parent: undefined } : node));
    hand.edits.replace({ ...graph, name: hand.text(2), edges, nodes: [...nodes.map(withoutAbsent), newNode(hand)] });
  },
};

const KINDS = Object.entries(CHANCES).flatMap(([kind, chances]) => Array.from({ length: chances }, () => kind as EditKind));
const SINGLE = KINDS.filter((kind) => kind !== "together" && kind !== "replace");

/** Answers what makes one edit of some kind, and tells which. */
export function createRandomEditor(given: RandomEditor): () => EditKind {
  const hand = handOf(given);
  return () => {
    const kind = hand.one(KINDS);
    act(hand, kind);
    return kind;
  };
}

function act(hand: Hand, kind: EditKind): void {
  randomEdits[kind](hand);
}

/** What edits are made with: choices, and things of the document to choose from. */
type Hand = ReturnType<typeof handOf>;

function handOf({ doc, edits, random, name }: RandomEditor) {
  const document = graphDocument(doc);
  let made = 0;
  const below = (limit: number) => Math.floor(random() * Math.max(limit, 1));
  const one = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;
  const fresh = (prefix: string) => `${prefix}${name}x${(made++).toString(36)}`;
  return {
    ...{ document, edits, below, one, fresh },
    times: (least: number, most: number, work: () => void) => {
      for (let left = least + below(most - least + 1); left > 0; left--) work();
    },
    text: (most: number) => Array.from({ length: below(most + 1) }, () => one(WORDS)).join(""),
    place: (): Position => ({ x: below(4_000) - 2_000, y: below(4_000) - 2_000 }),
    /** Sometimes one that is not there. */
    node: () => one(below(30) ? [...document.nodes.keys(), ...(document.nodes.size ? [] : ["node_none"])] : ["node_none"]) as NodeId,
    edge: () => one([...document.edges.keys(), "edge_none"]) as EdgeId,
    record: (node: string) => {
      const config = document.nodes.get(node)?.get("config") as Y.Map<unknown> | undefined;
      const list = config?.get("list") as Y.Map<unknown> | undefined;
      return one([...(typeof list?.keys === "function" ? [...list.keys()] : []), "none"]);
    },
  };
}

function newNode({ fresh, text, place, below, one }: Hand): GraphNode {
  const config = { text: text(5), list: Array.from({ length: below(3) }, () => ({ id: fresh("r"), name: text(1) })), count: below(9) };
  const type = one(["sample-text", "sample-text", "sample-text", "from-the-future"]);
  return { id: `node_${fresh("n")}` as NodeId, type, version: 1, label: text(1), position: place(), config };
}

function newEdge({ fresh, node, below }: Hand, source = node(), target = node()): GraphEdge {
  const ends = { source: { node: source, port: "value" }, target: { node: target, port: "value" } };
  return { id: `edge_${fresh("e")}` as EdgeId, kind: "data", ...ends, ...(below(3) === 0 && { order: `a${below(9)}V` }) };
}

function withoutAbsent({ parent, ...node }: GraphNode & { parent?: NodeId | undefined }): GraphNode {
  return parent === undefined ? node : { ...node, parent };
}
