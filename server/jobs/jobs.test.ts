import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { silentLogger as logger } from "../logger.ts";
import { type Database, openDatabase } from "../store/database/open-database.ts";
import { createTestDatabase, postgresForTests, truncateAll } from "../store/database/test-database.ts";
import { createJobStore, insertJob } from "../store/jobs.ts";
import { JobError, type JobKind } from "./job-kind.ts";
import { createJobs, type Jobs } from "./jobs.ts";

const workspace = "workspace_default";
const scratch = await postgresForTests();
let database: Database;
const open: Jobs[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
}, 60_000);
beforeEach(async () => {
  await Promise.all(open.splice(0).map((jobs) => jobs.close()));
  await truncateAll(database);
});
afterAll(async () => {
  await Promise.all(open.map((jobs) => jobs.close()));
  await database.close();
  await scratch?.drop();
});

const options = { leaseMs: 400, lookMs: 20, renewMs: 20, retryMs: 10 };
async function make(kind: Partial<JobKind>, { owner = "a", isStarted = true } = {}): Promise<Jobs> {
  const jobs = createJobs({ store: createJobStore(database), logger, owner, options });
  jobs.add({ kind: "test", atOnce: 2, attempts: 3, work: async () => undefined, ...kind });
  open.push(jobs);
  if (isStarted) await jobs.start();
  return jobs;
}
const submit = (jobs: Jobs, more: { dedupeKey?: string; input?: unknown } = {}) =>
  jobs.submit({ workspace, kind: "test", title: "Test", subject: "thing", input: null, ...more });
const settled = async (jobs: Jobs, id: string, state: string) =>
  vi.waitFor(async () => expect(await jobs.read({ workspace, id })).toMatchObject({ state }), { timeout: 10_000 });

test("does the work, says how far it is, and lists it", async () => {
  const jobs = await make({
    work: async ({ input, report }) => {
      report({ phase: "counting", done: 3, total: 3 });
      return input;
    },
  });
  const { id } = await submit(jobs, { input: { a: 1 } });
  await settled(jobs, id, "succeeded");
  expect(await jobs.read({ workspace, id })).toMatchObject({ progress: { phase: "counting", done: 3, total: 3 }, attempts: 1 });
  expect((await jobs.list({ workspace, subject: "thing", search: "tes", limit: 10 })).items).toHaveLength(1);
  expect((await jobs.list({ workspace, state: "active", limit: 10 })).items).toHaveLength(0);
  await expect(jobs.cancel({ workspace, id })).rejects.toMatchObject({ code: "conflict" });
  await expect(jobs.read({ workspace: "workspace_other", id })).rejects.toMatchObject({ code: "not-found" });
});

test("tries again what may mend itself, and not what cannot", async () => {
  const ended = vi.fn(async () => undefined);
  let calls = 0;
  const jobs = await make({
    ended,
    work: async ({ input }) => {
      calls += 1;
      if (input === "never") throw new JobError("It is broken. Bring another one.");
      if (calls < 3) throw new Error("not yet");
    },
  });
  const mends = await submit(jobs);
  await settled(jobs, mends.id, "succeeded");
  expect(calls).toBe(3);
  const broken = await submit(jobs, { input: "never" });
  await settled(jobs, broken.id, "failed");
  expect(calls).toBe(4);
  expect(await jobs.read({ workspace, id: broken.id })).toMatchObject({ error: "It is broken. Bring another one.", attempts: 1 });
  expect(ended).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: broken.id }), { state: "failed", error: "It is broken. Bring another one." });
  await jobs.retry({ workspace, id: broken.id });
  await settled(jobs, broken.id, "failed");
});

test("one key stands for one unfinished job", async () => {
  const jobs = await make({}, { isStarted: false });
  const first = await submit(jobs, { dedupeKey: "k" });
  expect((await submit(jobs, { dedupeKey: "k" })).id).toBe(first.id);
  await jobs.start();
  await settled(jobs, first.id, "succeeded");
  expect((await submit(jobs, { dedupeKey: "k" })).id).not.toBe(first.id);
});

test("a job that is begun again has its key again, unless another one has it by now", async () => {
  const jobs = await make({}, { isStarted: false });
  const first = await submit(jobs, { dedupeKey: "k" });
  await jobs.cancel({ workspace, id: first.id });
  const second = await submit(jobs, { dedupeKey: "k" });
  expect(second.id).not.toBe(first.id);
  await expect(jobs.retry({ workspace, id: first.id })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("Another job") });
  await jobs.cancel({ workspace, id: second.id });
  expect(await jobs.retry({ workspace, id: first.id })).toMatchObject({ state: "queued" });
  expect((await submit(jobs, { dedupeKey: "k" })).id).toBe(first.id);
});

