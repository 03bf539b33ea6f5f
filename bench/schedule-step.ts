import { createId } from "#runtime/graph/ids.ts";
import type { Plan, PlanNode } from "#runtime/plan/plan.ts";
import { applyEvent } from "#runtime/run/apply-event.ts";
import { createRunState } from "#runtime/run/create-run-state.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import type { RunState } from "#runtime/run/run-state.ts";
import { schedule } from "#runtime/run/schedule.ts";
import { type Benchmark, type Figure, figure, medianOf, time } from "./figure.ts";
import { benchNodeId, chain, planOf } from "./graphs.ts";

const AT = "2026-01-01T00:00:00.000Z";

/** Deciding and folding, without engine and database; and that the cost of one event does not grow with the graph. */
export const scheduleStep: Benchmark = {
  name: "schedule-step",
  run: async ({ small }) => {
    const lengths = small ? [10, 100] : [100, 1_000, 10_000];
    const times = small ? 1 : 9;
    const perNode: Record<number, number> = {};
    const figures: Record<string, Figure> = {};
    for (const length of lengths) {
      const plan = longPlan(length);
      foldThrough(plan);
      perNode[length] = ((await medianOf(times, () => time(() => foldThrough(plan)))) * 1_000) / length;
    }
    const middle = lengths[1] ?? 0;
    const links = Array.from({ length: middle }, () => async () => 1);
    const bare = async () => {
      for (const link of links) await link();
    };
    await bare();
    figures["schedule-step"] = figure({
      value: perNode[middle] ?? Number.NaN,
      unit: "µs",
      reference: ((await medianOf(times, () => time(bare))) * 1_000) / middle,
      against: `await ${middle} functions in order, a node`,
    });
    for (const length of lengths) {
      figures[`schedule-step, an event of ${length} nodes`] = figure({
        value: (perNode[length] ?? Number.NaN) / 2,
        unit: "µs",
        reference: (perNode[lengths[0] ?? 0] ?? Number.NaN) / 2,
        against: `an event of ${lengths[0]} nodes`,
      });
    }
    return figures;
  },
};

/** A chain of any length: documents end at 5,000 nodes, and 10,000 show the trend. */
function longPlan(length: number): Plan {
  const model = planOf(chain(2));
  const [first, link] = model.order.map((id) => model.nodes[id]);
  if (!first || !link) throw new Error("A chain of two has two nodes.");
  const order = Array.from({ length }, (_, index) => benchNodeId(index));
  const nodes = order.map((id, index): PlanNode => {
    const before = order[index - 1];
    if (!before) return { ...first, id };
    const inputs = Object.entries(link.inputs).map(([name, input]) => [
      name,
      { ...input, sources: input.sources.map((source) => ({ ...source, node: before })) },
    ]);
    return { ...link, id, inputs: Object.fromEntries(inputs) };
  });
  return { ...model, order, nodes: Object.fromEntries(nodes.map((node) => [node.id, node])) };
}

/** A whole run: each command answered at once, two events a node. */
function foldThrough(plan: Plan): RunState {
  let state = createRunState(plan);
  const record = (body: RunEventBody) => {
    state = applyEvent(state, { ...body, seq: state.seq + 1, at: AT });
  };
  record({ type: "run-created", run: createId("run"), input: {}, actor: "bench" });
  while (state.phase.type !== "finished") {
    for (const command of schedule(plan, state)) {
      if (command.type === "start") {
        const at = { node: command.node, path: command.path };
        record({ type: "node-started", ...at, attempt: command.attempt, effect: "pure" });
        record({ type: "node-succeeded", ...at, outputs: { value: { type: "inline", value: 1 } } });
      } else if (command.type === "finish") record({ type: "run-finished", state: command.state, output: command.output });
      else throw new Error(`A chain of steps does not lead to "${command.type}".`);
    }
  }
  return state;
}
