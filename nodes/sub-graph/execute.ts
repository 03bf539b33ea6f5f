import type { Json } from "#runtime/graph/json.ts";
import { implementNode } from "#runtime/node/define.ts";
import { type FailureCode, NodeError } from "#runtime/node/node-error.ts";
import { call, done, type WaitAnswer } from "#runtime/node/outcome.ts";
import { graphOf, inputSchemas } from "./config.ts";
import { subGraph } from "./node.ts";

const NAME = "call";

type Ended = Extract<WaitAnswer, { kind: "run" }>;

/** None of them is tried again by itself: the run that was called may have had its effects. */
const CODES: Readonly<Record<Exclude<Ended["state"], "succeeded">, FailureCode>> = {
  failed: "tool",
  cancelled: "cancelled",
  killed: "cancelled",
  "timed-out": "limit",
};

export default implementNode(subGraph, ({ config, inputs, references, context }) => {
  const graph = graphOf(config, references);
  if (!graph) throw new NodeError("not-found", "The graph to run is not known.", { happened: "no" });
  const answer = context.answered(NAME);
  if (!answer) {
    const input = Object.entries(inputs).filter(([name]) => Object.hasOwn(inputSchemas(graph), name));
    return call({ name: NAME, graph: graph.graph, revision: graph.revision, input: Object.fromEntries(input) as Record<string, Json> });
  }
  if (answer.kind !== "run") throw new NodeError("unexpected", "The run that was called was answered by something else.");
  if (answer.state !== "succeeded") throw failureOf(answer, graph.name);
  return done(Object.fromEntries(Object.entries(answer.output).filter(([name]) => Object.hasOwn(graph.outputs, name))));
});

function failureOf({ run, state, message }: Ended, name: string): NodeError {
  const code = state === "succeeded" ? "unexpected" : CODES[state];
  const words = state === "timed-out" ? "ran out of time" : state === "failed" ? "failed" : `was ${state}`;
  return new NodeError(code, message ? `"${name}" ${words}: ${message}` : `"${name}" ${words}.`, { details: { run, state } });
}
