import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import type { RunEvent, RunEventBody } from "#runtime/run/events.ts";
import { samplePlan } from "#runtime/testing/sample-nodes.ts";
import { simulate } from "#runtime/testing/simulate.ts";
import { createTrack, followRun } from "./follow-run.ts";
import type { RunFact } from "./run-facts.ts";
import { readRecordedRun } from "./testing/recorded-run.ts";

const folder = new URL("../../runtime/run/recordings/", import.meta.url);
const recordings = readdirSync(folder).flatMap((name) => (name.endsWith(".json") ? [name.slice(0, -".json".length)] : []));

function factsOf(events: readonly RunEvent[], track = createTrack()): RunFact[] {
  return events.flatMap((event) => followRun(track, event));
}

const ends = (facts: readonly RunFact[]) => facts.filter((fact) => fact.type === "node-ended");
const node = nodeIdSchema.parse("node_a");
const at = { node, path: [] };
const log = (...bodies: RunEventBody[]): RunEvent[] => bodies.map((body, index) => ({ ...body, seq: index + 1, at: `2026-01-01T00:00:0${index}.000Z` }));
const inline = (value: string) => ({ type: "inline" as const, value });

describe("followRun", () => {
  it.each(recordings)("tells one end for every node run of %s, and last that of the run", (name) => {
    const { events } = readRecordedRun(name);
    const facts = factsOf(events);
    const settled = events.filter(
      (event) =>
        ["node-succeeded", "node-failed", "node-skipped", "node-cancelled", "node-reused"].includes(event.type) ||
        (event.type === "uncertainty-decided" && event.decision === "happened"),
    );
    expect(settled.length).toBeGreaterThan(0);
    expect(ends(facts)).toHaveLength(settled.length);
    expect(facts.at(-1)).toMatchObject({ type: "run-ended", startedAt: events[0]?.at, endedAt: events.at(-1)?.at });
    expect(facts.filter(({ type }) => type === "node-retrying")).toHaveLength(events.filter(({ type }) => type === "node-retrying").length);
  });

  it.each(recordings)("tells the same of %s whoever takes it over, at every event", (name) => {
    const { events } = readRecordedRun(name);
    const whole = factsOf(events);
    for (let cut = 0; cut <= events.length; cut++) {
      const taken = createTrack();
      const told = factsOf(events.slice(0, cut), taken).length;
      expect(factsOf(events.slice(cut), taken), `taken over after event ${cut}`).toEqual(whole.slice(told));
    }
  });

  it("follows a simulated run of five nodes", () => {
    const plan = samplePlan({ a: { type: "sample-step" }, b: { type: "sample-need" }, c: { type: "sample-need" } }, ["a > b", "b > c"]);
    const { events } = simulate(plan, ({ node, path }) => ({ type: "node-succeeded", node, path, outputs: { value: { type: "inline", value: 1 } } }));
    const facts = factsOf(events);
    expect(ends(facts).map((fact) => [fact.node, fact.state, fact.attempts])).toEqual([
      ["node_a", "succeeded", 1],
      ["node_b", "succeeded", 1],
      ["node_c", "succeeded", 1],
    ]);
  });

  it("keeps attempts and waits as notes, without what was asked or answered", () => {
    const secret = "a secret";
    const [end] = ends(
      factsOf(
        log(
          { type: "node-started", ...at, attempt: 1, effect: "read" },
          { type: "node-logged", ...at, lines: [{ at: "2026-01-01T00:00:00.000Z", level: "info", message: secret }] },
          { type: "node-waiting", ...at, request: { kind: "person", name: "ask", title: secret, details: secret, decisions: [secret] } },
          {
            type: "wait-answered",
            ...at,
            name: "ask",
            answer: { kind: "person", at: "2026-01-01T00:00:00.000Z", decision: secret, edited: inline(secret), note: secret, by: secret },
            actor: secret,
          },
          { type: "attempt-failed", ...at, attempt: 1, failure: { code: "network", message: "Hung up.", happened: "no", details: { secret } } },
          { type: "node-started", ...at, attempt: 2, effect: "read" },
          { type: "node-succeeded", ...at, outputs: { value: inline(secret) } },
        ),
      ),
    );
    expect(end).toMatchObject({ startedAt: "2026-01-01T00:00:00.000Z", endedAt: "2026-01-01T00:00:06.000Z", attempts: 2, state: "succeeded" });
    expect(end?.notes.map(({ name }) => name)).toEqual(["node-waiting", "wait-answered", "attempt-failed", "attempt-started"]);
    expect(JSON.stringify(end)).not.toContain(secret);
  });

  it("puts a charge on the step of its name, and makes it a part of its own otherwise", () => {
    const details = { provider: "anthropic", model: "claude", operation: "chat", inputTokens: 12, outputTokens: 3, other: "left out" };
    const facts = factsOf(
      log(
        { type: "node-started", ...at, attempt: 1, effect: "read" },
        { type: "cost-reserved", ...at, name: "turn 1", amount: 1 },
        { type: "step-started", ...at, step: "turn 1", effect: "read", inputHash: "0" },
        { type: "step-finished", ...at, step: "turn 1", result: inline("said") },
        { type: "cost-settled", ...at, name: "turn 1", amount: 0.25, details },
        { type: "cost-reserved", ...at, name: "image", amount: 1 },
        { type: "cost-settled", ...at, name: "image", amount: 0.5 },
        { type: "step-started", ...at, step: "never ended", effect: "read", inputHash: "0" },
        { type: "node-succeeded", ...at, outputs: {} },
      ),
    );
    const charge = { amount: 0.25, provider: "anthropic", model: "claude", operation: "chat", inputTokens: 12, outputTokens: 3 };
    expect(facts.filter(({ type }) => type === "cost-settled")).toEqual([
      { type: "cost-settled", charge },
      { type: "cost-settled", charge: { amount: 0.5 } },
    ]);
    const second = (index: number) => `2026-01-01T00:00:0${index}.000Z`;
    expect(ends(facts)[0]?.parts).toEqual([
      { kind: "step", name: "turn 1", startedAt: second(2), endedAt: second(3), state: "succeeded", charge },
      { kind: "charge", name: "image", startedAt: second(5), endedAt: second(6), state: "succeeded", charge: { amount: 0.5 } },
      { kind: "step", name: "never ended", startedAt: second(7), endedAt: second(8), state: "unfinished" },
    ]);
  });

  it("ends what had begun when the run ends first", () => {
    const facts = factsOf(log({ type: "node-started", ...at, attempt: 1, effect: "read" }, { type: "run-finished", state: "killed", output: {} }));
    expect(facts).toMatchObject([
      { type: "node-ended", state: "unfinished" },
      { type: "run-ended", state: "killed" },
    ]);
  });

  it("passes over events of types it does not know", () => {
    const unknown = [
      { type: "node-dreamt", ...at, of: "sheep" },
      { type: "run-dreamt" },
      { type: "node-dreamt-without-path", node },
    ] as unknown as RunEventBody[];
    const parent = { run: runIdSchema.parse("run_above"), purpose: "call" as const, node, path: [1] };
    const created: RunEventBody = { type: "run-created", run: runIdSchema.parse("run_below"), input: {}, actor: "tester", parent };
    const facts = factsOf(log(created, ...unknown, { type: "run-finished", state: "succeeded", output: {} }));
    expect(facts).toMatchObject([{ type: "run-ended", parent }]);
  });
});
