import { expect, test } from "vitest";
import { type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { sampleId, samplePlan } from "#runtime/testing/sample-nodes.ts";
import { allLines, linesThat } from "./log-filter.ts";

const [a, b] = [sampleId("a"), sampleId("b")];
const line = (ms: number, level: "debug" | "info" | "warn" | "error", message: string) => ({ at: new Date(ms).toISOString(), level, message });
const plan = samplePlan({ a: { type: "sample-step" }, b: { type: "sample-step" } }, []);
const nodes = new Map([
  [nodeKey(a, []), { node: a, path: [], logs: [line(1, "info", "Begun"), line(5, "error", "It broke")] }],
  [nodeKey(b, [2]), { node: b, path: [2], logs: [line(3, "warn", "Slow"), line(4, "debug", "Detail")] }],
] as unknown as [ReturnType<typeof nodeKey>, NodeRun][]);
const state = { plan, nodes } as unknown as RunState;
const activities = new Map([[nodeKey(b, [2]), { text: "", lines: [line(9, "info", "Live")] }]]);

test("lines of all nodes stand by time, those of iterations with their place, those that are not recorded yet among them", () => {
  const lines = allLines({ state, activities });
  expect(lines.map(({ from, message }) => `${from}: ${message}`)).toEqual(["a: Begun", "b · 3: Slow", "b · 3: Detail", "a: It broke", "b · 3: Live"]);
  expect(allLines({ state, activities })[0]).toBe(lines[0]);
});

test("are filtered by node, by level and what is above it, and by words", () => {
  const lines = allLines({ state, activities: new Map() });
  const messages = (filter: Partial<Parameters<typeof linesThat>[1]>) =>
    linesThat(lines, { node: undefined, level: "debug", search: "", ...filter }).map(({ message }) => message);
  expect(messages({})).toEqual(["Begun", "Slow", "Detail", "It broke"]);
  expect(messages({ node: b })).toEqual(["Slow", "Detail"]);
  expect(messages({ level: "warn" })).toEqual(["Slow", "It broke"]);
  expect(messages({ search: "  BROKE " })).toEqual(["It broke"]);
  expect(messages({ search: "b · 3" })).toEqual(["Slow", "Detail"]);
  expect(messages({ node: a, level: "error", search: "slow" })).toEqual([]);
});