// in the embedded database's one session nothing happens at the same moment
test.skipIf(!scratch)(
  "a job is not begun again beside one with its key that is submitted at the same moment",
  async () => {
    const shared = await openDatabase({ url: scratch?.url ?? "" });
    try {
      const store = createJobStore(shared);
      const job = { workspace, kind: "test", title: "", subject: "", input: null, dedupeKey: "k" };
      await store.add({ ...job, id: "job_first" });
      const [taken] = await store.claim({ owner: "a", leaseMs: 60_000, limit: 1, kinds: ["test"] });
      await store.finish({ id: "job_first", epoch: taken?.leaseEpoch ?? 0 }, { state: "failed", failure: "broken" });
      const [inserted, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const inserting = shared.transaction(async (tx) => {
        await insertJob(tx, { ...job, id: "job_second" });
        inserted.resolve();
        await release.promise;
      });
      await inserted.promise;
      const retrying = store.retry({ workspace, id: "job_first" });
      const waits = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      await vi.waitFor(async () => expect((await shared.db.execute(waits)).rows).toHaveLength(1), { timeout: 10_000 });
      release.resolve();
      await inserting;
      expect(await retrying).toBeUndefined();
      expect(await store.read({ workspace, id: "job_first" })).toMatchObject({ state: "failed" });
    } finally {
      await shared.close();
    }
  },
  60_000,
);

test("cancels what waits at once, and what is worked on soon", async () => {
  const ended = vi.fn(async () => undefined);
  const work: JobKind["work"] = ({ signal }) => delay(20_000, undefined, { signal });
  const jobs = await make({ ended, work, atOnce: 1 });
  const [first, second] = [await submit(jobs), await submit(jobs)];
  await settled(jobs, first.id, "running");
  expect(await jobs.cancel({ workspace, id: second.id })).toMatchObject({ state: "cancelled" });
  expect(await jobs.cancel({ workspace, id: first.id })).toMatchObject({ state: "running", isEnding: true });
  await settled(jobs, first.id, "cancelled");
  expect(ended).toHaveBeenCalledTimes(2);
});

test("a job whose process fell silent goes to another one, and the first changes nothing any more", async () => {
  const store = createJobStore(database);
  const idle = await make({}, { isStarted: false });
  const { id } = await submit(idle);
  const [taken] = await store.claim({ owner: "dead", leaseMs: 60, limit: 1, kinds: ["test"] });
  const seen: number[] = [];
  const jobs = await make({ work: async ({ attempt }) => void seen.push(attempt) }, { owner: "b" });
  await settled(jobs, id, "succeeded");
  expect(seen).toEqual([2]);
  expect(await store.finish({ id, epoch: taken?.leaseEpoch ?? 0 }, { state: "failed", failure: "late" })).toBe(false);
});

test("a process that was silent for longer than its lease goes on with its job, unless another one took it", async () => {
  const attempts: { owner: string; signal: AbortSignal }[] = [];
  const release = Promise.withResolvers<void>();
  const start = async (owner: string, renewMs: number) => {
    const jobs = createJobs({ store: createJobStore(database), logger, owner, options: { ...options, leaseMs: 60, renewMs } });
    const work: JobKind["work"] = async ({ signal }) => {
      attempts.push({ owner, signal });
      await release.promise;
    };
    jobs.add({ kind: "test", atOnce: 2, attempts: 9, work });
    open.push(jobs);
    await jobs.start();
    return jobs;
  };
  const silent = await start("silent", 400);
  const { id } = await submit(silent);
  await vi.waitFor(() => expect(attempts).toHaveLength(1), { timeout: 10_000 });
  await delay(200);
  expect(attempts).toHaveLength(1);
  await start("other", 20);
  await vi.waitFor(() => expect(attempts.map(({ owner, signal }) => [owner, signal.aborted])).toEqual([["silent", true], ["other", false]]), { timeout: 10_000 }); // biome-ignore format: a table
  release.resolve();
  await settled(silent, id, "succeeded");
  expect(await silent.read({ workspace, id })).toMatchObject({ attempts: 2 });
});

test("a job that ends its process each time is given up, without being begun once more", async () => {
  const store = createJobStore(database);
  const idle = await make({}, { isStarted: false });
  const { id } = await submit(idle);
  for (let attempt = 1; attempt <= 3; attempt++) {
    const [taken] = await store.claim({ owner: "dead/1", leaseMs: 60_000, limit: 1, kinds: ["test"] });
    expect(taken).toMatchObject({ attempts: attempt });
    await store.releaseOf("dead/");
  }
  const [work, ended] = [vi.fn(async () => undefined), vi.fn(async () => undefined)];
  const jobs = await make({ work, ended }, { owner: "b" });
  await settled(jobs, id, "failed");
  expect(work).not.toHaveBeenCalled();
  expect(ended).toHaveBeenCalledOnce();
  expect((await jobs.read({ workspace, id })).error).toContain("the server ended before it was done");
});

test("what follows from a cancelled job is not lost with the process that cancels it", async () => {
  const store = createJobStore(database);
  const idle = await make({ ended: () => Promise.reject(new Error("killed")) }, { isStarted: false });
  const { id } = await submit(idle);
  await expect(idle.cancel({ workspace, id })).rejects.toThrow("killed");
  await store.releaseOf("a");
  const ended = vi.fn(async () => undefined);
  const jobs = await make({ ended, work: () => expect.fail("it is cancelled") }, { owner: "b" });
  await settled(jobs, id, "cancelled");
  expect(ended).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id }), { state: "cancelled" });
});

test("a process that ends gives back what it works on", async () => {
  const first = await make({ work: ({ signal }) => delay(20_000, undefined, { signal }) });
  const { id } = await submit(first);
  await settled(first, id, "running");
  await first.close();
  expect(await first.read({ workspace, id })).toMatchObject({ state: "queued", attempts: 0 });
});
