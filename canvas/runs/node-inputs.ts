import type { NodeId } from "#runtime/graph/ids.ts";
import type { StoredValue } from "#runtime/graph/stored-value.ts";
import type { PlanSource } from "#runtime/plan/plan.ts";
import type { IterationPath } from "#runtime/run/events.ts";
import { nodeKey } from "#runtime/run/run-state.ts";
import type { KnownRun } from "./iterations-view.ts";

/** What one edge brought to an input, and where from. */
export interface InputSource {
  edge: string;
  /** Where from, in words. */
  from: string;
  /** Absent: nothing came, or not yet. */
  value: StoredValue | undefined;
}

export interface NodeInput {
  port: string;
  sources: readonly InputSource[];
}

/** What came to a node run's inputs: the plan tells who feeds them, the log what those yielded. Inputs without a source are left out. */
export function nodeInputs(view: KnownRun, node: NodeId, path: IterationPath = []): NodeInput[] {
  const planNode = view.state?.plan.nodes[node];
  const fixed = view.state?.origin?.fixed[node] ?? {};
  const item = planNode && path.length > (planNode.depth ?? 0) ? iterationValues(view, node, path) : {};
  return Object.entries(planNode?.inputs ?? {}).flatMap(([port, { sources }]): NodeInput[] => {
    if (Object.hasOwn(item, port)) return [{ port, sources: [{ edge: port, from: "this item", value: item[port] }] }];
    if (Object.hasOwn(fixed, port)) return [{ port, sources: [{ edge: port, from: "set for this run", value: fixed[port] }] }];
    return sources.length > 0 ? [{ port, sources: sources.map((source) => inputSource(view, source, path)) }] : [];
  });
}

function inputSource(view: KnownRun, { edge, node, port, given }: PlanSource, path: IterationPath): InputSource {
  const planNode = view.state?.plan.nodes[node];
  const depth = planNode?.depth ?? 0;
  const run = view.state?.nodes.get(nodeKey(node, path.slice(0, depth)));
  const values = given ? iterationValues(view, node, path.slice(0, depth + 1)) : run && "outputs" in run ? run.outputs : {};
  return { edge, from: `from ${planNode?.label ?? node}`, value: Object.hasOwn(values, port) ? values[port] : undefined };
}

/** What an iteration was given, by its path. */
function iterationValues({ record }: KnownRun, container: NodeId, path: IterationPath) {
  const index = path.at(-1);
  return (index === undefined ? undefined : record.iterations.get(nodeKey(container, path.slice(0, -1)))?.get(index))?.given ?? {};
}
