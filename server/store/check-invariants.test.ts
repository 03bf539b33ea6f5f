import { sql } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import type { RunId } from "#runtime/graph/ids.ts";
import { sampleId } from "#runtime/testing/sample-nodes.ts";
import { testEngines } from "../engine/testing/test-engines.ts";
import { checkInvariants } from "./check-invariants.ts";
import { createDocumentUpdateStore } from "./document-updates.ts";
import { createDocumentStore } from "./documents.ts";

const { database, boot } = testEngines();
const workspace = "workspace_default";
const step = { type: "sample-step" };
const write = { ...step, config: { effect: "write" } };

const check = (since?: Date) => checkInvariants(database(), { lateMs: 5_000, ...(since && { since }) });
const found = async () => (await check()).map(({ invariant }) => invariant);
const change = (statement: ReturnType<typeof sql>) => database().db.execute(statement);

describe("runs", () => {
  const ended = async (nodes: Parameters<ReturnType<typeof boot>["start"]>[0] = { a: write, b: step }, edges = ["a > b"]) => {
    const { engine, start, finished } = boot();
    await engine.start();
    const run = await start(nodes, edges);
    await finished(run.id);
    await engine.close();
    return run.id;
  };
  /** Writes an event at the end of a log, and says so in the run's row. */
  const append = async (run: RunId, body: object) => {
    await change(
      sql`INSERT INTO run_events (run_id, workspace_id, seq, type, event, at) SELECT id, ${workspace}, last_seq + 1, 'planted', ${JSON.stringify(body)}::json, now() FROM runs WHERE id = ${run}`,
    );
    await change(sql`UPDATE runs SET last_seq = last_seq + 1 WHERE id = ${run}`);
  };

  test("that are right, in every state, break nothing", async () => {
    await ended();
    await ended({ a: { ...step, config: { fails: "now" }, policy: { attempts: 1 } } }, []);
    const { engine, start, until } = boot();
    const waits = await start({ a: { ...step, config: { waitMs: 60_000 } } });
    const asks = await start({ a: { ...step, config: { effect: "write", fails: "reset" } } });
    const runs = await start({ a: { ...step, config: { sleepMs: 1_500 } } });
    expect(await check()).toEqual([]);
    await engine.start();
    await until(waits.id, (events) => events.at(-1)?.type === "node-waiting");
    await until(asks.id, (events) => events.at(-1)?.type === "node-uncertain");
    await until(runs.id, (events) => events.at(-1)?.type === "node-started");
    expect(await check()).toEqual([]);
  });

  test.each([
    { name: "a number that is missing", statement: (run: RunId) => sql`DELETE FROM run_events WHERE run_id = ${run} AND seq = 3` },
    { name: "a last number that is too low", statement: (run: RunId) => sql`UPDATE runs SET last_seq = last_seq - 1 WHERE id = ${run}` },
  ])("$name is found", async ({ statement }) => {
    const run = await ended();
    await change(statement(run));
    expect(await found()).toContain("event-numbers");
  });

  test("a log that goes on after its end, or does not end, is found", async () => {
    const run = await ended();
    await append(run, { type: "run-resumed", actor: "x" });
    expect(await found()).toContain("log");
    await change(sql`DELETE FROM run_events WHERE run_id = ${run} AND type IN ('planted', 'run-finished')`);
    await change(sql`UPDATE runs SET last_seq = last_seq - 2 WHERE id = ${run}`);
    expect(await found()).toEqual(["log"]);
  });

  test("leases that ended long ago, and those of runs that ended, are found", async () => {
    const { start } = boot();
    const run = await start({ a: step });
    await change(sql`UPDATE runs SET state = 'running', lease_owner = 'gone', lease_until = now() - interval '4 seconds' WHERE id = ${run.id}`);
    expect(await found()).toEqual([]);
    await change(sql`UPDATE runs SET lease_until = now() - interval '6 seconds' WHERE id = ${run.id}`);
    expect(await found()).toEqual(["lease"]);
    await change(sql`UPDATE runs SET lease_until = NULL WHERE id = ${run.id}`);
    const over = await ended();
    await change(sql`UPDATE runs SET lease_owner = 'gone', lease_until = now() + interval '1 hour' WHERE id = ${over}`);
    expect(await found()).toEqual(["lease"]);
  });

  test("a run that waits for nothing, and one whose timer nobody heard, are found", async () => {
    const { engine, start, until } = boot();
    await engine.start();
    const run = await start({ a: { ...step, config: { waitMs: 60_000 } } });
    await until(run.id, (events) => events.at(-1)?.type === "node-waiting");
    await engine.close();
    await change(sql`UPDATE runs SET wake_at = NULL WHERE id = ${run.id}`);
    expect(await found()).toEqual(["next-step"]);
    await change(sql`UPDATE runs SET wake_at = now() - interval '10 seconds' WHERE id = ${run.id}`);
    expect(await found()).toEqual(["next-step"]);
  });

  test("a second result, and a write that began again, are found", async () => {
    const { engine, start, until } = boot();
    await engine.start();
    const run = await start({ a: { ...step, config: { effect: "write", fails: "reset" } } });
    await until(run.id, (events) => events.at(-1)?.type === "node-uncertain");
    await engine.close();
    const at = { node: sampleId("a"), path: [] };
    await append(run.id, { type: "node-started", ...at, attempt: 2, effect: "write" });
    expect(await check()).toContainEqual({ invariant: "effect", run: run.id, detail: expect.stringContaining("begins its write again") });
    const body = { type: "attempt-failed", ...at, attempt: 2, failure: { code: "network", message: "reset", happened: "unknown" } };
    await append(run.id, body);
    await append(run.id, body);
    expect((await check()).map(({ detail }) => detail)).toContainEqual(expect.stringContaining("as its second result"));
  });

  test("steps with two results, and steps that wrote twice, are found", async () => {
    const { start } = boot();
    const run = await start({ a: step });
    const at = { node: sampleId("a"), path: [] };
    await append(run.id, { type: "node-started", ...at, attempt: 1, effect: "read" });
    await append(run.id, { type: "step-started", ...at, step: "send", effect: "write", inputHash: "1" });
    await append(run.id, { type: "step-started", ...at, step: "send", effect: "write", inputHash: "1" });
    for (let times = 0; times < 2; times++) await append(run.id, { type: "step-finished", ...at, step: "send", result: { type: "inline", value: 1 } });
    const details = (await check()).map(({ detail }) => detail);
    expect(details).toHaveLength(2);
    expect(details[0]).toContain('begins the write of the step "send" again');
    expect(details[1]).toContain('a second result of the step "send"');
  });

  test("what ended before the given instant is left out; what is alive never is", async () => {
    const run = await ended();
    await change(sql`UPDATE runs SET last_seq = 99 WHERE id = ${run}`);
    expect((await check(new Date(Date.now() - 60_000))).length).toBeGreaterThan(0);
    expect(await check(new Date(Date.now() + 60_000))).toEqual([]);
    await change(sql`UPDATE runs SET state = 'running', finished_at = NULL WHERE id = ${run}`);
    expect((await check(new Date(Date.now() + 60_000))).length).toBeGreaterThan(0);
  });

  test("more runs than a page holds are all looked at", async () => {
    const { start } = boot();
    const runs = [];
    for (let made = 0; made < 205; made++) runs.push(await start({ a: step }));
    await change(sql`UPDATE runs SET last_seq = 2`);
    expect(new Set((await check()).map(({ run }) => run)).size).toBe(runs.length);
  });
});

