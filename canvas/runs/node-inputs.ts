import type { NodeId } from "#runtime/graph/ids.ts";
import { nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { StoredValue } from "#runtime/run/values.ts";

/** What one edge brought to an input, and where from. */
export interface InputSource {
  edge: string;
  node: NodeId;
  label: string;
  port: string;
  /** Absent: nothing came, or not yet. */
  value: StoredValue | undefined;
}

export interface NodeInput {
  port: string;
  sources: readonly InputSource[];
}

/** What came to a node's inputs: the plan tells who feeds them, the state what those yielded. Inputs nothing is wired to are left out. */
export function nodeInputs(state: RunState, node: NodeId): NodeInput[] {
  const planned = Object.entries(state.plan.nodes[node]?.inputs ?? {});
  return planned.flatMap(([port, { sources }]) => (sources.length > 0 ? [{ port, sources: sources.map((source) => inputSource(state, source)) }] : []));
}

function inputSource(state: RunState, { edge, node, port }: { edge: string; node: NodeId; port: string }): InputSource {
  const run = state.nodes.get(nodeKey(node, []));
  const value = run && "outputs" in run && Object.hasOwn(run.outputs, port) ? run.outputs[port] : undefined;
  return { edge, node, port, label: state.plan.nodes[node]?.label ?? node, value };
}
