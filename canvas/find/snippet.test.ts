import { expect, it } from "vitest";
import type { NodeId } from "#runtime/graph/ids.ts";
import { snippetOf } from "./snippet.ts";

const snippet = (text: string, hit: string) => {
  const start = text.indexOf(hit);
  const found = { node: "node_a" as NodeId, place: { type: "label" as const }, title: "Name", text, fixed: false };
  return snippetOf({ found, span: { start, end: start + hit.length, groups: [hit] } });
};

it("shows a match on its line, with some of what is around it", () => {
  expect(snippet("first\n  the hit is here\nlast", "hit")).toEqual({ before: "the ", hit: "hit", after: " is here" });
  expect(snippet("hit", "hit")).toEqual({ before: "", hit: "hit", after: "" });
  expect(snippet("a\nb", "a\nb")).toEqual({ before: "", hit: "a↵b", after: "" });
  const long = snippet(`${"x".repeat(100)}hit${"y".repeat(100)}`, "hit");
  expect(long.before).toBe(`…${"x".repeat(24)}`);
  expect(long.after).toBe("y".repeat(60));
});
