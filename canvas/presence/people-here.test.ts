import { expect, it } from "vitest";
import { emptyGraph } from "#runtime/graph/schema.ts";
import { sampleId } from "#runtime/testing/sample-nodes.ts";
import type { Peer } from "./peer-store.ts";
import { peopleHere, whereIs } from "./people-here.ts";

const node = sampleId("a");
const peer = (client: number, more: Partial<Peer> = {}): Peer => ({
  ...{
    client,
    name: "Ann",
    colour: "#ffffff",
    id: undefined,
    role: undefined,
    viewing: false,
    selected: [],
    caret: undefined,
    follows: undefined,
    calls: 0,
  },
  ...more,
});

it("shows a person with two windows once, and says which is oneself", () => {
  const people = peopleHere([peer(1, { id: "user_a" }), peer(2), peer(3, { id: "user_a" }), peer(4, { id: "user_me" })], "user_me");
  expect(people.map(({ key, isSelf, windows }) => [key, isSelf, windows.map(({ client }) => client)])).toEqual([
    ["user_a", false, [1, 3]],
    ["window 2", false, [2]],
    ["user_me", true, [4]],
  ]);
});

it("says where somebody is, as far as that is on the graph", () => {
  const made = {
    id: node,
    type: "x",
    version: 1,
    label: "Write",
    position: { x: 0, y: 0 },
    config: {},
  };
  const graph = { ...emptyGraph("G"), nodes: [made] };
  expect(whereIs({ caret: { node, field: "prompt" }, selected: [node] }, graph)).toBe("in “prompt” of Write");
  expect(whereIs({ caret: undefined, selected: [node] }, graph)).toBe("Write selected");
  expect(
    whereIs(
      {
        caret: { node: sampleId("gone"), field: "x" },
        selected: [sampleId("gone")],
      },
      graph,
    ),
  ).toBe("");
});
