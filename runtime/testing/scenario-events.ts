import { runIdSchema } from "../graph/ids.ts";
import type { RunEventBody } from "../run/events.ts";
import type { Failure } from "../run/failure.ts";
import { sampleId } from "./sample-nodes.ts";

/** What the recorded scenarios are made of: nodes, and what happens to them. */
export const step = { type: "sample-step" };
export const need = { type: "sample-need" };
export const entry = { type: "sample-entry" };
export const exit = { type: "sample-exit" };
export const branch = { type: "sample-branch" };
export const join = { type: "sample-merge" };
export const first = { type: "sample-merge", config: { mode: "first" } };
export const of = (effect: "pure" | "read" | "write") => ({ type: "sample-step", config: { effect } });

export const at = (name: string) => ({ node: sampleId(name), path: [] });
export const yields = (name: string, outputs: Record<string, number>): RunEventBody => ({
  type: "node-succeeded",
  ...at(name),
  outputs: Object.fromEntries(Object.entries(outputs).map(([port, value]) => [port, { type: "inline", value }])),
});
export const fails = (name: string, attempt: number, failure: Partial<Failure> = {}): RunEventBody => ({
  type: "attempt-failed",
  ...at(name),
  attempt,
  failure: { code: "network", message: "The other side hung up.", happened: "unknown", ...failure },
});
export const due = (name: string): RunEventBody => ({ type: "retry-due", ...at(name) });
export const lost = { code: "worker-lost", message: "The process that ran this ended." } as const;
export const stops = (state: "cancelled" | "timed-out", reason: string): RunEventBody => ({ type: "run-stopping", state, reason, actor: "tester" });
export const decides = (name: string, decision: "happened" | "again"): RunEventBody => ({
  type: "uncertainty-decided",
  ...at(name),
  decision,
  outputs: decision === "happened" ? { value: { type: "inline", value: 7 } } : {},
  note: "looked it up",
  actor: "tester",
});

type Body<Type extends RunEventBody["type"]> = Extract<RunEventBody, { type: Type }>;

export const inside = (name: string, path: number[]) => ({ node: sampleId(name), path });
export const yieldsInside = (name: string, path: number[], outputs: Record<string, number>): RunEventBody => ({
  ...yields(name, outputs),
  ...inside(name, path),
});
export const failsInside = (name: string, path: number[], failure: Partial<Failure>): RunEventBody => ({ ...fails(name, 1, failure), ...inside(name, path) });
export const lists = (given: Record<string, number[]>): Body<"iterations-opened">["given"] =>
  Object.fromEntries(Object.entries(given).map(([port, value]) => [port, { type: "inline", value }]));
/** As many iterations as the first list has values. */
export const opens = (name: string, given: Record<string, number[]>, more: Partial<Body<"iterations-opened">> = {}): RunEventBody => ({
  type: "iterations-opened",
  ...at(name),
  first: 0,
  count: Object.values(given)[0]?.length ?? 0,
  given: lists(given),
  concurrency: 2,
  onFailure: "stop",
  ...more,
});
export const stopped = { code: "cancelled", message: "The run was stopped." } as const;
export const wrong = { code: "validation", message: "This one does not fit.", happened: "no" } as const;
export const each = { type: "sample-each" };
export const inEach = { type: "sample-need", parent: sampleId("each") };
export const eachEdges = ["list > each.items", "each.item > work", "work > each.result", "each.results > end"];
export const child = { name: "call", run: runIdSchema.parse("run_child"), purpose: "call" } as const;
export const dollars = (type: "cost-reserved" | "cost-settled", name: string, amount: number): RunEventBody => ({ type, ...at(name), name: "call", amount });
