import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { catalog } from "#nodes/catalog.data.ts";
import { fieldText, graphDocument } from "#runtime/graph/document.ts";
import { createEdits } from "#runtime/graph/edits.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { observeGraph } from "#runtime/graph/observe.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { fieldHint } from "#runtime/node/catalog.ts";
import { findInGraph } from "./find-in-graph.ts";
import type { FindQuery } from "./matcher.ts";
import { replaceMatches } from "./replace-matches.ts";

const query = (text: string, more: Partial<FindQuery> = {}): FindQuery => ({ text, matchCase: false, wholeWord: false, isPattern: false, ...more });
const node = (id: string, type: string, more: { label?: string; config?: Record<string, Json>; x?: number } = {}): GraphNode => ({
  id: `node_${id}` as NodeId,
  type,
  version: 1,
  label: more.label ?? id,
  position: { x: more.x ?? 0, y: 0 },
  config: more.config ?? {},
});

function draft(nodes: readonly GraphNode[]) {
  const doc = new Y.Doc();
  const origin = {};
  const edits = createEdits(doc, {
    origin,
    layoutOf: (type, field) => {
      const definition = catalog.get(type);
      return (definition && fieldHint(definition, field).layout) ?? "value";
    },
  });
  edits.add(nodes);
  const undo = new Y.UndoManager([doc.getMap("nodes")], { trackedOrigins: new Set([origin]) });
  const graph = observeGraph(doc);
  const replace = (wanted: FindQuery, replacement: string) =>
    replaceMatches(findInGraph(graph.current(), wanted).matches, { graph: graph.current(), edits, replacement, isPattern: wanted.isPattern });
  return { doc, edits, undo, graph, replace, config: (id: string) => graph.current().nodes.find((each) => each.id === `node_${id}`)?.config };
}

const code = () =>
  node("code", "code", {
    label: "Greet people",
    x: 10,
    config: {
      source: "return greet(inputs.people);",
      language: "typescript",
      inputs: [{ id: "r1", name: "people", type: "json", optional: false }],
      outputs: [],
    },
  });
const request = () =>
  node("call", "http-request", { label: "Call", x: 0, config: { method: "GET", url: "https://people.example/greet", headers: { "x-greet": "greet" } } });

describe("findInGraph", () => {
  it("looks through names, texts, records and values inside of values, in the order of reading", () => {
    const { graph } = draft([code(), request()]);
    const { matches, byNode } = findInGraph(graph.current(), query("people"));
    expect(matches.map(({ found }) => [found.node, found.title])).toEqual([
      ["node_call", expect.stringMatching(/^(URL|Address|Url)/i)],
      ["node_code", "Name"],
      ["node_code", "Code"],
      ["node_code", expect.stringMatching(/^Inputs › 1 › name/)],
    ]);
    expect([...byNode]).toEqual([
      ["node_call", 1],
      ["node_code", 3],
    ]);
  });

  it("finds nothing for nothing, and says what is wrong with a pattern", () => {
    const { graph } = draft([code()]);
    expect(findInGraph(graph.current(), query("")).matches).toEqual([]);
    expect(findInGraph(graph.current(), query("(", { isPattern: true })).problem).toContain("not valid");
  });

  it("says when there was too much to look through", () => {
    const { graph } = draft([node("a", "note", { config: { text: "x".repeat(200_000) } })]);
    const found = findInGraph(graph.current(), query("x"));
    expect(found.matches.length).toBeGreaterThan(0);
    const many = draft(Array.from({ length: 12 }, (_none, index) => node(`n${index}`, "note", { config: { text: "y".repeat(200_000) } })));
    expect(findInGraph(many.graph.current(), query("z+", { isPattern: true })).isPartial).toBe(true);
  });
});

describe("replaceMatches", () => {
  it("replaces everywhere in one step of undo, and leaves what others type beside it", () => {
    const { doc, undo, replace, config } = draft([code(), request()]);
    const text = fieldText(graphDocument(doc), "node_code", "source");
    const caret = text && Y.createRelativePositionFromTypeIndex(text, text.length);
    undo.clear();
    expect(replace(query("people"), "everybody")).toEqual({ done: 4, left: 0 });
    expect(config("code")).toMatchObject({ source: "return greet(inputs.everybody);", inputs: [{ id: "r1", name: "everybody", type: "json" }] });
    expect(config("call")).toMatchObject({ url: "https://everybody.example/greet" });
    expect(fieldText(graphDocument(doc), "node_code", "source")).toBe(text);
    expect(caret && Y.createAbsolutePositionFromRelativePosition(caret, doc)?.index).toBe(text?.length);
    undo.undo();
    expect(config("code")).toMatchObject({ source: "return greet(inputs.people);", inputs: [{ name: "people" }] });
    expect(config("call")).toMatchObject({ url: "https://people.example/greet" });
    expect(undo.undoStack).toHaveLength(0);
  });

  it("changes a record of a list that several edit, not the list", () => {
    const { doc, replace, config } = draft([code()]);
    const list = () => (graphDocument(doc).nodes.get("node_code")?.get("config") as Y.Map<unknown> | undefined)?.get("inputs");
    const before = list();
    expect(before).toBeInstanceOf(Y.Map);
    replace(query("people", { matchCase: true }), "guests");
    expect(list()).toBe(before);
    expect(config("code")).toMatchObject({ inputs: [{ id: "r1", name: "guests" }] });
  });

  it("leaves what is one of a few values, and names that would be empty", () => {
    const { graph, replace, config } = draft([request()]);
    expect(replace(query("GET", { matchCase: true }), "FETCH")).toEqual({ done: 0, left: 1 });
    expect(config("call")).toMatchObject({ method: "GET" });
    expect(replace(query("^call$", { isPattern: true }), "")).toEqual({ done: 0, left: 1 });
    expect(graph.current().nodes[0]?.label).toBe("Call");
  });

  it("leaves the ids of what is outside the graph", () => {
    const { replace, config } = draft([node("tool", "mcp-tool", { config: { connection: "conn_files", tool: "files_read", arguments: { path: "files" } } })]);
    expect(replace(query("files"), "x")).toEqual({ done: 1, left: 2 });
    expect(config("tool")).toMatchObject({ connection: "conn_files", tool: "files_read", arguments: { path: "x" } });
  });

  it("puts what a pattern caught in another order", () => {
    const { replace, graph } = draft([node("a", "note", { label: "first second", config: { text: "" } })]);
    replace(query("(\\w+) (\\w+)", { isPattern: true }), "$2 $1");
    expect(graph.current().nodes[0]?.label).toBe("second first");
  });
});
