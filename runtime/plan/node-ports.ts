import type { NodePolicy } from "../graph/schema.ts";
import { lenientConfig, portsOf } from "../node/catalog.ts";
import type { NodeDefinition, RawConfig } from "../node/define.ts";
import { FAILURE_PORT, listOf, type Port, type Ports, port, TOOL_PORT } from "../node/ports.ts";
import type { References } from "../node/references.ts";

/** The ports of a node as its config and its policy make them: a failure port where it branches, lists in item mode, and one to be a tool by. */
export function nodePorts(definition: NodeDefinition, node: { config: RawConfig; policy?: NodePolicy | undefined }, references: References): Ports {
  const ports = portsOf(definition, node.config, references);
  const { inputs, outputs } = node.policy?.eachItemOf === undefined ? ports : inItemMode(ports, node.policy.eachItemOf);
  return {
    inputs,
    outputs: {
      ...outputs,
      ...(node.policy?.onFailure === "branch" && { [FAILURE_PORT]: port.json({ title: "Failure" }) }),
      ...(definition.tool && { [TOOL_PORT]: port.tool({ title: "Tool", description: "Wire it to an agent, which calls it when it sees fit." }) }),
    },
  };
}

function inItemMode({ inputs, outputs }: Ports, eachItemOf: string): Ports {
  const list = (item: Port): Port => ({ ...item, type: listOf(item.type) });
  const items = inputs[eachItemOf];
  // an item that is missing would leave nothing to go through
  return {
    inputs: items ? { ...inputs, [eachItemOf]: { ...list(items), optional: false, many: false } } : inputs,
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, list(output)])),
  };
}

export interface Body {
  gives: Record<string, Port>;
  takes: Record<string, Port>;
}

/** What a container gives to its body and takes from it; undefined for other nodes. */
export function bodyOf(definition: NodeDefinition, config: RawConfig, references: References): Body | undefined {
  if (definition.role !== "each" && definition.role !== "loop") return undefined;
  try {
    return definition.body?.(lenientConfig(definition, config), references) ?? { gives: {}, takes: {} };
  } catch {
    return { gives: {}, takes: {} };
  }
}
