import { expect, test } from "vitest";
import { sampleGraph, sampleId } from "#runtime/testing/sample-nodes.ts";
import { testEngines } from "./testing/test-engines.ts";

const { boot } = testEngines();

test("of several calls that come before a run is driven the first is kept; each is told that it was taken until the run has ended", async () => {
  const { engine, startGraph, store, finished } = boot();
  const { id } = await startGraph(sampleGraph({ a: { type: "sample-step", config: { waitMs: 1 } } }, []));
  const send = (body: string, name = "callback") =>
    store.send({
      run: id,
      message: { type: "callback", node: sampleId("a"), path: [], name, request: { body } },
      actor: "webhook",
      dedupeKey: `callback:node_a::${name}`,
    });
  expect([await send("first"), await send("second"), await send("third", "other")]).toEqual([true, true, true]);
  const kept = (await store.readInbox(id, 10)).map(({ message }) => message);
  expect(kept).toMatchObject([{ request: { body: "first" } }, { name: "other" }]);
  await engine.start();
  await finished(id);
  await expect.poll(() => send("late"), { timeout: 15_000 }).toBe(false);
});
