import { expect, test } from "vitest";
import { done } from "#runtime/node/outcome.ts";
import { sampleGraph, sampleId } from "#runtime/testing/sample-nodes.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import { passOn } from "./pass-on.ts";
import { actingNode } from "./testing/acting-node.ts";
import { testEngines } from "./testing/test-engines.ts";

const { boot } = testEngines();
const LARGE = "x".repeat(100_000);

test("a disabled merge that collects hands on the list of what came, large values too", async () => {
  const large = actingNode({
    large: () => done({ value: LARGE }),
    length: ({ inputs }) => done({ value: (inputs.value as string[]).map((one) => one.length) }),
  });
  const { engine, startGraph, finished, runs } = boot({ nodes: [large] });
  await engine.start();
  const made = {
    small: { type: "sample-step", config: { yields: "small" } },
    large: { type: "test-act", config: { act: "large" } },
    merge: { type: "sample-merge", disabled: true },
    length: { type: "test-act", config: { act: "length" } },
    out: { type: "sample-exit" },
  };
  const run = await startGraph(sampleGraph(made, ["small > merge.values", "large > merge.values", "merge.values > length", "length > out"]));
  await finished(run.id);
  const detail = await runs.read(run.id);
  expect(detail).toMatchObject({ state: "succeeded", output: { result: [5, LARGE.length] } });
  expect(detail.nodes[sampleId("merge")]).toMatchObject({ state: "skipped", outputs: { values: { bytes: expect.any(Number) } } });
});

test("a value that is gone fails the node", async () => {
  const gone = { type: "blob", hash: "0".repeat(64), bytes: 70_000, preview: "" } as const;
  const blobs = { put: async () => undefined, get: async () => undefined, delete: async () => undefined } as unknown as BlobStore;
  const at = { node: sampleId("merge"), path: [] };
  const event = await passOn({ type: "skip", ...at, reason: "disabled", outputs: {}, lists: { values: [gone] } }, { blobs, isOver: () => false });
  expect(event).toMatchObject({ type: "node-failed", ...at, failure: { code: "not-found" }, handling: "fail", outputs: {} });
});
