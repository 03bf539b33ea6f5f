import { describe, expect, test } from "vitest";
import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import { nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { sampleId as id, samplePlan } from "#runtime/testing/sample-nodes.ts";
import { type RunSelection, type SelectGiven, type SourceRun, selectNodes } from "./run-selection.ts";

type Nodes = Parameters<typeof samplePlan>[0];

const step = { type: "sample-step" };
const chain: Nodes = { in: { type: "sample-entry" }, a: step, b: step, side: step, out: { type: "sample-exit" } };
const wires = ["in > a", "a > b", "b > out"];
const chained = samplePlan(chain, wires);
const stored = (values: Record<string, unknown>): StoredValues =>
  Object.fromEntries(Object.entries(values).map(([port, value]) => [port, { type: "inline" as const, value: value as Json }]));

/** A run of a plan in which every node has succeeded with its own name. */
function ran(plan: Plan, { entry, without = [], state = "succeeded" }: { entry?: NodeId; without?: string[]; state?: "succeeded" | "failed" } = {}): SourceRun {
  const kept = plan.order.filter((node) => !without.includes(node.slice("node_".length)));
  const runOf = (node: NodeId) => ({ node, path: [], state: "succeeded", outputs: stored({ value: node }) });
  const nodes = new Map(kept.map((node) => [nodeKey(node, []), runOf(node)]));
  const phase = { type: "finished", state, at: "2026-01-01T00:00:00.000Z", output: {} };
  return { run: "run_before" as RunId, state: { plan, phase, input: { n: 1 }, entry: entry ?? id("in"), nodes } as unknown as RunState };
}

/** What becomes of each node at the start: `recorded`, `pinned`, `left-out`, or nothing: it runs. */
async function select(plan: Plan, selection: RunSelection, given: Partial<SelectGiven> = {}) {
  const { events } = await selectNodes(plan, selection, {
    source: ran(plan),
    input: { n: 1 },
    entry: id("in"),
    referencesOf: () => [],
    store: async (values) => stored(values),
    ...given,
  });
  return Object.fromEntries(events.flatMap((event) => ("reason" in event && "node" in event ? [[event.node.slice("node_".length), event.reason]] : [])));
}

const from = { run: "run_before" as RunId };
const failure = { from: { ...from, at: "failure" as const } };
const all = { in: "recorded", a: "recorded", b: "recorded", side: "recorded", out: "recorded" };

describe("a run that goes on from another", () => {
  test("takes over what has not changed; from a run that succeeded it begins at the start unless told where", async () => {
    expect(await select(chained, failure)).toEqual(all);
    expect(await select(chained, { from })).toEqual({});
    expect(await select(chained, { from }, { source: ran(chained, { without: ["b", "out"], state: "failed" }) })).toEqual({
      in: "recorded",
      a: "recorded",
      side: "recorded",
    });
    expect(await select(chained, { from: { ...from, at: id("b") } })).toEqual({ in: "recorded", a: "recorded", side: "recorded" });
  });

  test("with another input, the entry and all that hangs on it run again", async () => {
    expect(await select(chained, failure, { input: { n: 2 } })).toEqual({ side: "recorded" });
    expect(await select(chained, failure, { input: { n: 1 } })).toEqual(all);
  });

  test("at another entry, both entries are looked at again", async () => {
    const two = samplePlan({ ...chain, other: { type: "sample-entry" }, merge: { type: "sample-merge" } }, [
      ...wires,
      "in > merge.values",
      "other > merge.values",
    ]);
    expect(await select(two, failure, { entry: id("other") })).toEqual({ side: "recorded" });
    expect(await select(two, failure, { source: ran(two, { entry: id("other") }), entry: id("other") })).toMatchObject({ in: "recorded", other: "recorded" });
  });

  test("what hangs on a pinned node runs again, unless the pin is what was recorded", async () => {
    expect(await select(chained, { ...failure, pins: { [id("a")]: { value: "pinned" } } })).toEqual({ in: "recorded", a: "pinned", side: "recorded" });
    expect(await select(chained, { ...failure, pins: { [id("a")]: { value: id("a") } } })).toEqual({ ...all, a: "pinned" });
  });

  test.each<[string, Nodes]>([
    ["its settings", { a: { ...step, config: { yields: 2 } } }],
    ["what it does after a failure", { a: { ...step, policy: { onFailure: "continue", default: 1 } } }],
    ["whether it is disabled", { a: { ...step, disabled: true } }],
  ])("a node runs again when %s changed, and what hangs on it", async (_, change) => {
    expect(await select(samplePlan({ ...chain, ...change }, wires), failure, { source: ran(chained) })).toEqual({ in: "recorded", side: "recorded" });
  });

  test("what stands in for a failure counts", async () => {
    const withDefault = (value: number) => samplePlan({ ...chain, a: { ...step, policy: { onFailure: "continue", default: value } } }, wires);
    expect(await select(withDefault(2), failure, { source: ran(withDefault(1)) })).toEqual({ in: "recorded", side: "recorded" });
  });

  test("a merge that goes on with the first runs again when it waited for all", async () => {
    const merging = (mode: string) => samplePlan({ in: { type: "sample-entry" }, merge: { type: "sample-merge", config: { mode } } }, ["in > merge.values"]);
    const joined = merging("all");
    const again = { ...joined, nodes: { ...joined.nodes, [id("merge")]: { ...joined.nodes[id("merge")], join: "first" } } } as Plan;
    expect(await select(again, failure, { source: ran(joined) })).toEqual({ in: "recorded" });
  });

  test("a container runs again when what it takes from its body is wired anew", async () => {
    const body: Nodes = {
      in: { type: "sample-entry" },
      each: { type: "sample-each" },
      x: { ...step, parent: id("each") },
      y: { ...step, parent: id("each") },
    };
    const inner = ["in > each.items", "each.item > x", "each.item > y"];
    const [takesX, takesY] = [samplePlan(body, [...inner, "x > each.result"]), samplePlan(body, [...inner, "y > each.result"])];
    expect(await select(takesX, failure, { source: ran(takesX) })).toEqual({ in: "recorded", each: "recorded" });
    expect(await select(takesY, failure, { source: ran(takesX) })).toEqual({ in: "recorded" });
  });

  test("a node runs again when what it depends on outside the graph changed", async () => {
    const reference = (hash: string) => ({ kind: "tool" as const, connection: "c", name: "t", inputSchema: {}, readOnly: true, hash });
    const withTool = (hash: string): Plan => ({ ...chained, references: { "tool:c/t": reference(hash) } });
    const referencesOf: SelectGiven["referencesOf"] = (planNode) => (planNode.id === id("b") ? ["tool:c/t"] : []);
    expect(await select(withTool("one"), failure, { source: ran(withTool("one")), referencesOf })).toEqual(all);
    const changed = { in: "recorded", a: "recorded", side: "recorded" };
    expect(await select(withTool("two"), failure, { source: ran(withTool("one")), referencesOf })).toEqual(changed);
  });
});

test("one node alone runs with the results of a run that succeeded, and what comes after it is no result of this run", async () => {
  expect(await select(chained, { from, only: [id("b")] })).toEqual({ in: "recorded", a: "recorded", side: "recorded", out: "left-out" });
  expect(await select(chained, { from, only: [id("a")] })).toEqual({ in: "recorded", b: "left-out", side: "recorded", out: "left-out" });
  expect(await select(chained, { from, only: [id("a"), id("b")] })).toEqual({ in: "recorded", side: "recorded", out: "left-out" });
  const alone = { in: "left-out", a: "left-out", side: "left-out", out: "left-out" };
  expect(await select(chained, { from: { ...from, at: "start" }, only: [id("b")] })).toEqual(alone);
});

describe("nodes that are to run with others between them", () => {
  const ends = { from, only: [id("a"), id("out")] };
  const message = '"out" uses "b", which comes after another node that runs: let "b" run, too, or pin it.';

  test("are refused: what is between would have to be made anew", async () => {
    await expect(select(chained, ends)).rejects.toMatchObject({ code: "bad-request", message });
    const reads = samplePlan({ ...chain, out: { ...step, label: "out", config: { yields: "{{ nodes.node_b.value }}" } } }, wires.slice(0, 2));
    await expect(select(reads, ends)).rejects.toMatchObject({ code: "bad-request", message });
    const joined = samplePlan({ ...chain, out: { type: "sample-merge" } }, ["in > a", "a > b", "a > out.values", "b > out.values"]);
    await expect(select(joined, ends)).rejects.toMatchObject({ code: "bad-request", message });
  });

  test("run when what is between is pinned", async () => {
    expect(await select(chained, { ...ends, pins: { [id("b")]: { value: 1 } } })).toEqual({ in: "recorded", b: "pinned", side: "recorded" });
  });
});
