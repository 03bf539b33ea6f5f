import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { silentLogger as logger } from "../logger.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { createJobStore } from "../store/jobs.ts";
import { JobError, type JobKind } from "./job-kind.ts";
import { createJobs, type Jobs } from "./jobs.ts";

const workspace = "workspace_default";
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

test("a process that lost its lease ends its attempt when it takes the job again", async () => {
  const signals: AbortSignal[] = [];
  const release = Promise.withResolvers<void>();
  const work: JobKind["work"] = async ({ signal }) => {
    signals.push(signal);
    await release.promise;
  };
  // it renews nothing, as one does that is stopped for a while
  const jobs = createJobs({ store: createJobStore(database), logger, owner: "a", options: { ...options, leaseMs: 60, renewMs: 60_000 } });
  jobs.add({ kind: "test", atOnce: 2, attempts: 9, work });
  open.push(jobs);
  await jobs.start();
  const { id } = await submit(jobs);
  await vi.waitFor(() => expect(signals).toHaveLength(2), { timeout: 10_000 });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  release.resolve();
  await settled(jobs, id, "succeeded");
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
