import { expect, test } from "vitest";
import type { RunEvent } from "../../run/events.ts";
import { checkCase, checkRun, modelSeeds, planOf, reportOf } from "./check-case.ts";
import { playRun } from "./play-run.ts";
import { type ModelCase, randomCase } from "./random-graph.ts";
import { SeededRandom } from "./seeded-random.ts";

const RUNS = 1_000;

test("random graphs come to what the reference interpreter says, in whatever order things happen", { timeout: 120_000 }, async ({ annotate }) => {
  const seen = new Map<string, number>();
  for (const seed of modelSeeds(RUNS)) {
    const model = randomCase(seed);
    const { problems, events } = await checkCase(model);
    if (problems.length > 0) expect.fail(await reportOf(seed, problems));
    for (const feature of featuresOf(model, events)) seen.set(feature, (seen.get(feature) ?? 0) + 1);
  }
  await annotate([...seen].map(([feature, times]) => `${feature} ${times}`).join(", "));
  if (process.env.MODEL_SEED !== undefined || process.env.MODEL_RUNS !== undefined) return;
  // what the random graphs do not show is not tested
  const wanted = ["succeeded", "failed", "cancelled", "killed", "held", "waiting", "retried", "uncertain", "lost", "skipped", "disabled"];
  const inGraphs = ["branch", "continue", "item mode", "sample-each", "sample-loop", "merge first", "nested 3 deep", "capture"];
  const inIterations = ["iteration succeeded", "iteration failed", "iteration stopped"];
  for (const feature of [...wanted, ...inGraphs, ...inIterations]) expect(seen.get(feature) ?? 0, feature).toBeGreaterThan(5);
});

test("the same seed makes the same graph and the same run", async () => {
  expect(randomCase(7)).toEqual(randomCase(7));
  const [one, other] = [await checkCase(randomCase(7)), await checkCase(randomCase(7))];
  expect(one.events).toEqual(other.events);
  expect(randomCase(8)).not.toEqual(randomCase(7));
});

test("a run that went another way is found", async () => {
  let found = 0;
  for (let seed = 0; seed < 30; seed++) {
    const { graph } = randomCase(seed);
    const plan = planOf(graph);
    const { events, state } = await playRun(plan, { random: new SeededRandom(seed), disturbance: { crashes: 0 }, input: {} });
    for (const [key, run] of state.nodes) if (run.state === "succeeded") state.nodes.set(key, { ...run, outputs: { other: { type: "inline", value: 1 } } });
    if (checkRun(graph, { plan, state, events }).length > 0) found += 1;
  }
  expect(found).toBeGreaterThan(25);
});

/** What a case and its run show. */
function featuresOf({ graph }: ModelCase, events: readonly RunEvent[]): Set<string> {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const depth = (id: (typeof graph.nodes)[number]["id"] | undefined): number => (id ? 1 + depth(byId.get(id)?.parent) : 0);
  const inGraph = graph.nodes.flatMap(({ type, config, policy, parent }) => [
    type,
    ...(policy?.onFailure ? [policy.onFailure] : []),
    ...(policy?.eachItemOf ? ["item mode"] : []),
    ...(type === "sample-merge" ? [`merge ${config.mode}`] : []),
    ...(depth(parent) === 3 ? ["nested 3 deep"] : []),
  ]);
  const captures = graph.edges.some(
    ({ source, target }) => depth(byId.get(source.node)?.parent) < depth(byId.get(target.node)?.parent) && byId.get(target.node)?.parent !== source.node,
  );
  return new Set([...inGraph, ...(captures ? ["capture"] : []), ...events.flatMap(featureOf)]);
}

function featureOf(event: RunEvent): string[] {
  switch (event.type) {
    case "run-finished":
      return [event.state];
    case "run-held":
      return ["held"];
    case "node-waiting":
      return ["waiting"];
    case "node-retrying":
      return ["retried"];
    case "node-uncertain":
      return ["uncertain"];
    case "attempt-failed":
      return event.failure.code === "worker-lost" ? ["lost"] : [];
    case "node-skipped":
      return [event.reason === "disabled" ? "disabled" : "skipped"];
    case "iteration-finished":
      return [`iteration ${event.state}`];
    default:
      return [];
  }
}
