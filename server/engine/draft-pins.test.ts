import { expect, test } from "vitest";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import { executions, sampleGraph, sampleId } from "#runtime/testing/sample-nodes.ts";
import { testEngines } from "./testing/test-engines.ts";

const engines = testEngines();
async function boot() {
  const booted = engines.boot();
  await booted.engine.start();
  return booted;
}
const [a, b, inner] = [sampleId("a"), sampleId("b"), sampleId("inner")];
const chain = () => sampleGraph({ a: { type: "sample-step", config: { yields: "made" } }, b: { type: "sample-need" } }, ["a > b"]);
const pinned = (outputs: StoredValues, node: NodeId = a) => new Map([[node, outputs]]);
const inline = { value: { type: "inline" as const, value: "pinned" } };

test("a run from the canvas uses what is pinned in the draft: the node does not run, and what hangs on it gets the value", async () => {
  const { putGraph, pin, runs, finished } = await boot();
  const graph = putGraph(chain());
  pin(graph, pinned(inline));
  const { run } = await runs.start({ graph, actor: "tester", pinned: true });
  const events = await finished(run.id);
  expect(events.filter((event) => event.type === "node-reused")).toMatchObject([{ node: a, reason: "pinned", outputs: inline }]);
  expect(events.filter((event) => event.type === "node-started").map((event) => event.node)).toEqual([b]);
  expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", nodes: { [a]: { outputs: { value: "pinned" } }, [b]: { state: "succeeded" } } });
});

test("who does not ask for the pins of the draft runs without them", async () => {
  const { putGraph, pin, runs, finished } = await boot();
  const graph = putGraph(chain());
  pin(graph, pinned(inline));
  const { run } = await runs.start({ graph, actor: "tester" });
  const events = await finished(run.id);
  expect(events.some((event) => event.type === "node-reused")).toBe(false);
  expect(await runs.read(run.id)).toMatchObject({ nodes: { [a]: { outputs: { value: "made" } } } });
});

test("a large value is pinned by reference, and one that is gone says so", async () => {
  const { putGraph, pin, runs, finished } = await boot();
  const large = putGraph(sampleGraph({ a: { type: "sample-step", config: { yields: "x".repeat(70_000) } }, b: { type: "sample-need" } }, ["a > b"]));
  const first = await runs.start({ graph: large, actor: "tester" });
  const made = (await finished(first.run.id)).find((event) => event.type === "node-succeeded" && event.node === a);
  const outputs = made?.type === "node-succeeded" ? made.outputs : {};
  expect(outputs.value).toMatchObject({ type: "blob" });
  pin(large, pinned(outputs));
  const { run } = await runs.start({ graph: large, actor: "tester", pinned: true });
  const events = await finished(run.id);
  expect(events.find((event) => event.type === "node-reused")).toMatchObject({ node: a, reason: "pinned", outputs });
  expect(events.at(-1)).toMatchObject({ type: "run-finished", state: "succeeded" });

  for (const hash of ["0".repeat(64), "../../etc/passwd"]) {
    pin(large, pinned({ value: { type: "blob", hash, bytes: 70_002, preview: "x" } }));
    await expect(runs.start({ graph: large, actor: "tester", pinned: true })).rejects.toMatchObject({
      code: "bad-request",
      message: expect.stringMatching(/is pinned, but the value of its output “value” is no longer stored\. Unpin it/),
    });
  }
});

test("what browsers pin is put away as results are: a large value as a blob, and a blob with the size it has", async () => {
  const { putGraph, pin, runs, finished } = await boot();
  const reusedIn = async (graph: ReturnType<typeof putGraph>) => {
    const { run } = await runs.start({ graph, actor: "tester", pinned: true });
    return (await finished(run.id)).flatMap((event) => (event.type === "node-reused" ? [event.outputs.value] : []));
  };
  const large = putGraph(chain());
  pin(large, pinned({ value: { type: "inline", value: "x".repeat(70_000) } }));
  const [stored] = await reusedIn(large);
  if (stored?.type !== "blob") throw new Error("The large value was put into the log itself.");
  expect(stored).toMatchObject({ bytes: 70_002, preview: `"${"x".repeat(499)}` });
  const named = putGraph(chain());
  pin(named, pinned({ value: { ...stored, bytes: 7, preview: "y".repeat(5_000) } }));
  expect(await reusedIn(named)).toEqual([{ ...stored, preview: "y".repeat(500) }]);
});

test("a pin that no longer fits is told with its node; one of a node that is gone means nothing", async () => {
  const { putGraph, pin, runs, finished } = await boot();
  const graph = putGraph(sampleGraph({ a: { type: "sample-step" }, b: { type: "sample-each" }, inner: { type: "sample-step", parent: b } }, ["a > b.items"]));
  pin(graph, pinned({ other: inline.value }));
  await expect(runs.start({ graph, actor: "tester", pinned: true })).rejects.toMatchObject({
    message: expect.stringContaining("it has no output “other” any more"),
  });
  pin(graph, pinned(inline, inner));
  await expect(runs.start({ graph, actor: "tester", pinned: true })).rejects.toMatchObject({ message: expect.stringContaining("inside of a container") });
  expect(executions.size).toBe(0);
  const other = putGraph(chain());
  pin(other, pinned(inline, sampleId("gone")));
  const { run } = await runs.start({ graph: other, actor: "tester", pinned: true });
  expect((await finished(run.id)).at(-1)).toMatchObject({ state: "succeeded" });
});

test("one node runs alone on what is pinned before it, and pins of the request win", async () => {
  const { putGraph, pin, runs, finished } = await boot();
  const graph = putGraph(chain());
  await expect(runs.start({ graph, actor: "tester", only: [b], pinned: true })).rejects.toMatchObject({ code: "bad-request" });
  pin(graph, pinned(inline));
  const { run } = await runs.start({ graph, actor: "tester", only: [b], pinned: true });
  expect((await finished(run.id)).at(-1)).toMatchObject({ state: "succeeded" });
  expect(await runs.read(run.id)).toMatchObject({ nodes: { [a]: { outputs: { value: "pinned" } } } });
  const { run: second } = await runs.start({ graph, actor: "tester", only: [b], pinned: true, pins: { [a]: { value: "of the request" } } });
  await finished(second.id);
  expect(await runs.read(second.id)).toMatchObject({ nodes: { [a]: { outputs: { value: "of the request" } } } });
});
