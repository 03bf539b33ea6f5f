import { expect, test, vi } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import { ANONYMOUS } from "../auth/actor.ts";
import { createProvenTexts } from "../auth/proven-text.ts";
import type { BeginRun } from "../hooks/begin-run.ts";
import type { SubmissionRow } from "../store/form-submissions.ts";
import type { FormRow } from "../store/forms.ts";
import { standingOf } from "./submission-standing.ts";
import { submissionSummary } from "./submission-summary.ts";
import { createSubmissions } from "./submissions.ts";

const FORM: FormRow = {
  ...{ id: "form_a", workspaceId: "workspace_a", documentId: "graph_a", token: "t", isOpen: true, title: "Form", description: "" },
  ...{ audience: "link", perHour: 10, dailyBudget: 5, createdAt: new Date(), createdBy: "ada", updatedAt: new Date() },
  ...{ workspace: "Looms", publishedRevision: 1, publishedBy: "grace", archived: false },
};

const never = () => Promise.reject(new Error("It is not asked for."));

/** One form whose claims are kept as the store keeps them; `failing` is what beginning a run throws, or waits for. */
function started({ spent = 0, dollars, failing = [] }: { spent?: number; dollars?: number; failing?: unknown[] } = {}) {
  const begun: BeginRun[] = [];
  const claims = new Map<string, SubmissionRow>();
  const problems = [...failing];
  const submissions = createSubmissions({
    forms: { ofGraph: never, byToken: async () => FORM, read: never, set: never, renew: never },
    store: {
      ...{ read: never, list: never, ended: never },
      claim: async ({ id, workspace: workspaceId, form: formId, ...given }) => {
        const row = claims.get(given.key);
        if (row) return { type: "known", row };
        claims.set(given.key, { id, workspaceId, formId, ...given, runId: null, run: null, createdAt: new Date() });
        return { type: "taken", id };
      },
      release: async (id) => {
        for (const [key, row] of claims) if (row.id === id) claims.delete(key);
      },
      begun: async (id, runId) => {
        for (const [key, row] of claims) if (row.id === id) claims.set(key, { ...row, runId });
      },
      spentToday: async () => spent,
    },
    begin: async (given) => {
      begun.push(given);
      const problem = problems.shift();
      if (problem instanceof Promise) await problem;
      else if (problem) throw problem;
      return { run: { id: createId("run") }, created: true, unfollow: () => undefined };
    },
    problem: () => undefined,
    entryOf: async () => ({ schema: { type: "object", properties: {} }, files: [], dollars }),
    ...{ asksPerson: never, partsOf: never, blobs: () => ({ size: never, get: never, put: never }) },
    proven: createProvenTexts(new Uint8Array(32)),
  });
  const submit = () => submissions.submit("t", { input: {}, proofs: [], key: "k".repeat(20) }, { actor: ANONYMOUS, mayUse: async () => false });
  return { submit, begun, claims };
}

test("a run may cost what is left of the day, but no more than its graph allows, and acts as whoever published the graph", async () => {
  const { submit, begun } = started({ spent: 3 });
  await submit();
  expect(begun).toMatchObject([{ budget: 2, actor: "grace", startedBy: null, trigger: "form", revision: 1 }]);
  const stricter = started({ spent: 3, dollars: 0.5 });
  await stricter.submit();
  expect(stricter.begun).toMatchObject([{ budget: 0.5 }]);
});

test("when the day's money is spent nothing begins, and the place within the hour is given back", async () => {
  const { submit, begun, claims } = started({ spent: 5 });
  await expect(submit()).rejects.toMatchObject({ code: "rate-limited", message: expect.stringContaining("may spend in a day") });
  expect(begun).toEqual([]);
  expect(claims.size).toBe(0);
});

test("after an error that leaves open whether a run began, the same key begins the same run", async () => {
  const { submit, begun, claims } = started({ failing: [new ApiError("unavailable", "Later."), new Error("The connection is lost.")] });
  await expect(submit()).rejects.toMatchObject({ code: "unavailable" });
  await expect(submit()).rejects.toThrow("The connection is lost.");
  await submit();
  expect(new Set(begun.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  expect([...claims.values()]).toMatchObject([{ runId: expect.stringMatching(/^run_/) }]);
});

test("a run that begins when nobody waits for it any more is noted, and is what the same key answers", async () => {
  vi.useFakeTimers();
  try {
    const slow = Promise.withResolvers<void>();
    const { submit, begun, claims } = started({ failing: [slow.promise] });
    const late = expect(submit()).rejects.toMatchObject({ code: "unavailable" });
    await vi.advanceTimersByTimeAsync(15_001);
    await late;
    slow.resolve();
    await vi.advanceTimersByTimeAsync(1);
    expect([...claims.values()]).toMatchObject([{ runId: expect.stringMatching(/^run_/) }]);
    await submit();
    expect(begun).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});

test("a refused submission gives its place back, but not that of the one that came first under its key", async () => {
  const first = started({ failing: [new ApiError("bad-request", "It does not fit.")] });
  await expect(first.submit()).rejects.toMatchObject({ code: "bad-request" });
  expect(first.claims.size).toBe(0);

  const second = started({ failing: [new ApiError("unavailable", "Later."), new ApiError("bad-request", "It does not fit.")] });
  await expect(second.submit()).rejects.toMatchObject({ code: "unavailable" });
  await expect(second.submit()).rejects.toMatchObject({ code: "bad-request" });
  expect(second.claims.size).toBe(1);
});

test.each(["person-required", "invalid-graph", "not-found", "forbidden"] as const)("why a graph does not run (%s) is not told to strangers", async (code) => {
  const { submit, claims } = started({ failing: [new ApiError(code, "The graph's secret reason.")] });
  await expect(submit()).rejects.toMatchObject({ code: "unprocessable", message: "This form cannot be used at the moment. Tell the people of Looms." });
  expect(claims.size).toBe(0);
});

test("a submission that has no run after a minute has failed", async () => {
  const given = { store: { ended: never }, asksPerson: never, partsOf: never, blobs: () => ({ size: never, get: never, put: never }) };
  const row = { ...{ id: "submission_a", workspaceId: "w", formId: "form_a", key: "", digest: "", summary: "", sentBy: null }, runId: null, run: null };
  expect(await standingOf({ ...row, createdAt: new Date() }, given)).toEqual({ type: "working", done: 0, total: 0 });
  expect(await standingOf({ ...row, createdAt: new Date(Date.now() - 61_000) }, given)).toEqual({ type: "failed", stopped: false });
});

test("a summary is one line of what was filled in", () => {
  const file = { $asset: "0".repeat(64), name: "loom.png", mediaType: "image/png", bytes: 1 };
  expect(submissionSummary({ b: 3, a: "two\nlines", c: null, d: ["x", "y"], e: file, f: "" }, ["a", "b", "c", "d", "e", "f", "g"])).toBe(
    "two lines · 3 · x, y · loom.png",
  );
  expect(submissionSummary({ a: "x".repeat(900) }, ["a"])).toHaveLength(400);
});
