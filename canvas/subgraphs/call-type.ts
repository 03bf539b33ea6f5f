import { catalog } from "#nodes/catalog.data.ts";
import { type GraphId, graphIdSchema } from "#runtime/graph/ids.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { configSchemaOf, fieldHint } from "#runtime/node/catalog.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";

/** The config field of a node type that names another graph; undefined for types that call none. */
export function graphFieldOf(definition: NodeDefinition): string | undefined {
  return Object.keys(definition.config.shape).find((field) => fieldHint(definition, field).graph === true);
}

/** The node type that runs another graph as one step. */
export function callType(): { definition: NodeDefinition; field: string } | undefined {
  for (const definition of catalog.all()) {
    const field = definition.role === "call" ? graphFieldOf(definition) : undefined;
    if (field !== undefined) return { definition, field };
  }
  return undefined;
}

/** The graph that a node calls; undefined for nodes that call none, or none yet. */
export function calledGraph(node: GraphNode): GraphId | undefined {
  const definition = catalog.get(node.type);
  const field = definition?.role === "call" ? graphFieldOf(definition) : undefined;
  return field === undefined ? undefined : graphIdSchema.safeParse(node.config[field]).data;
}

/** The node type at which a person or another graph begins a run, and the list of what it asks for. */
export function entryType(): { definition: NodeDefinition; field: string } | undefined {
  for (const definition of catalog.all()) {
    if (definition.role !== "entry" || definition.trigger !== undefined || !definition.input) continue;
    const field = Object.keys(definition.config.shape).find((each) => fieldHint(definition, each).layout === "records");
    if (field !== undefined) return { definition, field };
  }
  return undefined;
}

const PROBE = "probe";

/** The node type that hands a value out of a run: the input it takes, and the field that names what it gives. */
export function exitType(): { definition: NodeDefinition; input: string; field: string } | undefined {
  for (const definition of catalog.all()) {
    if (definition.role !== "exit") continue;
    const field = Object.keys(definition.config.shape).find((each) => {
      const config = definition.config.safeParse({ [each]: PROBE });
      return config.success && Object.hasOwn(definition.ports(config.data, {}).outputs, PROBE);
    });
    const config = field === undefined ? undefined : definition.config.safeParse({ [field]: PROBE });
    const [input] = config?.success ? Object.keys(definition.ports(config.data, {}).inputs) : [];
    if (field !== undefined && input !== undefined) return { definition, input, field };
  }
  return undefined;
}

/** The values a member of the records of a list may have, in the schema's order: the types an entry can ask for. */
export function recordChoices(definition: NodeDefinition, field: string, member: string): readonly string[] {
  const properties = memberOf(configSchemaOf(definition), "properties");
  const choices = memberOf(memberOf(memberOf(memberOf(memberOf(properties, field), "items"), "properties"), member), "enum");
  return Array.isArray(choices) ? choices.filter((choice) => typeof choice === "string") : [];
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
