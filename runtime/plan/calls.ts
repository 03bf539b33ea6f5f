import type { NodeId } from "../graph/ids.ts";
import type { Handoff } from "../node/tool-offer.ts";
import type { SoundEdges } from "./check-edges.ts";
import type { Problem } from "./problems.ts";
import type { ResolvedNode } from "./resolved-node.ts";

/** Who calls whom: by `tool` edges, or as the node whose members these are. */
export interface Calls {
  /** Nodes that are called, and so not scheduled. */
  callables: ReadonlyMap<NodeId, ResolvedNode>;
  /** Those that one node may call: tools in edge order, members by id. */
  of(caller: NodeId): readonly ResolvedNode[];
  handoffs: readonly Handoff[];
}

/** Finds the nodes that are called instead of scheduled, and reports those that are wired or placed as if they were both. */
export function findCalls(nodes: readonly ResolvedNode[], { data, links }: SoundEdges, problems: Problem[]): Calls {
  const byId = new Map(nodes.map((resolved) => [resolved.node.id, resolved]));
  const called = new Map<NodeId, ResolvedNode[]>();
  const callers = new Map<NodeId, { caller: ResolvedNode; resolved: ResolvedNode }>();
  const note = (caller: ResolvedNode, resolved: ResolvedNode) => {
    called.set(caller.node.id, [...(called.get(caller.node.id) ?? []), resolved]);
    callers.set(resolved.node.id, { caller, resolved });
  };
  for (const { kind, source, target } of links) {
    const [tool, caller] = [byId.get(source.node), byId.get(target.node)];
    if (kind === "tool" && tool && caller && !tool.node.disabled) note(caller, tool);
    // a tool that is switched off is nobody's: it is not scheduled either
    else if (kind === "tool" && tool && caller) callers.set(tool.node.id, { caller, resolved: tool });
  }
  for (const resolved of [...nodes].sort((left, right) => (left.node.id < right.node.id ? -1 : 1))) {
    const crew = resolved.node.parent === undefined ? undefined : byId.get(resolved.node.parent);
    if (!crew?.definition.hasMembers || callers.has(resolved.node.id)) continue;
    if (!resolved.definition.tool)
      report(resolved, `"${crew.node.label}" calls what is inside it, and this cannot be called. Move it out, or wire it to an agent as a tool.`, problems);
    else if (resolved.node.disabled) callers.set(resolved.node.id, { caller: crew, resolved });
    else note(crew, resolved);
  }
  const wired = new Map(data.flatMap(({ edge: { source, target } }) => [[source.node, target.node] as const, [target.node, source.node] as const]));
  for (const { caller, resolved } of callers.values()) {
    const { node, body } = resolved;
    const role = caller.definition.hasMembers ? "a member" : "a tool";
    if (wired.has(node.id))
      report(resolved, `This is ${role} of "${caller.node.label}", which gives it its inputs. Remove the other wires, or use a second node.`, problems);
    if (body) report(resolved, `A container cannot be ${role}. Make it a graph of its own, and use that.`, problems);
    if (node.policy?.eachItemOf !== undefined) report(resolved, `What is called runs once for each call. Switch off that it runs for each item.`, problems);
  }
  const handoffs = links.flatMap(({ kind, source, target }): Handoff[] => (kind === "handoff" ? [{ from: source.node, to: target.node }] : []));
  for (const { from, to } of handoffs) checkHandoff({ from: callers.get(from), to: callers.get(to), node: byId.get(from) }, problems);
  return {
    callables: new Map([...callers].map(([id, { resolved }]) => [id, resolved])),
    of: (caller) => called.get(caller) ?? [],
    handoffs,
  };
}

type Called = { caller: ResolvedNode } | undefined;

function checkHandoff({ from, to, node }: { from: Called; to: Called; node: ResolvedNode | undefined }, problems: Problem[]): void {
  const isInside = from?.caller.definition.hasMembers && from.caller === to?.caller;
  if (node && !isInside) report(node, "Agents hand over to one another inside a crew. Put both into the same one, or remove the wire.", problems);
}

function report({ node }: ResolvedNode, message: string, problems: Problem[]): void {
  problems.push({ code: "tool", severity: "error", node: node.id, message });
}
