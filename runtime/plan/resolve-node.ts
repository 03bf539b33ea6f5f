import { pointer } from "../graph/json.ts";
import type { GraphNode } from "../graph/schema.ts";
import { type Catalog, lenientConfig } from "../node/catalog.ts";
import type { NodeDefinition, RawConfig } from "../node/define.ts";
import type { References } from "../node/references.ts";
import { bodyOf, nodePorts } from "./node-ports.ts";
import type { Problem } from "./problems.ts";
import type { ResolvedNode } from "./resolved-node.ts";

/** A node with what the catalog says of it; undefined where that cannot be told, which is reported. */
export function resolveNode(node: GraphNode, given: { catalog: Catalog; references: References }, problems: Problem[]): ResolvedNode | undefined {
  const at = { severity: "error", node: node.id } as const;
  const definition = given.catalog.get(node.type);
  if (!definition) {
    problems.push({ ...at, code: "unknown-node-type", message: `There is no node type "${node.type}" here. Replace the node, or install what brings it.` });
    return undefined;
  }
  const migrated = migrate(node, definition, problems);
  if (!migrated) return undefined;
  const parsed = definition.config.safeParse(migrated);
  for (const issue of parsed.success ? [] : parsed.error.issues) {
    problems.push({ ...at, code: "config", path: pointer(issue.path), message: issue.message });
  }
  const config = lenientConfig(definition, migrated);
  if (parsed.success) {
    for (const found of definition.check?.(config, given.references) ?? []) problems.push({ ...at, code: "incomplete", ...found });
  }
  let isUnresolved = false;
  for (const key of definition.references?.(config) ?? []) {
    const reference = given.references[key];
    isUnresolved ||= reference === undefined || reference.kind === "missing";
    if (!reference) problems.push({ ...at, code: "reference-pending", severity: "warning", message: "What this node depends on is still being looked up." });
    else if (reference.kind === "missing") problems.push({ ...at, code: "reference", message: reference.reason });
  }
  const settings = { config: migrated, policy: node.policy };
  const ports = nodePorts(definition, settings, given.references);
  checkItemMode({ node, definition, ports }, problems);
  const body = bodyOf(definition, migrated, given.references);
  return { node, definition, config: migrated, ports, ...(body && { body }), isUnresolved, reads: [], around: [] };
}

function migrate(node: GraphNode, definition: NodeDefinition, problems: Problem[]): RawConfig | undefined {
  const at = { severity: "error", node: node.id } as const;
  if (node.version > definition.version) {
    problems.push({
      ...at,
      code: "newer-node-version",
      message: `This node was made by a newer Heddle (version ${node.version}, here ${definition.version}). Upgrade to run it.`,
    });
    return undefined;
  }
  let config: RawConfig = node.config;
  for (let version = node.version; version < definition.version; version++) {
    try {
      const step = definition.migrations?.[version];
      if (step) config = step(config);
    } catch {
      problems.push({
        ...at,
        code: "migration-failed",
        message: `The settings of version ${version} could not be brought to version ${definition.version}. Set the node up again.`,
      });
      return undefined;
    }
  }
  return config;
}

function checkItemMode({ node, definition, ports }: Pick<ResolvedNode, "node" | "definition" | "ports">, problems: Problem[]): void {
  const input = node.policy?.eachItemOf;
  if (input === undefined) return;
  const report = (message: string) => problems.push({ code: "item-mode", severity: "error", node: node.id, path: "/eachItemOf", message });
  if (definition.role !== "step" && definition.role !== "call")
    report("Only a step runs once for each item. Switch it off here, or put the node into a for-each.");
  else if (!Object.hasOwn(ports.inputs, input)) report(`It is to run once for each item of "${input}", which is none of its inputs. Choose another.`);
}
