import { describe, expect, test } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { executions, sampleCatalog, sampleGraph, sampleId } from "#runtime/testing/sample-nodes.ts";
import { testEngines } from "./testing/test-engines.ts";

const { database, boot } = testEngines();

const step = { type: "sample-step" };

describe("the engine", () => {
  test("runs a graph to its end, and the log is numbered without gaps", async () => {
    const { engine, start, finished, runs } = boot();
    await engine.start();
    const run = await start({ entry: { type: "sample-entry" }, a: step, out: { type: "sample-exit" } }, ["entry > a", "a > out"], { input: { x: 1 } });
    const events = await finished(run.id);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    const detail = await runs.read(run.id);
    expect(detail).toMatchObject({ state: "succeeded", output: { result: { x: 1 } }, lastEvent: events.length });
    expect(detail.nodes[sampleId("a")]).toMatchObject({ state: "succeeded", attempts: 1, outputs: { value: { x: 1 } } });
  });

  test("evaluates expressions over upstream outputs that no wire brings", async () => {
    const { engine, start, finished, runs } = boot();
    await engine.start();
    const run = await start(
      { a: { ...step, config: { yields: 20 } }, b: { ...step, config: { yields: "{{ nodes.node_a.value * 2 + 2 }}" } }, out: { type: "sample-exit" } },
      ["b > out"],
    );
    await finished(run.id);
    expect((await runs.read(run.id)).output).toEqual({ result: 42 });
  });

  test("values over 64 KiB go to the blob store and come back whole", async () => {
    const { engine, start, finished, runs } = boot();
    await engine.start();
    const large = "x".repeat(100_000);
    const run = await start({ a: { ...step, config: { yields: large } }, b: step, out: { type: "sample-exit" } }, ["a > b", "b > out"]);
    await finished(run.id);
    const { output } = await runs.read(run.id);
    const stored = output?.result as { $blob: string; bytes: number };
    expect(stored.bytes).toBe(100_002);
    expect(await runs.value(run.id, stored.$blob)).toBe(large);
    await expect(runs.value(run.id, "0".repeat(64))).rejects.toMatchObject({ code: "not-found" });
  });

  test("retries with backoff, then succeeds; logs are kept", async () => {
    const { engine, start, finished, runs } = boot();
    await engine.start();
    const run = await start({ a: { ...step, config: { failures: 2, happened: "no" } } });
    const events = await finished(run.id);
    expect(events.filter((event) => event.type === "attempt-failed")).toHaveLength(2);
    expect(events.flatMap((event) => (event.type === "node-logged" ? event.lines.map((line) => line.message) : []))).toEqual([
      "attempt 1",
      "attempt 2",
      "attempt 3",
    ]);
    expect((await runs.read(run.id)).nodes[sampleId("a")]?.attempts).toBe(3);
  });

  test("what leaves through a failure port says whose it is, and what that node does", async () => {
    const { engine, start, finished, runs } = boot();
    await engine.start();
    const failing = { ...step, label: "Fetch", config: { failures: 9, happened: "no" }, policy: { attempts: 1, onFailure: "branch" as const } };
    const run = await start({ a: failing, out: { type: "sample-exit" } }, ["a.failure > out"]);
    await finished(run.id);
    const { output, state } = await runs.read(run.id);
    expect(state).toBe("succeeded");
    expect(output?.result).toMatchObject({ code: expect.any(String), message: expect.any(String), details: {}, node: "Fetch" });
    const { title, description } = sampleCatalog.get("sample-step") ?? {};
    expect(output?.result).toMatchObject({ documentation: `${title}: ${description}` });
  });

  test("a wait gives the lease back, and the run goes on at its time", async () => {
    const { engine, start, until, finished, runs, store } = boot();
    await engine.start();
    const run = await start({ a: { ...step, config: { waitMs: 400 } } });
    await until(run.id, (events) => events.at(-1)?.type === "node-waiting");
    await expect.poll(async () => (await store.read(run.id))?.leaseOwner).toBeNull();
    expect((await runs.read(run.id)).state).toBe("waiting");
    expect(engine.driving()).toBe(0);
    await finished(run.id);
    expect(executions.get(sampleId("a"))).toBe(2);
    expect((await runs.read(run.id)).nodes[sampleId("a")]?.attempts).toBe(1);
  });

  test("cancel reaches what runs; a second cancel is a conflict", async () => {
    const { engine, start, until, finished, runs } = boot();
    await engine.start();
    const run = await start({ a: { ...step, config: { sleepMs: 5_000 } }, b: { type: "sample-need" } }, ["a > b"]);
    await until(run.id, (events) => events.at(-1)?.type === "node-started");
    const before = Date.now();
    await runs.control(run.id, { message: { type: "cancel", reason: "enough" }, actor: "tester" });
    await finished(run.id);
    // long before the node would have ended by itself
    expect(Date.now() - before).toBeLessThan(4_000);
    expect((await runs.read(run.id)).state).toBe("cancelled");
    await expect(runs.control(run.id, { message: { type: "cancel", reason: "" }, actor: "tester" })).rejects.toMatchObject({ code: "conflict" });
  });

  test("hold lets what runs finish and starts nothing; resume goes on", async () => {
    const { engine, start, until, finished, runs } = boot();
    await engine.start();
    const run = await start({ a: { ...step, config: { sleepMs: 300 } }, b: { type: "sample-need" } }, ["a > b"]);
    await until(run.id, (events) => events.at(-1)?.type === "node-started");
    await runs.control(run.id, { message: { type: "hold", reason: "lunch" }, actor: "tester" });
    await until(run.id, (events) => events.some((event) => event.type === "node-succeeded"));
    const held = await runs.read(run.id);
    expect(held).toMatchObject({ state: "held", reason: "lunch" });
    expect(held.nodes[sampleId("b")]?.state).toBe("pending");
    await runs.control(run.id, { message: { type: "resume" }, actor: "tester" });
    await finished(run.id);
    expect((await runs.read(run.id)).state).toBe("succeeded");
  });

  test("an idempotency key starts one run", async () => {
    const { start, runs } = boot();
    await expect(runs.start({ graph: createId("graph"), actor: "tester" })).rejects.toMatchObject({ code: "invalid-graph" });
    const run = await start({ a: step }, [], { idempotencyKey: "once" });
    const again = await runs.start({ graph: run.graph, actor: "tester", idempotencyKey: "once" });
    expect(again).toMatchObject({ created: false, run: { id: run.id } });
  });

  test("a node over its time limit fails as a time-out, also when it does not listen", async () => {
    const { engine, start, finished, runs } = boot();
    await engine.start();
    const run = await start({ a: { ...step, config: { sleepMs: 60_000 }, policy: { timeoutMs: 100, attempts: 1 } } });
    await finished(run.id);
    expect((await runs.read(run.id)).failure).toMatchObject({ code: "timeout", node: sampleId("a") });
  });

  test("a run over its own time limit ends as timed-out", async () => {
    const { engine, runs, startGraph, finished } = boot();
    await engine.start();
    const slow = sampleGraph({ a: { ...step, config: { sleepMs: 60_000 }, policy: { timeoutMs: 60_000 } } }, []);
    const run = await startGraph({ ...slow, settings: { timeoutMs: 1_000 } });
    await finished(run.id);
    expect((await runs.read(run.id)).state).toBe("timed-out");
  });
});

