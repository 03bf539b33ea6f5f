import { isDeepStrictEqual } from "node:util";
import type { Plan } from "../../plan/plan.ts";
import type { RunEvent } from "../../run/events.ts";
import { containersOf } from "../../run/node-runs.ts";
import type { NodeRun, RunState } from "../../run/run-state.ts";
import { runName } from "./facts.ts";
import type { Fate, Interpretation } from "./interpret.ts";
import { plainValues } from "./pick-values.ts";

/** What is not as the interpreter has it, one line each. */
export function compare(plan: Plan, run: { state: RunState; events: readonly RunEvent[] }, expected: Interpretation): string[] {
  const { state, events } = run;
  const { phase } = state;
  if (phase.type !== "finished") return [`The run has not finished: ${phase.type}.`];
  const stopped = events.findLast((event) => event.type === "run-stopping");
  const finalState = stopped?.state ?? expected.state;
  const problems: string[] = [];
  if (phase.state !== finalState) problems.push(`The run ended as ${phase.state}, not ${finalState}.`);
  const output = plainValues(phase.output);
  const expectedOutput = phase.state === "succeeded" ? expected.output : {};
  if (!isDeepStrictEqual(output, expectedOutput)) problems.push(`The output is ${show(output)}, not ${show(expectedOutput)}.`);
  if (phase.state === "failed") problems.push(...compareFailure(phase.failure, expected));
  const names = new Map([...state.nodes.values()].map((nodeRun) => [runName(nodeRun.node, nodeRun.path), nodeRun]));
  for (const [name, nodeRun] of names) {
    const fate = expected.fates.get(name);
    if (!fate) problems.push(`${name} is ${nodeRun.state}, and should not exist.`);
    else problems.push(...compareNodeRun(name, nodeRun, { fate, mustEnd: phase.state === "succeeded" && isCertain(plan, nodeRun, expected) }));
  }
  if (phase.state === "succeeded") {
    for (const name of expected.fates.keys()) {
      const [node = "", indexes = ""] = name.split(/[[\]]/);
      const path = indexes === "" ? [] : indexes.split(",").map(Number);
      if (!names.has(name) && isCertain(plan, { node, path }, expected)) problems.push(`${name} does not exist, and should.`);
    }
  }
  return problems;
}

function compareFailure(failure: { code: string; node?: string | undefined } | undefined, expected: Interpretation): string[] {
  const fate = failure?.node && expected.fates.get(failure.node);
  const isPossible = fate && fate.state === "failed" && fate.handling === "fail" && fate.possible.some(({ code }) => code === failure.code);
  return isPossible ? [] : [`The run failed with ${failure?.code} of ${failure?.node}, which should be ${show(fate)}.`];
}

function compareNodeRun(name: string, run: NodeRun, { fate, mustEnd }: { fate: Fate; mustEnd: boolean }): string[] {
  const say = (what: string) => [`${name} is ${run.state} ${what}; expected ${show(fate)}.`];
  switch (run.state) {
    case "succeeded":
      return fate.state === "succeeded" && isDeepStrictEqual(plainValues(run.outputs), fate.outputs) ? [] : say(`with ${show(plainValues(run.outputs))}`);
    case "skipped":
      return fate.state === "skipped" && fate.reason === run.reason && isDeepStrictEqual(plainValues(run.outputs), fate.outputs)
        ? []
        : say(`(${run.reason}) with ${show(plainValues(run.outputs))}`);
    case "failed": {
      const { code, message } = run.failure;
      const isPossible =
        fate.state === "failed" && fate.possible.some((failure) => failure.code === code && (failure.message === "" || message.includes(failure.message)));
      const isSame = isPossible && fate.handling === run.handling && isDeepStrictEqual(plainValues(run.outputs), fate.outputs);
      return isSame ? [] : say(`(${run.handling}) with ${code} "${message}" and ${show(plainValues(run.outputs))}`);
    }
    default:
      if (fate.state === "blocked" && (run.attempt > 0 || run.state !== "pending")) return say("though it should not have begun");
      return mustEnd ? say("at the end") : [];
  }
}

/** Whether it is sure to run to its end in a run that does. */
function isCertain(plan: Plan, run: { node: string; path: readonly number[] }, { uncertain }: Interpretation): boolean {
  const containers = containersOf(plan, { node: run.node as NodeRun["node"], path: [...run.path] });
  return (
    !uncertain.has("") &&
    run.path.every((_, depth) => !uncertain.has(runName(containers[depth] ?? (run.node as NodeRun["node"]), run.path.slice(0, depth + 1))))
  );
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}
