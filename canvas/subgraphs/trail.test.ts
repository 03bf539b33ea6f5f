import { describe, expect, it } from "vitest";
import { graphIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { addressOf, readTrail } from "./trail.ts";

const graph = (name: string) => graphIdSchema.parse(`graph_${name}`);
const run = runIdSchema.parse("run_x");

describe("the way into a sub-graph", () => {
  it("stands in the address, with the runs one looked at", () => {
    const trail = [{ graph: graph("a"), run }, { graph: graph("b") }];
    const address = addressOf({ graph: graph("c") }, trail);
    expect(address).toBe("/graphs/graph_c?in=graph_a~run_x.graph_b");
    expect(readTrail(new URL(address, "http://x").searchParams)).toEqual(trail);
    expect(addressOf({ graph: graph("c"), run })).toBe("/graphs/graph_c/runs/run_x");
  });

  it("leaves out what is no id", () => {
    expect(readTrail(new URLSearchParams("in=graph_a.javascript:1..graph_b~run-1"))).toEqual([{ graph: graph("a") }, { graph: graph("b") }]);
    expect(readTrail(new URLSearchParams())).toEqual([]);
  });

  it("is not kept for ever", () => {
    const trail = Array.from({ length: 40 }, (_, index) => ({ graph: graph(String(index)) }));
    expect(readTrail(new URL(addressOf({ graph: graph("c") }, trail), "http://x").searchParams)).toEqual(trail.slice(-12));
  });
});