describe("recovery", () => {
  test("a driver that loses its lease records nothing more; another one finishes the run", async () => {
    const first = boot({ leaseMs: 300, owner: "first" });
    await first.engine.start();
    const run = await first.start({ a: { ...step, config: { sleepMs: 1_500 } }, b: { type: "sample-need" } }, ["a > b"]);
    await first.until(run.id, (events) => events.at(-1)?.type === "node-started");
    // the lease ends and is taken by somebody else, as after a long pause of the process
    await database().db.execute("UPDATE runs SET lease_owner = 'gone', lease_until = now() - interval '1 second'");
    const second = boot({ leaseMs: 30_000, owner: "second" });
    await second.engine.start();
    const events = await second.finished(run.id);
    expect(events.filter((event) => event.type === "run-finished")).toHaveLength(1);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect(events).toContainEqual(expect.objectContaining({ type: "attempt-failed", failure: expect.objectContaining({ code: "worker-lost" }) }));
    expect((await second.runs.read(run.id)).state).toBe("succeeded");
  });

  test("a write under way when its driver was lost asks a person, once", async () => {
    const first = boot({ owner: "first" });
    await first.engine.start();
    const run = await first.start({ a: { ...step, config: { effect: "write", sleepMs: 1_000 } }, out: { type: "sample-exit" } }, ["a > out"]);
    await first.until(run.id, (events) => events.at(-1)?.type === "node-started");
    await database().db.execute("UPDATE runs SET lease_owner = 'gone', lease_until = now() - interval '1 second'");
    const second = boot({ owner: "second" });
    await second.engine.start();
    await second.until(run.id, (events) => events.at(-1)?.type === "node-uncertain");
    await expect.poll(async () => (await second.gates.list({ workspace: "workspace_default", limit: 10 })).items).toHaveLength(1);
    const [gate] = (await second.gates.list({ workspace: "workspace_default", limit: 10 })).items;
    expect(gate).toMatchObject({ kind: "uncertain", label: "a", state: "pending" });
    const decide = (decision: "happened" | "again") =>
      second.gates.decide(gate?.id ?? "", { decision, actor: `by-${decision}`, ...(decision === "happened" && { edited: { value: 7 } }) });
    const results = await Promise.allSettled([decide("happened"), decide("again")]);
    expect(results.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
    const events = await second.finished(run.id);
    expect(events.filter((event) => event.type === "uncertainty-decided")).toHaveLength(1);
    await expect(decide("happened")).rejects.toMatchObject({ code: "conflict" });
    expect((await second.gates.list({ workspace: "workspace_default", limit: 10 })).items).toEqual([]);
  });

  test("a graceful stop gives the lease back at once and loses no attempt", async () => {
    const first = boot({ owner: "first" });
    await first.engine.start();
    const run = await first.start({ a: { ...step, config: { sleepMs: 1_000 } } });
    await first.until(run.id, (events) => events.at(-1)?.type === "node-started");
    await first.engine.close();
    const second = boot({ owner: "second" });
    await second.engine.start();
    await second.finished(run.id);
    expect((await second.runs.read(run.id)).state).toBe("succeeded");
  });
});
