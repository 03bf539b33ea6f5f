import { budgetOf } from "#runtime/graph/budget.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { type Catalog, lenientConfig } from "#runtime/node/catalog.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { HINT } from "#runtime/node/fields.ts";
import type { Plan } from "#runtime/plan/plan.ts";

/** Where a form begins a run, and what it asks for. */
export interface FormEntry {
  /** Absent: the graph has no entry, and is asked for nothing. */
  entry?: NodeId;
  schema: JsonSchema;
  /** Fields that hold a file. */
  files: string[];
  /** Dollars that its graph lets a run cost before it asks; absent: no limit. */
  dollars?: number | undefined;
}

/** The first entry that a person can begin at; a text says why there is none. */
export function formEntryOf({ order, nodes, settings }: Plan, catalog: Catalog): FormEntry | string {
  const { dollars } = budgetOf(settings);
  const entries = order.flatMap((id) => nodes[id] ?? []).filter(({ role, disabled }) => role === "entry" && !disabled);
  if (entries.length === 0) return { schema: { type: "object", properties: {} }, files: [], dollars };
  for (const { id, type, config } of entries) {
    const definition = catalog.get(type);
    if (!definition || definition.trigger !== undefined) continue;
    const schema = definition.input?.(lenientConfig(definition, config)) ?? { type: "object", properties: {} };
    const files = Object.entries(objectOf(schema.properties)).flatMap(([name, field]) => (holdsFile(field) ? [name] : []));
    return { entry: id, schema, files, dollars };
  }
  return "The published revision begins at calls from outside only. Add a start that asks for what the form needs, and publish.";
}

function holdsFile(field: Json): boolean {
  const own = objectOf(field);
  return objectOf(own[HINT]).file !== undefined || objectOf(objectOf(own.items)[HINT]).file !== undefined;
}

function objectOf(value: Json | undefined): JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
