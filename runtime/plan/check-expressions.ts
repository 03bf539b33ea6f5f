import { checkTemplate } from "../expression/check-template.ts";
import { parseTemplate } from "../expression/parse-template.ts";
import { referencesOf } from "../expression/references.ts";
import type { NodeId } from "../graph/ids.ts";
import { configSchemaOf } from "../node/catalog.ts";
import type { Ports, PortType } from "../node/ports.ts";
import type { Problem } from "./problems.ts";
import type { ResolvedNode } from "./resolved-node.ts";
import { findTemplates } from "./templates.ts";

type Scope = { inputs: Record<string, PortType>; nodes: Record<string, Record<string, PortType>> };

/** Checks every `{{ … }}` and notes which nodes it reads (`reads`). `nodes` are those that run: nothing can be read of the others. */
export function checkExpressions(nodes: readonly ResolvedNode[], problems: Problem[]): void {
  const outputs: Scope["nodes"] = {};
  for (const { node, ports } of nodes) outputs[node.id] = types(ports.outputs);
  for (const resolved of nodes) {
    const reads = new Set<NodeId>();
    for (const text of findTemplates(configSchemaOf(resolved.definition), resolved.config)) {
      const report = (message: string) => problems.push({ code: "expression", severity: "error", node: resolved.node.id, path: text.path, message });
      const parsed = parseTemplate(text.source);
      if (!parsed.ok) {
        report(parsed.problem.message);
        continue;
      }
      for (const problem of checkTemplate(parsed.template, { inputs: types(resolved.ports.inputs), nodes: outputs })) report(problem.message);
      for (const { node } of referencesOf(parsed.template).nodes) {
        if (Object.hasOwn(outputs, node)) reads.add(node as NodeId);
      }
    }
    resolved.reads = [...reads].sort();
  }
}

function types(ports: Ports["inputs"]): Record<string, PortType> {
  return Object.fromEntries(Object.entries(ports).map(([name, { type }]) => [name, type]));
}
