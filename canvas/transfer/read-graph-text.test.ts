import { describe, expect, it } from "vitest";
import { emptyGraph } from "#runtime/graph/schema.ts";
import { exportedText } from "./export-graph.ts";
import { looksLikeGraph, readGraphText } from "./read-graph-text.ts";

const node = { id: "node_a", type: "note", version: 1, label: "A", position: { x: 0, y: 0 }, config: { text: "hello" } };
const text = (more: object) => JSON.stringify({ format: "heddle.graph/1", name: "G", description: "", settings: {}, nodes: [node], edges: [], ...more });

describe("readGraphText", () => {
  it("reads a whole graph, and a part that has only nodes", () => {
    expect(readGraphText(text({}))).toMatchObject({ ok: true, graph: { name: "G", nodes: [node] }, oddities: [] });
    expect(readGraphText(JSON.stringify({ nodes: [node] }))).toMatchObject({ ok: true, graph: { nodes: [node], edges: [] } });
  });

  it.each([
    ["", "no text"],
    ["{ nope", "not valid JSON"],
    ["[1]", 'list of "nodes"'],
    [text({ format: "heddle.graph/2" }), "heddle.graph/2"],
    [text({ format: "other" }), "format"],
    [text({ nodes: [{ ...node, position: { x: "left", y: 0 } }] }), "nodes[0].position.x"],
    [text({ nodes: [] }), "no nodes"],
    [text({ surprise: 1 }), "surprise"],
  ])("says what is wrong with %s", (given, message) => {
    const read = readGraphText(given);
    expect(read.ok).toBe(false);
    expect(read).toMatchObject({ message: expect.stringContaining(message) });
  });

  it("tells of what it does not know, and of what leads nowhere", () => {
    const edge = { id: "edge_a", kind: "data", source: { node: "node_a", port: "x" }, target: { node: "node_gone", port: "y" } };
    const read = readGraphText(text({ nodes: [node, { ...node, id: "node_b", type: "from-tomorrow" }], edges: [edge] }));
    expect(read).toMatchObject({ ok: true, oddities: [expect.stringContaining("from-tomorrow"), expect.stringContaining("1 wire")] });
  });
});

describe("looksLikeGraph", () => {
  it("takes graphs, also broken ones, and leaves other texts alone", () => {
    expect(looksLikeGraph(text({}))).toBe(true);
    expect(looksLikeGraph(text({}).slice(0, -5))).toBe(true);
    expect(looksLikeGraph('{ "nodes": [ { "type": "note" } ] }')).toBe(true);
    expect(looksLikeGraph('{ "name": "somebody" }')).toBe(false);
    expect(looksLikeGraph("Read about heddle.graph/1 here")).toBe(false);
  });
});

describe("exportedText", () => {
  it("is read back as it was, and the same whatever the order of its parts was", () => {
    const graph = { ...emptyGraph("Mine"), nodes: [{ ...node, id: "node_b" }, node] } as never;
    const read = readGraphText(exportedText(graph));
    expect(read).toMatchObject({ ok: true, graph: { name: "Mine", nodes: [{ id: "node_a" }, { id: "node_b" }] } });
    const turned = { edges: [], nodes: [node, { ...node, id: "node_b" }], settings: {}, name: "Mine", description: "", format: "heddle.graph/1" } as never;
    expect(exportedText(turned)).toBe(exportedText(graph));
    expect(exportedText(graph).endsWith("\n")).toBe(true);
  });
});