describe("documents", () => {
  const made: Y.Doc[] = [];
  afterEach(() => {
    for (const doc of made.splice(0)) doc.destroy();
  });

  /** A document of five updates, the first three of them in its snapshot if wanted. */
  const store = async (given: { snapshot: boolean }) => {
    const doc = new Y.Doc();
    made.push(doc);
    const updates: Uint8Array[] = [];
    doc.on("update", (update: Uint8Array) => updates.push(update));
    for (let nth = 0; nth < 5; nth++) doc.getText("text").insert(nth, String(nth));
    const [first = new Uint8Array(), ...rest] = updates;
    await createDocumentStore(database()).create({ id: "graph_a", workspace, kind: "graph", name: "a", description: "", actor: "me", update: first });
    const stored = createDocumentUpdateStore(database());
    await stored.append(rest.map((update) => ({ document: "graph_a", update, actor: "me" })));
    if (given.snapshot) await stored.snapshot("graph_a", 3, Y.mergeUpdates(updates.slice(0, 3)));
  };

  test.each([{ snapshot: false }, { snapshot: true }])("that are whole break nothing ($snapshot)", async (given) => {
    await store(given);
    expect(await check()).toEqual([]);
  });

  test.each([
    { name: "an update is missing", snapshot: false, statement: sql`DELETE FROM document_updates WHERE number = 2` },
    { name: "the first update after the snapshot is missing", snapshot: true, statement: sql`DELETE FROM document_updates WHERE number = 4` },
    { name: "the first update is missing", snapshot: false, statement: sql`DELETE FROM document_updates WHERE number = 1` },
    { name: "nothing is left", snapshot: false, statement: sql`DELETE FROM document_updates` },
    { name: "the last update is missing", snapshot: false, statement: sql`DELETE FROM document_updates WHERE number = 5` },
    { name: "bytes were damaged", snapshot: false, statement: sql`UPDATE document_updates SET update = '\\x0102030405' WHERE number = 5` },
    { name: "an update builds on one that was replaced", snapshot: false, statement: sql`UPDATE document_updates SET update = '\\x0000' WHERE number = 3` },
  ])("are found when $name", async ({ snapshot, statement }) => {
    await store({ snapshot });
    await change(statement);
    expect(await check()).toMatchObject([{ invariant: "document", document: "graph_a" }]);
  });
});
