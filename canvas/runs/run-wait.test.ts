import { describe, expect, it } from "vitest";
import { runIdSchema } from "#runtime/graph/ids.ts";
import type { WaitRequest } from "#runtime/node/outcome.ts";
import { foldRun } from "#runtime/run/apply-event.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import { sampleId, samplePlan } from "#runtime/testing/sample-nodes.ts";
import { runWaitOf } from "./run-wait.ts";

const [a, b, c] = [sampleId("a"), sampleId("b"), sampleId("c")];
const child = runIdSchema.parse("run_child");
const at = "2026-01-01T10:00:00.000Z";
const now = Date.parse(at);
const time = (instant: string) => new Date(instant).toLocaleTimeString("en");

function waitOf(...bodies: RunEventBody[]) {
  const plan = samplePlan({ a: { type: "sample-step", policy: { worker: "gpu" } }, b: { type: "sample-step" }, c: { type: "sample-step" } }, []);
  const created: RunEventBody = { type: "run-created", run: runIdSchema.parse("run_1"), input: {}, actor: "local" };
  const started = [a, b, c].map((node): RunEventBody => ({ type: "node-started", node, path: [], attempt: 1, effect: "pure" }));
  const events = [created, ...started, ...bodies].map((body, index) => ({ ...body, seq: index + 1, at }));
  return runWaitOf(foldRun(plan, events), now);
}

const waiting = (node: typeof a, request: WaitRequest): RunEventBody => ({ type: "node-waiting", node, path: [], request });
const calling = (purpose: "call" | "slice" | "worker", part: { first?: number; count?: number } = {}): RunEventBody => ({
  type: "child-opened",
  node: a,
  path: [],
  name: "child",
  run: child,
  purpose,
  ...part,
});

describe("what a run waits for", () => {
  it("is nothing while nothing waits", () => {
    expect(waitOf()).toBeUndefined();
  });

  it.each<[string, RunEventBody, string]>([
    ["a time", waiting(a, { kind: "time", name: "t", until: "2026-01-01T10:05:00.000Z" }), `waits until ${time("2026-01-01T10:05:00.000Z")}`],
    [
      "a time on another day",
      waiting(a, { kind: "time", name: "t", until: "2026-01-03T10:05:00.000Z" }),
      `waits until ${new Date("2026-01-03T10:05:00.000Z").toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}`,
    ],
    ["a person", waiting(a, { kind: "person", name: "p", title: "Send it?", decisions: ["yes"] }), "waits for a person"],
    [
      "a call",
      waiting(a, { kind: "webhook", name: "w", until: "2026-01-01T10:05:00.000Z" }),
      `waits for a call of its address, until ${time("2026-01-01T10:05:00.000Z")} at the latest`,
    ],
    ["a budget", waiting(a, { kind: "budget", name: "b", amount: 0.5 }), "waits for budget: it needs $0.50"],
    [
      "a decision",
      { type: "node-uncertain", node: a, path: [], failure: { code: "worker-lost", message: "Lost.", happened: "unknown" } },
      "needs a decision: did it happen?",
    ],
    ["another graph", calling("call"), "waits for"],
    ["a part of a list", calling("slice", { first: 500, count: 120 }), "waits for items 501 to 620 in"],
    ["a worker", calling("worker"), "waits for a worker labelled “gpu”:"],
  ])("is %s", (_, event, text) => {
    expect(waitOf(event)).toMatchObject({ text, label: "a", run: { node: a }, others: 0 });
  });

  it("names the run that is waited for, and says that it has begun on its worker", () => {
    expect(waitOf(calling("worker"))).toMatchObject({ child: { run: child, purpose: "worker" }, begunText: "runs on a worker labelled “gpu”:" });
    expect(waitOf(calling("call"))).toMatchObject({ child: { run: child }, begunText: "waits for" });
  });

  it("tells what only somebody can end before what ends by itself, then what is due first, and counts the others", () => {
    const late = waiting(a, { kind: "time", name: "t", until: "2026-01-01T12:00:00.000Z" });
    const soon = waiting(b, { kind: "time", name: "t", until: "2026-01-01T11:00:00.000Z" });
    const person = waiting(c, { kind: "person", name: "p", title: "Send it?", decisions: ["yes"] });
    expect(waitOf(late, soon)).toMatchObject({ run: { node: b }, others: 1 });
    expect(waitOf(late, soon, person)).toMatchObject({ run: { node: c }, others: 2 });
  });
});
