import { catalog } from "#nodes/catalog.data.ts";
import type { Json } from "#runtime/graph/json.ts";
import { fieldHint, lenientConfig } from "#runtime/node/catalog.ts";
import type { NodeDefinition, RawConfig } from "#runtime/node/define.ts";
import type { ReferenceKey } from "#runtime/node/references.ts";

/** A node type that calls a tool: which of its fields says of what connection, and which what tool. */
export interface ToolSlot {
  definition: NodeDefinition;
  connectionField: string;
  toolField: string;
}

/** A node type that runs another graph, and the field that says which. */
export interface GraphSlot {
  definition: NodeDefinition;
  graphField: string;
}

/** The node types that take a tool of an MCP connection, by what their fields say of themselves. */
export function toolSlots(definitions = catalog.all()): ToolSlot[] {
  return definitions.flatMap((definition) => {
    const [found] = fieldsOf(definition).flatMap((toolField) => {
      const connectionField = fieldHint(definition, toolField).toolOf;
      if (connectionField === undefined || fieldHint(definition, connectionField).connection !== "mcp") return [];
      return [{ definition, connectionField, toolField }];
    });
    return found ? [found] : [];
  });
}

/** The node types that take something of an MCP connection in a field of this name. */
export function offerSlots(field: string, definitions = catalog.all()): { definition: NodeDefinition; connectionField: string }[] {
  return definitions.flatMap((definition) => {
    const fields = fieldsOf(definition);
    const connectionField = fields.find((name) => fieldHint(definition, name).connection === "mcp");
    return connectionField !== undefined && fields.includes(field) ? [{ definition, connectionField }] : [];
  });
}

/** The node types that run a graph as one step. */
export function graphSlots(definitions = catalog.all()): GraphSlot[] {
  return definitions
    .filter(({ role }) => role === "call")
    .flatMap((definition) => {
      const graphField = fieldsOf(definition).find((field) => fieldHint(definition, field).graph === true);
      return graphField === undefined ? [] : [{ definition, graphField }];
    });
}

/** The node types with a field that says which thing of this kind they work with. */
export function thingSlots(kind: "collection" | "workflow", definitions = catalog.all()): { definition: NodeDefinition; field: string }[] {
  return definitions.flatMap((definition) => {
    const field = fieldsOf(definition).find((name) => fieldHint(definition, name)[kind] === true);
    return field === undefined ? [] : [{ definition, field }];
  });
}

function fieldsOf(definition: NodeDefinition): string[] {
  return Object.keys(definition.config.shape);
}

/** The node type as it is added with a config of its own and the name of what it does then. */
export function readyDefinition(definition: NodeDefinition, ready: { config: RawConfig; title: string; description: string }): NodeDefinition {
  const initial: Record<string, Json> = { ...(definition.initial as RawConfig | undefined), ...ready.config };
  return { ...definition, title: ready.title, description: ready.description, initial };
}

/** What a node with this config depends on outside the graph. */
export function referenceKeysOf(definition: NodeDefinition, config: RawConfig): ReferenceKey[] {
  try {
    return definition.references?.(lenientConfig(definition, config)) ?? [];
  } catch {
    return [];
  }
}
