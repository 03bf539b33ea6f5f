import type { RunFact } from "./run-facts.ts";

/** What a fact adds to the metrics. */
export type Measurement =
  | { type: "run"; state: string; seconds: number }
  /** `seconds` is absent for a node that never started. */
  | { type: "node"; nodeType: string; state: string; seconds?: number }
  | { type: "retry"; nodeType: string }
  | { type: "cost"; dollars: number }
  | { type: "tokens"; model: string; kind: "input" | "output"; count: number };

/** `nodeTypeOf` must answer one of a bounded set of names: they become labels. */
export function measure(fact: RunFact, nodeTypeOf: (node: string) => string): Measurement[] {
  switch (fact.type) {
    case "run-ended":
      return [{ type: "run", state: fact.state, seconds: secondsBetween(fact.startedAt, fact.endedAt) }];
    case "node-ended": {
      const seconds = fact.startedAt === undefined ? {} : { seconds: secondsBetween(fact.startedAt, fact.endedAt) };
      return [{ type: "node", nodeType: nodeTypeOf(fact.node), state: fact.state, ...seconds }];
    }
    case "node-retrying":
      return [{ type: "retry", nodeType: nodeTypeOf(fact.node) }];
    case "cost-settled": {
      const { amount, model = "unknown", inputTokens, outputTokens } = fact.charge;
      const tokens = (kind: "input" | "output", count: number | undefined): Measurement[] =>
        count === undefined || !(count >= 0) ? [] : [{ type: "tokens", model, kind, count }];
      return [{ type: "cost", dollars: Math.max(0, amount) }, ...tokens("input", inputTokens), ...tokens("output", outputTokens)];
    }
  }
}

/** Clocks of two processes may disagree: never less than 0. */
function secondsBetween(from: string, to: string): number {
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
}
