import { z } from "zod";
import { defineNode, implementNode, type NodeImplementation } from "../node/define.ts";
import { NodeError } from "../node/node-error.ts";
import { done, iterate } from "../node/outcome.ts";
import { port } from "../node/ports.ts";

const base = {
  version: 1,
  title: "Sample container",
  description: "For tests.",
  group: "flow",
  icon: "box",
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 1 },
  examples: [],
} as const;

/** Once for each item: after a failed iteration it fails, leaves it out, or yields a list that says of each how it went. */
const sampleEach = defineNode({
  ...base,
  type: "sample-each",
  role: "each",
  config: z.strictObject({ mode: z.enum(["fail", "skip", "collect"]).default("fail"), concurrency: z.int().min(1).default(2) }),
  ports: () => ({ inputs: { items: port.list("any") }, outputs: { results: port.list("any") } }),
  body: () => ({ gives: { item: port.any(), index: port.any() }, takes: { result: port.any({ optional: true }) } }),
});

/** Round after round with what the last one handed back, until a round hands nothing back or all have been. */
const sampleLoop = defineNode({
  ...base,
  type: "sample-loop",
  role: "loop",
  config: z.strictObject({ rounds: z.int().min(1).default(3) }),
  ports: () => ({ inputs: { start: port.any({ optional: true }) }, outputs: { last: port.any() } }),
  body: () => ({ gives: { carried: port.any(), round: port.any() }, takes: { next: port.any({ optional: true }) } }),
});

export const sampleContainers: readonly NodeImplementation[] = [
  implementNode(sampleEach, ({ config, inputs, context }) => {
    const items = Array.isArray(inputs.items) ? inputs.items : [];
    const { iterations } = context;
    if (!iterations) {
      const given = { item: items, index: items.map((_, index) => index) };
      return iterate({ count: items.length, given, concurrency: config.concurrency, onFailure: config.mode === "fail" ? "stop" : "go-on" });
    }
    if (config.mode === "fail" && iterations.some(({ state }) => state === "failed")) throw new NodeError("tool", "An iteration failed.", { happened: "no" });
    if (config.mode === "collect")
      return done({ results: iterations.map(({ state, taken }) => ({ failed: state === "failed", value: taken.result ?? null })) });
    return done({ results: iterations.flatMap(({ state, taken }) => (state === "succeeded" && "result" in taken ? [taken.result] : [])) });
  }),
  implementNode(sampleLoop, ({ config, inputs, context }) => {
    const last = context.iterations?.at(-1);
    if (last?.state === "failed") throw new NodeError("tool", "A round failed.", { happened: "no" });
    const round = last ? last.index + 1 : 0;
    const isOver = last && (round >= config.rounds || !("next" in last.taken));
    if (isOver) return done("next" in last.taken ? { last: last.taken.next } : {});
    const carried = last ? last.taken.next : (inputs.start ?? null);
    return iterate({ count: 1, given: { carried: [carried], round: [round] }, concurrency: 1, onFailure: "stop" });
  }),
];
