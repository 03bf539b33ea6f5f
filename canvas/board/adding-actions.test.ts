import { beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { catalog } from "#nodes/catalog.data.ts";
import { ROOTS } from "#runtime/graph/document.ts";
import { createEdits } from "#runtime/graph/edits.ts";
import type { EdgeId, GraphId, NodeId } from "#runtime/graph/ids.ts";
import { observeGraph } from "#runtime/graph/observe.ts";
import { GRAPH_LIMITS, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import { port } from "#runtime/node/ports.ts";
import type { Editor } from "../document/editor-context.ts";
import { OwnUndo } from "../document/undo.ts";
import { addingActions } from "./adding-actions.ts";
import { createBoardStore } from "./board-store.ts";
import type { PortsOfNode } from "./connection-rules.ts";
import { wiringActions } from "./wiring-actions.ts";

const said = vi.hoisted(() => vi.fn<(text: string) => void>());
vi.mock("sonner", () => ({ toast: { error: said, info: said } }));
vi.mock("../ui/announce.ts", () => ({ announce: () => {} }));
beforeEach(() => said.mockClear());

const id = "node_a" as NodeId;
const node = (name: string): GraphNode => ({ id: name as NodeId, type: "any-type", version: 1, label: name, position: { x: 0, y: 0 }, config: {} });
const portsOf: PortsOfNode = () => ({ inputs: { text: port.text() }, outputs: { text: port.text() } });

function board() {
  const doc = new Y.Doc();
  const edits = createEdits(doc, { origin: "me", layoutOf: () => "value" });
  edits.add([node("node_a")]);
  const undo = new OwnUndo(
    ROOTS.map((root) => doc.getMap(root)),
    { trackedOrigins: new Set(["me"]), captureTimeout: 500 },
  );
  const graph = observeGraph(doc);
  const editor: Editor = { graphId: "graph_a" as GraphId, graph, edits, undo, awareness: undefined, document: undefined };
  const wiring = wiringActions(editor, portsOf);
  return { doc, edits, undo, graph, wiring, actions: addingActions(editor, createBoardStore(), { ...wiring, portsOf }) };
}

it("adds a node from a loose wire as one step of undo", () => {
  const { actions, graph, undo } = board();
  const [definition] = catalog.all().filter(({ role, holdsNodes }) => role !== "annotation" && !holdsNodes);
  if (!definition) throw new Error("There is no node type.");
  actions.addNode(definition, { x: 500, y: 100 }, { node: id, port: "text", side: "source", type: "text", isInner: false });
  expect([graph.current().nodes.length, graph.current().edges.length]).toEqual([2, 1]);
  undo.undo();
  expect([graph.current().nodes.length, graph.current().edges.length]).toEqual([1, 0]);
});

describe("with as many wires as a graph holds", () => {
  const full = () => {
    const made = board();
    made.edits.add([node("node_b"), node("node_c")], []);
    const wire = (index: number) => ({ source: { node: id, port: `p${index}` }, target: { node: "node_b" as NodeId, port: `p${index}` } });
    const edges = Array.from({ length: GRAPH_LIMITS.edges }, (_, index) => ({ id: `edge_${index}` as EdgeId, kind: "data" as const, ...wire(index) }));
    made.edits.add([], edges);
    return made;
  };

  it("wires and pastes nothing more, and says so", () => {
    const { actions, doc, wiring } = full();
    expect(wiring.connect({ source: { node: id, port: "text" }, target: { node: "node_c" as NodeId, port: "text" } })).toBe(false);
    const part: Graph = {
      ...{ format: "heddle.graph/1", name: "Part", description: "", settings: {}, nodes: [node("node_x"), node("node_y")] },
      edges: [{ id: "edge_x" as EdgeId, kind: "data", source: { node: "node_x" as NodeId, port: "text" }, target: { node: "node_y" as NodeId, port: "text" } }],
    };
    expect(actions.paste(JSON.stringify(part))).toBe(false);
    expect(doc.getMap("edges").size).toBe(GRAPH_LIMITS.edges);
    expect(said.mock.calls.map(([text]) => text)).toEqual([expect.stringMatching(/10,000 wires/), expect.stringMatching(/10,000 wires/)]);
  });
});

it("pastes no text that is longer than a text may be", () => {
  const { actions, graph } = board();
  const part = {
    format: "heddle.graph/1",
    name: "",
    description: "",
    settings: {},
    nodes: [{ ...node("node_x"), config: { text: "x".repeat(300_000) } }],
    edges: [],
  };
  expect(actions.paste(JSON.stringify(part))).toBe(false);
  expect(graph.current().nodes).toHaveLength(1);
  expect(said).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/262,144/), expect.anything());
});

it("pastes a hand-off with the crew around its ends, and none without", () => {
  const member = (name: string, parent?: string): GraphNode => ({ ...node(name), type: "agent", ...(parent && { parent: parent as NodeId }) });
  const handoff = {
    ...{ id: "edge_h" as EdgeId, kind: "handoff" as const },
    ...{ source: { node: "node_x" as NodeId, port: "agent" }, target: { node: "node_y" as NodeId, port: "from" } },
  };
  const part = (nodes: GraphNode[]) =>
    JSON.stringify({ format: "heddle.graph/1", name: "", description: "", settings: {}, nodes, edges: [handoff] } satisfies Graph);
  const alone = board();
  expect(alone.actions.paste(part([member("node_x"), member("node_y")]))).toBe(true);
  expect([alone.graph.current().nodes.length, alone.graph.current().edges.length]).toEqual([3, 0]);
  const whole = board();
  expect(whole.actions.paste(part([{ ...node("node_c"), type: "crew" }, member("node_x", "node_c"), member("node_y", "node_c")]))).toBe(true);
  expect(whole.graph.current().edges).toMatchObject([{ kind: "handoff" }]);
});
