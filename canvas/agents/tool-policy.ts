import type { Edits } from "#runtime/graph/edits.ts";
import type { GraphNode, NodePolicy } from "#runtime/graph/schema.ts";

type ToolPolicy = NonNullable<NodePolicy["tool"]>;

/** Changes what holds for a node as a tool; what is undefined is taken away, and nothing of it is left when nothing is said any more. */
export function changeToolPolicy(
  edits: Edits | undefined,
  { id, policy }: GraphNode,
  change: { [Part in keyof ToolPolicy]?: ToolPolicy[Part] | undefined },
): void {
  const { tool, ...others } = policy ?? {};
  const said = Object.entries({ ...tool, ...change }).filter(([, value]) => value !== undefined && value !== "");
  edits?.setPolicy(id, said.length > 0 ? { ...others, tool: Object.fromEntries(said) } : others);
}
