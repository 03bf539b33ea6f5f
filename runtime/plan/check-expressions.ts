import { checkTemplate } from "../expression/check-template.ts";
import { parseTemplate } from "../expression/parse-template.ts";
import { referencesOf } from "../expression/references.ts";
import type { NodeId } from "../graph/ids.ts";
import { configSchemaOf } from "../node/catalog.ts";
import { listItem, type Ports, type PortType } from "../node/ports.ts";
import { containerOf } from "./containers.ts";
import type { Problem } from "./problems.ts";
import type { ResolvedNode } from "./resolved-node.ts";
import { findTemplates } from "./templates.ts";

type Scope = { inputs: Record<string, PortType>; nodes: Record<string, Record<string, PortType>> };

/** Checks every `{{ … }}` and notes which nodes it reads (`reads`). `nodes` are those that run: nothing can be read of the others. */
export function checkExpressions(nodes: readonly ResolvedNode[], problems: Problem[]): void {
  const visible = visibleOutputs(nodes);
  for (const resolved of nodes) {
    const outputs = visible(resolved);
    const inputs = visibleInputs(resolved);
    const reads = new Set<NodeId>();
    for (const text of findTemplates(configSchemaOf(resolved.definition), resolved.config)) {
      const report = (message: string) => problems.push({ code: "expression", severity: "error", node: resolved.node.id, path: text.path, message });
      const parsed = parseTemplate(text.source);
      if (!parsed.ok) {
        report(parsed.problem.message);
        continue;
      }
      for (const problem of checkTemplate(parsed.template, { inputs, nodes: outputs })) report(problem.message);
      for (const { node } of referencesOf(parsed.template).nodes) {
        if (Object.hasOwn(outputs, node)) reads.add(node as NodeId);
      }
    }
    resolved.reads = [...reads].sort();
  }
}

/** What the nodes of one container may read: nodes in it and in those around it, and what these give. Made once for each container. */
function visibleOutputs(nodes: readonly ResolvedNode[]): (of: ResolvedNode) => Scope["nodes"] {
  const byId = new Map(nodes.map((resolved) => [resolved.node.id, resolved]));
  const inside = Map.groupBy(nodes, containerOf);
  const known = new Map<NodeId | undefined, Scope["nodes"]>();
  const visible = (container: NodeId | undefined): Scope["nodes"] => {
    const made = known.get(container);
    if (made) return made;
    const around = container === undefined ? undefined : byId.get(container);
    const outputs: Scope["nodes"] = around ? { ...visible(containerOf(around)) } : {};
    for (const { node, ports } of inside.get(container) ?? []) outputs[node.id] = types(ports.outputs);
    if (around) outputs[around.node.id] = types(around.body?.gives ?? {});
    known.set(container, outputs);
    return outputs;
  };
  return (of) => visible(containerOf(of));
}

/** A node in item mode sees one item. */
function visibleInputs({ node, ports }: ResolvedNode): Record<string, PortType> {
  const inputs = types(ports.inputs);
  const eachItemOf = node.policy?.eachItemOf;
  const item = eachItemOf !== undefined && Object.hasOwn(inputs, eachItemOf) ? listItem(inputs[eachItemOf] ?? "any") : undefined;
  return eachItemOf !== undefined && item ? { ...inputs, [eachItemOf]: item } : inputs;
}

function types(ports: Ports["inputs"]): Record<string, PortType> {
  return Object.fromEntries(Object.entries(ports).map(([name, { type }]) => [name, type]));
}
