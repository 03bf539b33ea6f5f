import { hashJson } from "../graph/hash.ts";
import type { NodeId } from "../graph/ids.ts";
import type { GraphSettings } from "../graph/schema.ts";
import { strictest } from "../node/autonomy.ts";
import { lenientConfig } from "../node/catalog.ts";
import type { JsonSchema, ToolDescription } from "../node/define.ts";
import { listItem, type Port, type PortType } from "../node/ports.ts";
import type { References } from "../node/references.ts";
import { toolNameOf } from "../node/tool-name.ts";
import type { ToolOffer } from "../node/tool-offer.ts";
import type { ResolvedNode } from "./resolved-node.ts";

/** Models take names of up to 64 letters, digits, `_` and `-`. */
const NAME_LENGTH = 56;

interface Known {
  references: References;
  settings: Pick<GraphSettings, "autonomy">;
  /** Whether a node calls others in turn. */
  isCaller?: (node: NodeId) => boolean;
}

/** Describes nodes to the one that may call them. */
export function describeTools(nodes: readonly ResolvedNode[], { references, settings, isCaller }: Known): ToolOffer[] {
  const names = new Set<string>();
  return nodes.map((resolved) => {
    const { node, definition, config } = resolved;
    const parsed = lenientConfig(definition, config);
    const own = describe(resolved, { config: parsed, references });
    const name = unusedName(node.label, names);
    names.add(name);
    const wishes = [node.policy?.tool?.autonomy, settings.autonomy].filter((wish) => wish !== undefined);
    const about = definition.references?.(parsed).map((key) => references[key] ?? null) ?? [];
    return {
      node: node.id,
      name,
      title: node.label,
      description: node.policy?.tool?.description ?? own.description ?? definition.description,
      input: own.input ?? inputSchemaOf(resolved.ports.inputs),
      effect: isCaller?.(node.id) ? "write" : offeredEffect(resolved, { config: parsed, references }),
      ...(wishes.length > 0 && { autonomy: strictest(...wishes) }),
      hash: hashJson({ type: node.type, version: definition.version, config, about }),
      ...(own.about !== undefined && { about: own.about }),
    };
  });
}

function describe({ definition }: ResolvedNode, { config, references }: { config: Record<string, unknown>; references: References }): ToolDescription {
  if (typeof definition.tool !== "function") return {};
  return definition.tool(config, references);
}

/** What a called graph does is not known (nor what an agent does with its tools): whoever asks before writes asks before it. */
function offeredEffect({ definition }: ResolvedNode, { config, references }: { config: Record<string, unknown>; references: References }): ToolOffer["effect"] {
  if (definition.role === "call") return "write";
  return typeof definition.effect === "function" ? definition.effect(config, references) : definition.effect;
}

function unusedName(label: string, names: ReadonlySet<string>): string {
  const plain = toolNameOf(label, NAME_LENGTH);
  const base = plain === "" ? "tool" : plain;
  if (!names.has(base)) return base;
  for (let number = 2; ; number++) if (!names.has(`${base}_${number}`)) return `${base}_${number}`;
}

/** Arguments as the ports take them. */
function inputSchemaOf(inputs: Record<string, Port>): JsonSchema {
  const properties = Object.entries(inputs).map(
    ([name, port]) => [name, withWords(port.many ? { type: "array", items: schemaOf(port.type) } : schemaOf(port.type), port)] as const,
  );
  const required = Object.entries(inputs).flatMap(([name, port]) => (port.optional ? [] : [name]));
  return { type: "object", properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) };
}

function withWords(schema: JsonSchema, { title, description }: Port): JsonSchema {
  return { ...schema, ...(title !== undefined && { title }), ...(description !== undefined && { description }) };
}

function schemaOf(type: PortType): JsonSchema {
  const item = listItem(type);
  if (item) return { type: "array", items: schemaOf(item) };
  if (type === "text") return { type: "string" };
  if (type === "number" || type === "boolean") return { type };
  return {};
}
