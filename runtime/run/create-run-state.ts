import type { NodeId } from "../graph/ids.ts";
import type { Plan } from "../plan/plan.ts";
import { type NodeKey, type NodeRun, nodeKey, type Readiness, type RunState, type Successor } from "./run-state.ts";

const successorsByPlan = new WeakMap<Plan, ReadonlyMap<NodeId, readonly Successor[]>>();

/** The state before the first event: O(nodes + edges), once for each run. */
export function createRunState(plan: Plan): RunState {
  const nodes = new Map<NodeKey, NodeRun>();
  const readiness = new Map<NodeKey, Readiness>();
  const ready = new Set<NodeKey>();
  for (const id of plan.order) {
    const planNode = plan.nodes[id];
    if (!planNode || planNode.parent !== undefined) continue;
    const key = nodeKey(id, []);
    let pending = planNode.reads.length;
    for (const input of Object.values(planNode.inputs)) pending += input.sources.length;
    nodes.set(key, {
      node: id,
      path: [],
      attempt: 0,
      losses: 0,
      interruptions: 0,
      generation: 0,
      steps: {},
      answers: {},
      logs: [],
      state: "pending",
      reentry: false,
    });
    readiness.set(key, { pending, arrived: 0 });
    if (pending === 0) ready.add(key);
  }
  return {
    plan,
    successors: successorsOf(plan),
    seq: 0,
    phase: { type: "created" },
    input: null,
    nodes,
    readiness,
    ready,
    toSkip: new Set(),
    deciding: new Set(),
    running: new Set(),
    waiting: new Set(),
    unsettled: nodes.size,
    activeMs: 0,
  };
}

function successorsOf(plan: Plan): ReadonlyMap<NodeId, readonly Successor[]> {
  const known = successorsByPlan.get(plan);
  if (known) return known;
  const successors = new Map<NodeId, Successor[]>();
  const add = (source: NodeId, successor: Successor) => {
    const list = successors.get(source);
    if (list) list.push(successor);
    else successors.set(source, [successor]);
  };
  for (const id of plan.order) {
    const planNode = plan.nodes[id];
    if (!planNode) continue;
    for (const [input, { sources }] of Object.entries(planNode.inputs)) {
      for (const source of sources) add(source.node, { type: "edge", port: source.port, node: id, input });
    }
    for (const read of planNode.reads) add(read, { type: "read", node: id });
  }
  successorsByPlan.set(plan, successors);
  return successors;
}
