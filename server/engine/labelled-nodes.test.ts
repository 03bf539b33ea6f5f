import { expect, test } from "vitest";
import type { RunId } from "#runtime/graph/ids.ts";
import { executions, sampleId } from "#runtime/testing/sample-nodes.ts";
import { testEngines } from "./testing/test-engines.ts";

const { boot } = testEngines();
const nodes = { write: { type: "sample-step", config: { effect: "write" }, policy: { worker: "gpu" } }, out: { type: "sample-exit" } };
const edges = ["write > out"];
const write = sampleId("write");

test("a labelled node runs in a run of its own where the label is, too", async () => {
  const gpu = boot({ owner: "gpu", labels: ["gpu"] });
  await gpu.engine.start();
  const { id } = await gpu.start(nodes, edges);
  await gpu.finished(id);
  expect((await gpu.runs.read(id)).nodes[write]?.children).toMatchObject([{ purpose: "worker" }]);
  expect(executions.get(write)).toBe(1);
});

test("a run that another process goes on with does not do again what was done for it on a labelled worker", async () => {
  const plain = boot({ owner: "plain" });
  await plain.engine.start();
  const { id } = await plain.start(nodes, edges);
  await plain.until(id, (events) => events.at(-1)?.type === "child-opened");
  await expect.poll(async () => (await plain.store.summary(id))?.state).toBe("waiting");
  await plain.engine.close();

  const gpu = boot({ owner: "gpu", labels: ["gpu"] });
  await gpu.engine.start();
  const ended = await gpu.finished(id);
  const child = ended.find((event) => event.type === "child-finished");
  expect(child).toMatchObject({ state: "succeeded" });
  expect((await gpu.runs.read(id as RunId)).state).toBe("succeeded");
  expect(executions.get(write)).toBe(1);
});
