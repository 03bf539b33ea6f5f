import type { StoredValues } from "../../graph/stored-value.ts";
import type { PlanNode } from "../../plan/plan.ts";
import type { IterationPath } from "../../run/events.ts";
import { givenValues, outputsOf, sourceRun, sourceValue } from "../../run/node-runs.ts";
import { nodeKey, type RunState } from "../../run/run-state.ts";

/** Values by port, all of which are inline. */
export function plainValues(values: StoredValues): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([port, value]) => [port, value.type === "inline" ? value.value : value]));
}

/** What a started node run gets by its inputs. */
export function pickInputs(state: RunState, planNode: PlanNode, path: IterationPath): Record<string, unknown> {
  const key = nodeKey(planNode.id, path);
  const first = planNode.join === "first" ? state.readiness.get(key)?.first : undefined;
  const inputs = Object.entries(planNode.inputs).flatMap(([name, input]) => {
    const sources = first ? input.sources.filter(({ node, port }) => node === first.node && port === first.port) : input.sources;
    const values = sources.flatMap((source) => {
      const value = sourceValue(state, source, path);
      return value?.type === "inline" ? [value.value] : [];
    });
    return values.length > 0 ? [[name, input.many ? values : values[0]] as const] : [];
  });
  const item = path.length > planNode.depth ? plainValues(state.scopes.get(key)?.given ?? {}) : {};
  return { ...Object.fromEntries(inputs), ...item };
}

/** What its expressions read. */
export function pickNodes(state: RunState, planNode: PlanNode, path: IterationPath): Record<string, Record<string, unknown> | null> {
  const read = (node: PlanNode["reads"][number]) => {
    const isAround = state.plan.nodes[node]?.gives !== undefined && isContainerOf(state, node, planNode);
    const values = plainValues(isAround ? givenValues(state, node, path) : outputsOf(sourceRun(state, node, path)));
    return Object.keys(values).length > 0 ? values : null;
  };
  return Object.fromEntries(planNode.reads.map((node) => [node, read(node)]));
}

function isContainerOf(state: RunState, container: string, planNode: PlanNode): boolean {
  for (let parent = planNode.parent; parent; parent = state.plan.nodes[parent]?.parent) if (parent === container) return true;
  return false;
}
