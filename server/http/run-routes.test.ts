import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ApiError } from "../api-error.ts";
import { startTestApp, type TestApp } from "./testing/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
afterEach(() => {
  app.calls.length = 0;
  for (const name of Object.keys(app.answers)) delete app.answers[name];
});

test("a snapshot is that of the run, for a log of any length unless one is given", async () => {
  const asked: unknown[] = [];
  app.answers.snapshot = (...given) => {
    asked.push(given);
    return { seq: 12, state: { format: 1 } };
  };
  expect(await app.send("/api/runs/run_1/snapshot")).toMatchObject({ status: 200, json: { seq: 12, state: { format: 1 } } });
  await app.send("/api/runs/run_1/snapshot?over=1000");
  expect(asked).toEqual([
    ["run_1", { over: 0 }],
    ["run_1", { over: 1_000 }],
  ]);
});

test("a snapshot of nothing, or over nonsense, is refused", async () => {
  app.answers.snapshot = () => {
    throw new ApiError("not-found", "There is no run run_2.");
  };
  expect((await app.send("/api/runs/run_2/snapshot")).json).toMatchObject({ status: 404, code: "not-found", detail: "There is no run run_2." });
  app.calls.length = 0;
  expect((await app.send("/api/runs/run_1/snapshot?over=-1")).json.errors[0].path).toBe("/over");
  expect(app.calls).toEqual([]);
});

test("the summary of a run does not read its log", async () => {
  app.answers.summary = () => ({ id: "run_1", state: "running" });
  expect(await app.send("/api/runs/run_1/summary")).toMatchObject({ status: 200, json: { id: "run_1", state: "running" } });
  expect(app.calls).toEqual(["summary"]);
});
