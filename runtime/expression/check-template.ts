import { listItem, type PortType } from "../node/ports.ts";
import type { TypeScope } from "./infer-name.ts";
import { inferType } from "./infer-type.ts";
import { listOf, type ValueType } from "./signature.ts";
import type { ExpressionProblem, Template } from "./template.ts";

/** The types of what an expression may read. */
export interface CheckScope {
  /** Types by input port. */
  inputs: Readonly<Record<string, PortType>>;
  /** Types by node id and output port: the nodes upstream, and no others. Must not change afterwards. */
  nodes: Readonly<Record<string, Readonly<Record<string, PortType>>>>;
  /** The type of `item`; left out where there is no loop around. */
  item?: PortType;
}

/**
 * What is certainly wrong with a template that parses: names that do not exist, and kinds that never fit. What JSON holds is
 * known only in a run, so no problem here is no promise there.
 */
export function checkTemplate(template: Template, scope: CheckScope): ExpressionProblem[] {
  const problems: ExpressionProblem[] = [];
  const types: TypeScope = {
    inputs: new Map(Object.entries(scope.inputs).map(([name, type]) => [name, valueTypeOf(type)])),
    nodes: nodeTypesOf(scope.nodes),
    item: scope.item === undefined ? undefined : valueTypeOf(scope.item),
    locals: [],
    report: (message, position) => problems.push({ message, position }),
  };
  for (const part of template.parts) {
    if (typeof part === "object") inferType(part.syntax, types);
  }
  return problems;
}

const nodeTypes = new WeakMap<CheckScope["nodes"], TypeScope["nodes"]>();

/** Made once for each record: all nodes of a container share one, and a graph of 2,000 would pay for it 2,000 times (1.6 s). */
function nodeTypesOf(nodes: CheckScope["nodes"]): TypeScope["nodes"] {
  const known = nodeTypes.get(nodes);
  if (known) return known;
  const made = new Map(Object.entries(nodes).map(([id, ports]) => [id, new Map(Object.entries(ports).map(([name, type]) => [name, valueTypeOf(type)]))]));
  nodeTypes.set(nodes, made);
  return made;
}

function valueTypeOf(type: PortType): ValueType {
  const item = listItem(type);
  if (item !== undefined) return listOf(valueTypeOf(item));
  switch (type) {
    case "text":
    case "number":
    case "boolean":
      return type;
    case "messages":
      return listOf("any");
    default:
      return "any";
  }
}
