import type { Graph } from "../../graph/schema.ts";
import { compile } from "../../plan/compile.ts";
import type { Plan } from "../../plan/plan.ts";
import type { RunEvent } from "../../run/events.ts";
import type { RunState } from "../../run/run-state.ts";
import { sampleCatalog } from "../sample-nodes.ts";
import { checkLog } from "./check-log.ts";
import { compare } from "./compare.ts";
import { factsOf } from "./facts.ts";
import { interpret } from "./interpret.ts";
import { playRun } from "./play-run.ts";
import { type ModelCase, randomCase } from "./random-graph.ts";
import { SeededRandom } from "./seeded-random.ts";
import { shrink } from "./shrink.ts";

/** What every run of a random graph is given. */
export const MODEL_INPUT = { topic: "looms" };

/** How a run of a case went. */
export interface CheckedRun {
  problems: string[];
  events: readonly RunEvent[];
}

/** Runs a case in memory and holds it against the interpreter. Never throws. */
export async function checkCase(model: ModelCase): Promise<CheckedRun> {
  let events: readonly RunEvent[] = [];
  try {
    const plan = planOf(model.graph);
    const played = await playRun(plan, { random: new SeededRandom(model.seed + 1_000_000), disturbance: model.disturbance, input: MODEL_INPUT });
    events = played.events;
    return { problems: [...checkRun(model.graph, { plan, ...played }), ...checkLog(plan, played)], events };
  } catch (error) {
    return { problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)], events };
  }
}

/** What of a finished run is not as the interpreter has it. */
export function checkRun(graph: Graph, run: { plan: Plan; state: RunState; events: readonly RunEvent[] }): string[] {
  return compare(run.plan, run, interpret(graph, { input: MODEL_INPUT, facts: factsOf(run.events) }));
}

function compiles(graph: Graph): boolean {
  return compile(graph, sampleCatalog, {}).plan !== undefined;
}

/** Throws when the graph does not compile. */
export function planOf(graph: Graph): Plan {
  const { plan, problems } = compile(graph, sampleCatalog, {});
  if (!plan) throw new Error(`The graph does not compile: ${problems.map(({ node, message }) => `${node} ${message}`).join("; ")}`);
  return plan;
}

/** What to print for a case that went wrong: how to see it again, and the least graph that still does. */
export async function reportOf(seed: number, problems: readonly string[]): Promise<string> {
  const model = randomCase(seed);
  const isWrong = async (graph: Graph) => compiles(graph) && (await checkCase({ ...model, graph })).problems.length > 0;
  const head = [`Seed ${seed} (MODEL_SEED=${seed} runs it alone):`, ...problems];
  if (!(await isWrong(model.graph))) return [...head, "In memory it does not go wrong. Its graph:", ...linesOf(model.graph)].join("\n");
  const least = await shrink(model.graph, isWrong);
  const again = await checkCase({ ...model, graph: least });
  const log = again.events.map((event) => JSON.stringify({ ...event, at: undefined }));
  return [...head, `The least graph that goes wrong in memory, with ${JSON.stringify(model.disturbance)}:`, ...linesOf(least), ...again.problems, ...log].join(
    "\n",
  );
}

function linesOf({ nodes, edges, settings }: Graph): string[] {
  return [
    JSON.stringify(settings),
    ...nodes.map(({ label: _label, position: _position, version: _version, ...node }) => JSON.stringify(node)),
    ...edges.map(({ source, target, order = "" }) => `${source.node}.${source.port} > ${target.node}.${target.port} ${order}`),
  ];
}

/** Seeds to go through, as the environment asks: `MODEL_SEED` alone, or the first `MODEL_RUNS`. */
export function modelSeeds(usual: number): number[] {
  const { MODEL_SEED, MODEL_RUNS } = process.env;
  if (MODEL_SEED !== undefined) return [Number(MODEL_SEED)];
  return Array.from({ length: Number(MODEL_RUNS ?? usual) }, (_, seed) => seed);
}
