import { expect, test, vi } from "vitest";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import type { References } from "#runtime/node/references.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { createAnalysisStore } from "./analysis-store.ts";

const [a, b] = ["node_a" as NodeId, "node_b" as NodeId];
const edge = "edge_a" as EdgeId;
const wrong = (node: NodeId, message: string): Problem => ({ code: "config", severity: "error", node, message });
const reference = (title: string): References[string] => ({
  kind: "tool",
  connection: "conn_x",
  name: "read",
  title,
  inputSchema: {},
  readOnly: true,
  hash: "0",
});

test("problems that say the same tell nobody, and keep their identity where another node's differ", () => {
  const store = createAnalysisStore({});
  const listener = vi.fn();
  store.subscribe(listener);
  store.setProblems([wrong(a, "one"), wrong(b, "two")]);
  expect(listener).toHaveBeenCalledTimes(1);
  const before = store.current();
  store.setProblems([wrong(a, "one"), wrong(b, "two")]);
  expect(listener).toHaveBeenCalledTimes(1);
  expect(store.current()).toBe(before);
  store.setProblems([wrong(a, "one"), wrong(b, "three"), { code: "config", severity: "error", edge, message: "four" }]);
  expect(listener).toHaveBeenCalledTimes(2);
  const { byNode, byEdge, references } = store.current();
  expect(byNode.get(a)).toBe(before.byNode.get(a));
  expect(byNode.get(b)).toEqual([wrong(b, "three")]);
  expect(byEdge.get(edge)).toHaveLength(1);
  expect(references).toBe(before.references);
});

test("a reference keeps its identity when others come, and all of them when nothing differs", () => {
  const store = createAnalysisStore({ "tool:a": reference("A") });
  const listener = vi.fn();
  store.subscribe(listener);
  const before = store.current().references;
  store.setReferences({ "tool:a": reference("A") });
  expect(listener).not.toHaveBeenCalled();
  expect(store.current().references).toBe(before);
  store.setReferences({ "tool:a": reference("A"), "tool:b": reference("B") });
  expect(listener).toHaveBeenCalledTimes(1);
  expect(store.current().references["tool:a"]).toBe(before["tool:a"]);
  store.setReferences({ "tool:b": reference("B") });
  expect(Object.keys(store.current().references)).toEqual(["tool:b"]);
});
