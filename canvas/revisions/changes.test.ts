import { describe, expect, it } from "vitest";
import { diffGraphs } from "#runtime/graph/diff.ts";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import type { RevisionEntry } from "#server/contract/graphs.ts";
import { countOfChanges, fieldTitle, summaryOf } from "./change-words.ts";
import { listedChanges } from "./listed-changes.ts";
import { mergedGraph } from "./merged-graph.ts";
import { byDay, listedPeople, peopleOf, titleOf } from "./revision-words.ts";

const node = (name: string, over: Partial<GraphNode> = {}): GraphNode => ({
  ...{ id: `node_${name}` as NodeId, type: "template-text", version: 1, label: name, position: { x: 0, y: 0 }, config: {} },
  ...over,
});
const wire = (from: string, to: string) => ({
  ...{ id: `edge_${from}${to}` as EdgeId, kind: "data" as const },
  ...{ source: { node: `node_${from}` as NodeId, port: "text" }, target: { node: `node_${to}` as NodeId, port: "in" } },
});
const before: Graph = {
  ...emptyGraph("Test"),
  nodes: [node("a"), node("b", { parent: "node_gone" as NodeId }), node("c"), node("gone")],
  edges: [wire("a", "b"), wire("b", "c")],
};
const after: Graph = {
  ...emptyGraph("Test"),
  settings: { budget: 2 },
  nodes: [node("a", { config: { template: "x" }, label: "New" }), node("c", { position: { x: 8, y: 8 } }), node("d")],
  edges: [wire("a", "c")],
};
const diff = diffGraphs(before, after);

describe("what differs", () => {
  it("is told in one line", () => {
    expect(summaryOf(diff)).toBe("1 node added, 2 removed, 1 changed, 1 moved, 3 wires, 1 graph setting");
    expect(countOfChanges(diff)).toBe(8);
    expect(summaryOf(diffGraphs(after, after))).toBe("Nothing differs");
  });

  it("is drawn on one board: what is there now, and what was removed, with marks", () => {
    const { graph, marks } = mergedGraph(after, diff);
    expect(graph.nodes.map(({ id }) => id).sort()).toEqual(["node_a", "node_b", "node_c", "node_d", "node_gone"]);
    expect(graph.edges.map(({ id }) => id).sort()).toEqual(["edge_ab", "edge_ac", "edge_bc"]);
    expect(Object.fromEntries([...marks.nodes].map(([id, { kind, text }]) => [id, `${kind}: ${text}`]))).toEqual({
      node_a: "changed: 2 fields changed",
      node_b: "removed: Removed",
      node_c: "moved: Moved",
      node_d: "added: Added",
      node_gone: "removed: Removed",
    });
    expect([...marks.edges.values()].map(({ kind }) => kind).sort()).toEqual(["added", "removed", "removed"]);
  });

  it("is listed, what matters most first", () => {
    expect(listedChanges(diff, { before, after }).map(({ kind, title, detail }) => [kind, title, detail])).toEqual([
      ["changed", "Budget", "Graph setting"],
      ["changed", "New", expect.stringMatching(/, Name$/)],
      ["added", "d", "Text template · added"],
      ["removed", "b", "Text template · removed"],
      ["removed", "gone", "Text template · removed"],
      ["removed", "New · text → b · in", "Wire · removed"],
      ["added", "New · text → c · in", "Wire · added"],
      ["removed", "b · text → c · in", "Wire · removed"],
      ["moved", "c", "Text template · moved"],
    ]);
  });

  it("names fields as the form does", () => {
    expect(fieldTitle(["config", "name"], "output")).toBe("Name");
    expect(fieldTitle(["policy", "onFailure"])).toBe("On failure");
    expect(fieldTitle(["config", "someField"], "no-such-type")).toBe("Some field");
  });
});

describe("words about revisions", () => {
  const revision = (over: Partial<RevisionEntry>): RevisionEntry => ({
    ...{ number: 1, hash: "", message: "", name: null, reason: "auto", createdBy: "user_a", createdAt: "2026-03-10T12:00:00.000Z" },
    ...{ authors: [], names: {}, published: "never", publishedAt: null, runs: 0, lastRun: null },
    ...over,
  });

  it("a name goes before a message, and that before the reason", () => {
    expect(titleOf(revision({ name: "Launch", message: "Done" }))).toBe("Launch");
    expect(titleOf(revision({ message: "Done" }))).toBe("Done");
    expect(titleOf(revision({}))).toBe("Kept when editing stopped");
  });

  it("those who wrote go before who cut it", () => {
    const nameOf = (actor: string) => (actor === "user_me" ? "you" : "somebody else");
    const names = { user_a: "Ada", user_b: "Bob", user_me: "Me" };
    expect(peopleOf(revision({ names, authors: ["user_b", "user_me"] }), nameOf)).toEqual(["Bob", "you"]);
    expect(peopleOf(revision({ names }), nameOf)).toEqual(["Ada"]);
    expect(peopleOf(revision({ authors: ["user_x", "user_y"] }), nameOf)).toEqual(["somebody else"]);
    expect(listedPeople(["Ada", "Bob", "Cy", "Dee"])).toBe("Ada, Bob and 2 more");
  });

  it("are grouped by day", () => {
    const now = new Date(2026, 2, 10, 18);
    const at = (...date: [number, number, number, number]) => revision({ createdAt: new Date(...date).toISOString() });
    const days = byDay([at(2026, 2, 10, 1), at(2026, 2, 9, 23), at(2026, 2, 8, 12), at(2025, 2, 8, 12)], now);
    expect(days.map(({ title, revisions }) => [title, revisions.length])).toEqual([
      ["Today", 1],
      ["Yesterday", 1],
      ["Sunday, March 8", 1],
      ["March 8, 2025", 1],
    ]);
  });
});
