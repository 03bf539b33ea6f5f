import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { configSchemaOf, fieldHint } from "#runtime/node/catalog.ts";
import type { JsonSchema, NodeDefinition } from "#runtime/node/define.ts";

/** Where in a node a text is: its name, or somewhere in a config field. */
export type Place = { type: "label" } | { type: "field"; field: string; path: readonly (string | number)[] };

/** A text that can be searched. */
export interface SearchedText {
  node: NodeId;
  place: Place;
  /** What people call that place. */
  title: string;
  text: string;
  /** Why it cannot be changed by its letters: it is one of a few values, or stands for something else. */
  fixed: boolean;
}

const cache = new WeakMap<GraphNode, readonly SearchedText[]>();

/** The texts of a node: its name first, then its config in the order of its form. Made once for each node. */
export function searchedTexts(node: GraphNode): readonly SearchedText[] {
  const known = cache.get(node);
  if (known) return known;
  const made = makeTexts(node);
  cache.set(node, made);
  return made;
}

/** The same place of the same node has the same key. */
export function placeKey({ node, place }: Pick<SearchedText, "node" | "place">): string {
  return place.type === "label" ? `${node} label` : `${node} ${JSON.stringify([place.field, ...place.path])}`;
}

function makeTexts(node: GraphNode): readonly SearchedText[] {
  const definition = catalog.get(node.type);
  const texts: SearchedText[] = [{ node: node.id, place: { type: "label" }, title: "Name", text: node.label, fixed: false }];
  const properties = (definition ? (configSchemaOf(definition).properties ?? {}) : {}) as Record<string, JsonSchema>;
  const order = [...new Set([...Object.keys(properties), ...Object.keys(node.config)])];
  for (const field of order) {
    const value = node.config[field];
    if (value === undefined) continue;
    const isFixed = definition !== undefined && (isReference(definition, field) || Array.isArray(properties[field]?.enum));
    const title = titleOf(properties[field], field);
    for (const { path, text } of stringsIn(value)) {
      // the id of a record is nobody's text
      if (path.length === 2 && path[1] === "id" && typeof path[0] === "number") continue;
      texts.push({ node: node.id, place: { type: "field", field, path }, title: [title, ...path.map(partTitle)].join(" › "), text, fixed: isFixed });
    }
  }
  return texts;
}

/** Whether the text of a field is an id or a name of something outside the graph. */
function isReference(definition: NodeDefinition, field: string): boolean {
  const { connection, credential, graph, toolOf } = fieldHint(definition, field);
  return connection !== undefined || credential === true || graph === true || toolOf !== undefined;
}

function titleOf(schema: JsonSchema | undefined, field: string): string {
  if (typeof schema?.title === "string" && schema.title !== "") return schema.title;
  return field.charAt(0).toUpperCase() + field.slice(1);
}

function partTitle(part: string | number): string {
  return typeof part === "number" ? String(part + 1) : part;
}

/** Deep enough for any config; what is deeper is left alone. */
const MOST_DEPTH = 20;

function* stringsIn(value: Json, path: readonly (string | number)[] = []): Iterable<{ path: readonly (string | number)[]; text: string }> {
  if (typeof value === "string") {
    if (value !== "") yield { path, text: value };
  } else if (path.length >= MOST_DEPTH || typeof value !== "object" || value === null) return;
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* stringsIn(item, [...path, index]);
  else for (const [key, member] of Object.entries(value)) yield* stringsIn(member, [...path, key]);
}
