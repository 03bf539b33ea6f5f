import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import type { RunId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode } from "#runtime/graph/schema.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { sampleGraph, sampleId } from "#runtime/testing/sample-nodes.ts";
import { createResultCache } from "../store/result-cache.ts";
import { type Acts, actingNode } from "./testing/acting-node.ts";
import { testEngines } from "./testing/test-engines.ts";

const { database, boot } = testEngines();

let computed = 0;
beforeEach(() => {
  computed = 0;
});
const acts: Acts = {
  count: ({ config, inputs }) => {
    computed += 1;
    return done({ value: [config.number, inputs.value ?? null] });
  },
  large: () => {
    computed += 1;
    return done({ value: "v".repeat(100_000) });
  },
  fail: () => {
    computed += 1;
    throw new NodeError("code", "It does not work.", { happened: "no" });
  },
};
const nodes = [
  actingNode(acts, { cacheable: true }),
  actingNode(acts, { type: "test-read", cacheable: true, effect: "read" }),
  actingNode(acts, { type: "test-write", cacheable: true, effect: "write" }),
  actingNode(acts, { type: "test-dear" }),
];
const migrated = actingNode(acts, { cacheable: true, version: 2, migrations: { 1: (config) => config } });

const made = (node: Partial<Omit<GraphNode, "id">> = {}, input: unknown = 5): Graph =>
  sampleGraph(
    {
      given: { type: "sample-step", config: { yields: input as never } },
      a: { type: "test-act", config: { act: "count" }, ...node },
      out: { type: "sample-exit" },
    },
    ["given > a", "a > out"],
  );

function booted(given: Parameters<typeof boot>[0] = { nodes }) {
  const engine = boot(given);
  return {
    ...engine,
    run: async (graph: Graph) => {
      const { id } = await engine.startGraph(graph);
      await engine.finished(id);
      const detail = await engine.runs.read(id);
      return { id, state: detail.state, output: detail.output?.result, node: detail.nodes[sampleId("a")] };
    },
  };
}

describe("results that are used again", () => {
  test("a pure node computes once for two runs with equal config and inputs, and the second run says where from", async () => {
    const { engine, run, finished } = booted();
    await engine.start();
    const first = await run(made());
    const second = await run(made());
    expect(computed).toBe(1);
    expect(first).toMatchObject({ state: "succeeded", output: [0, 5], node: { state: "succeeded" } });
    expect(second).toMatchObject({ state: "succeeded", output: [0, 5], node: { state: "reused", from: { run: first.id, node: sampleId("a") } } });
    const events = await finished(second.id);
    const ofNode = events.filter((event) => "node" in event && event.node === sampleId("a")).map(({ type }) => type);
    expect(ofNode).toEqual(["node-started", "node-reused"]);
  });

  test("label, position, id and order of members make no difference", async () => {
    const { engine, run } = booted();
    await engine.start();
    await run(made({}, { x: 1, y: 2 }));
    const moved = await run(made({ label: "Another name", position: { x: 500, y: -20 }, collapsed: true }, { y: 2, x: 1 }));
    expect(moved.node?.state).toBe("reused");
    expect(computed).toBe(1);
  });

  test("other config, other inputs, another type or version compute anew", async () => {
    const { engine, run } = booted();
    await engine.start();
    await run(made());
    expect((await run(made({ config: { act: "count", number: 1 } }))).output).toEqual([1, 5]);
    expect((await run(made({}, "5"))).output).toEqual([0, "5"]);
    expect((await run(made({}, [5]))).output).toEqual([0, [5]]);
    expect(computed).toBe(4);
    await engine.close();
    const upgraded = booted({ nodes: [migrated], owner: "two" });
    await upgraded.engine.start();
    expect((await upgraded.run(made())).node?.state).toBe("succeeded");
    expect(computed).toBe(5);
  });

  test("not where the policy says no, the type does not offer it, or something is written; a failure is never kept", async () => {
    const { engine, run } = booted();
    await engine.start();
    const cases: Partial<GraphNode>[] = [
      { policy: { cache: "off" } },
      { type: "test-dear" },
      { type: "test-write", policy: { cache: { ttlMs: 60_000 } } },
      { type: "test-read" },
    ];
    for (const node of cases) {
      const before = computed;
      for (const _ of [1, 2]) expect((await run(made(node))).node?.state).toBe("succeeded");
      expect(computed - before, JSON.stringify(node)).toBe(2);
    }
    const before = computed;
    for (const _ of [1, 2]) expect((await run(made({ config: { act: "fail" } }))).state).toBe("failed");
    expect(computed - before).toBe(2);
  });

  test("a read is used again for as long as its policy says", async () => {
    const { engine, run } = booted();
    await engine.start();
    const read = made({ type: "test-read", policy: { cache: { ttlMs: 60_000 } } });
    await run(read);
    expect((await run(read)).node?.state).toBe("reused");
    expect(computed).toBe(1);
    await database().db.execute("UPDATE result_cache SET created_at = now() - interval '61 seconds'");
    expect((await run(read)).node?.state).toBe("succeeded");
    // and from then on the new one
    expect((await run(read)).node?.state).toBe("reused");
    expect(computed).toBe(2);
  });

  test("a result in the blob store is as good; a result of another workspace is none", async () => {
    const { engine, run } = booted();
    await engine.start();
    const large = made({ config: { act: "large" } });
    await run(large);
    expect((await run(large)).node?.state).toBe("reused");
    await database().db.execute("UPDATE result_cache SET workspace_id = 'workspace_other'");
    expect((await run(large)).node?.state).toBe("succeeded");
    expect(computed).toBe(2);
  });
});

test("what is beyond the bounds goes, the ones unused for longest first", async () => {
  const cache = createResultCache(database());
  await database().db.execute(sql`INSERT INTO result_cache (workspace_id, key, run_id, node_id, outputs, used_at)
    SELECT 'workspace_default', 'k' || n, 'run_x', 'node_a', '{}', now() - n * interval '1 second' FROM generate_series(1, 10050) AS n`);
  await database().db.execute(sql`INSERT INTO result_cache (workspace_id, key, run_id, node_id, outputs, used_at)
    VALUES ('workspace_other', 'old', 'run_x', 'node_a', '{}', now() - interval '31 days'), ('workspace_other', 'k10050', 'run_x', 'node_a', '{}', now() - interval '29 days')`);
  // the one that would go first is used
  expect(await cache.find({ workspace: "workspace_default", key: "k10050" })).toEqual({ run: "run_x" as RunId, node: "node_a", outputs: {} });
  expect(await cache.evict()).toBe(51);
  const { rows } = await database().db.execute("SELECT workspace_id, count(*)::int AS count FROM result_cache GROUP BY workspace_id ORDER BY workspace_id");
  expect(rows).toEqual([
    { workspace_id: "workspace_default", count: 10_000 },
    { workspace_id: "workspace_other", count: 1 },
  ]);
  expect(await cache.find({ workspace: "workspace_default", key: "k10049" })).toBeUndefined();
  expect(await cache.find({ workspace: "workspace_default", key: "k10050" })).toBeDefined();
  expect(await cache.evict()).toBe(0);
});
