import { expect, test } from "vitest";
import { done } from "#runtime/node/outcome.ts";
import { sampleGraph, sampleId } from "#runtime/testing/sample-nodes.ts";
import { type Acts, actingNode } from "./testing/acting-node.ts";
import { testEngines } from "./testing/test-engines.ts";

const { database, boot } = testEngines();

test("an earlier result that cannot be read is none: the node runs, at its first attempt", async () => {
  const acts: Acts = { count: ({ config }) => done({ value: config.number }) };
  const { engine, startGraph, finished, runs } = boot({ nodes: [actingNode(acts, { cacheable: true })] });
  await engine.start();
  const nodeOf = async () => {
    const { id } = await startGraph(sampleGraph({ a: { type: "test-act", config: { act: "count" } } }, []));
    await finished(id);
    return (await runs.read(id)).nodes[sampleId("a")];
  };
  await nodeOf();
  expect((await nodeOf())?.state).toBe("reused");
  await database().db.execute(`UPDATE result_cache SET outputs = '{"value":5}'`);
  expect(await nodeOf()).toMatchObject({ state: "succeeded", attempts: 1 });
});
