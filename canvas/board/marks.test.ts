import { expect, test, vi } from "vitest";
import type { NodeId } from "#runtime/graph/ids.ts";
import { createMarksStore, type Mark, type Marks } from "./marks.ts";

const [a, b] = ["node_a" as NodeId, "node_b" as NodeId];
const found = (texts: readonly (readonly [NodeId, string])[]): Marks => ({
  nodes: new Map(texts.map(([id, text]): [NodeId, Mark] => [id, { kind: "found", text }])),
  edges: new Map(),
});

test("a mark that says the same keeps its identity, and nobody is told when all do", () => {
  const store = createMarksStore();
  const listener = vi.fn();
  store.subscribe(listener);
  store.set(found([]));
  expect(listener).not.toHaveBeenCalled();
  const texts = [
    [a, "1 match"],
    [b, "2 matches"],
  ] as const;
  store.set(found(texts));
  const before = store.current().nodes;
  store.set(found(texts));
  expect(listener).toHaveBeenCalledTimes(1);
  store.set(
    found([
      [a, "1 match"],
      [b, "3 matches"],
    ]),
  );
  expect(listener).toHaveBeenCalledTimes(2);
  expect(store.current().nodes.get(a)).toBe(before.get(a));
  expect(store.current().nodes.get(b)?.text).toBe("3 matches");
  store.set(found([]));
  expect(store.current().nodes.size).toBe(0);
});
