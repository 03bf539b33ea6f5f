import { expect, test } from "vitest";
import { sampleGraph, sampleId } from "#runtime/testing/sample-nodes.ts";
import { testEngines } from "./testing/test-engines.ts";

const { database, boot } = testEngines();

const COUNT = 500;

test("a run of more than 5,000 events is taken over from its snapshot, in the middle of a container", { timeout: 120_000 }, async () => {
  const names = ["one", "two", "three"];
  const each = (name: string, index: number) => ({
    [name]: { type: "sample-each", config: { concurrency: 20 } },
    [`${name}_a`]: { type: "sample-need", parent: sampleId(name) },
    [`${name}_b`]: { type: "sample-step", parent: sampleId(name), config: index === 2 ? { sleepMs: 100 } : {} },
  });
  const graph = sampleGraph(
    {
      list: { type: "sample-step", config: { yields: Array.from({ length: COUNT }, (_, index) => index) } },
      ...Object.assign({}, ...names.map(each)),
      out: { type: "sample-exit" },
    },
    [
      "list > one.items",
      "one.results > two.items",
      "two.results > three.items",
      "three.results > out",
      ...names.flatMap((name) => [`${name}.item > ${name}_a`, `${name}_a > ${name}_b`, `${name}_b > ${name}.result`]),
    ],
  );
  const first = boot({ owner: "first" });
  await first.engine.start();
  const run = await first.startGraph(graph);
  const kept = async () => (await database().db.execute<{ seq: number }>("SELECT seq FROM run_snapshots")).rows[0]?.seq ?? 0;
  await expect.poll(kept, { timeout: 60_000 }).toBeGreaterThanOrEqual(5_000);
  const three = async () => (await first.store.readEvents(run.id, await kept(), 5_000)).filter((event) => "node" in event && event.node === sampleId("three"));
  await expect.poll(async () => (await three()).length, { timeout: 30_000 }).toBeGreaterThan(10);
  await first.engine.close();
  const seq = await kept();
  expect((await first.runs.summary(run.id)).state).toBe("running");

  const read: number[] = [];
  const through: Parameters<typeof boot>[0] = {
    owner: "second",
    through: (store) => ({
      ...store,
      readEvents: (id, after, limit) => {
        read.push(after);
        return store.readEvents(id, after, limit);
      },
    }),
  };
  const second = boot(through);
  await second.engine.start();
  await expect.poll(async () => (await second.runs.summary(run.id)).state, { timeout: 60_000 }).toBe("succeeded");
  // its log was read from the snapshot on
  expect(read.length).toBeGreaterThan(0);
  expect(Math.min(...read)).toBe(seq);
  const detail = await second.runs.read(run.id);
  expect(detail.output?.result).toEqual(Array.from({ length: COUNT }, (_, index) => index));
  const events = [];
  for (;;) {
    const page = await second.store.readEvents(run.id, events.length, 5_000);
    if (page.length === 0) break;
    events.push(...page);
  }
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  // nothing of what had ended was done again
  const ends = events.flatMap((event) => (event.type === "node-succeeded" ? `${event.node}[${event.path.join(",")}]` : []));
  expect(new Set(ends).size).toBe(ends.length);
  expect(ends).toHaveLength(1 + 3 * (1 + 2 * COUNT) + 1);
});
