import * as Y from "yjs";
import type { z } from "zod";
import type { GraphDocument } from "#runtime/graph/document.ts";
import { graphEdgeSchema, graphNodeSchema, graphSchema, graphSettingsSchema } from "#runtime/graph/schema.ts";
import { storedValuesSchema } from "#runtime/graph/stored-value.ts";
import { checkKey, checkLength, checkValue } from "./check-value.ts";
import { DOCUMENT_LIMITS } from "./limits.ts";
import { malformed, overLimit } from "./verdict.ts";

const ORDER = /^[0-9A-Za-z]{0,200}$/;
/**
 * Undoing what somebody else has changed since can take a label or a position away (9 times in 80,000 random edits of three people), so that a
 * node may lack what people change. Readers put something in its place.
 */
const nodeSchema = graphNodeSchema.partial({ version: true, label: true, position: true });
const about = { format: graphSchema.shape.format, name: graphSchema.shape.name, description: graphSchema.shape.description, settings: graphSettingsSchema };

/**
 * Checks the records an update touched: their shape, not what they say together. Node types nobody knows and edges to nowhere pass, since
 * honest edits can leave them behind. Throws RefusedError.
 */
export function checkTouched(document: GraphDocument, changed: ReadonlyMap<unknown, ReadonlySet<string | null>>): void {
  const nodes = new Set<string>();
  const edges = new Set<string>();
  const sets = new Map<unknown, Set<string>>([
    [document.nodes, nodes],
    [document.edges, edges],
  ]);
  for (const [type, keys] of changed) {
    const [root, id] = placeOf(type);
    const ids = sets.get(root);
    if (!ids) continue;
    if (id !== undefined) ids.add(id);
    else for (const key of keys) if (key !== null) ids.add(key);
  }
  if (changed.has(document.graph)) checkAbout(document.graph);
  const pinned = changed.get(document.pins);
  if (pinned) for (const [node, pin] of entriesOf(document.pins)) if (pinned.has(node)) checkPin(node, pin);
  if (changed.has(document.nodes)) checkCount(document.nodes, DOCUMENT_LIMITS.nodes, "nodes");
  if (changed.has(document.edges)) checkCount(document.edges, DOCUMENT_LIMITS.edges, "edges");
  for (const id of nodes) if (document.nodes.has(id)) checkNode(id, document.nodes.get(id));
  for (const id of edges) if (document.edges.has(id)) checkEdge(id, document.edges.get(id));
}

/** The root a type is in, and the key below it. */
function placeOf(type: unknown): [root: unknown, id: string | undefined] {
  let current = type;
  let id: string | undefined;
  while (current instanceof Y.AbstractType && current._item) {
    id = current._item.parentSub ?? undefined;
    current = current._item.parent;
  }
  return [current, id];
}

function checkCount(map: Y.Map<Y.Map<unknown>>, limit: number, what: string): void {
  let count = 0;
  for (const item of map._map.values()) if (!item.deleted) count++;
  entriesOf(map);
  if (count > limit) throw overLimit(`A document holds at most ${limit} ${what}.`);
}

function checkAbout(map: Y.Map<unknown>): void {
  for (const [key, value] of entriesOf(map)) {
    if (!Object.hasOwn(about, key)) throw malformed(`A graph has no member "${key}".`);
    check(about[key as keyof typeof about], value instanceof Y.Text ? textOf(value).toString() : value, key);
  }
}

function checkNode(id: string, value: unknown): void {
  const members = Object.fromEntries(entriesOf(asMap(value, `The node ${id}`)));
  const config = entriesOf(asMap(members.config, `The config of ${id}`)).map(([field, member]) => [field, fieldOf(member, 1)]);
  check(nodeSchema, { id, ...members, config: Object.fromEntries(config) }, `The node ${id}`);
}

function checkEdge(id: string, value: unknown): void {
  check(graphEdgeSchema, { id, ...Object.fromEntries(entriesOf(asMap(value, `The edge ${id}`))) }, `The edge ${id}`);
}

/** A pin is a run's result: as a run gives it, or it would be worth nothing to one. */
function checkPin(node: string, pin: unknown): void {
  checkValue(pin);
  check(storedValuesSchema, pin, `The pin of ${node}`);
}

/** What stands for a config field while its node is checked: itself when it is plain, else nothing more than its kind. */
function fieldOf(value: unknown, depth: number): unknown {
  if (value instanceof Y.Text) {
    textOf(value);
    return "";
  }
  if (!(value instanceof Y.Map)) return value;
  if (depth > DOCUMENT_LIMITS.depth) throw overLimit(`A value is nested deeper than ${DOCUMENT_LIMITS.depth} levels.`);
  for (const [id, record] of entriesOf(value)) {
    for (const [key, member] of entriesOf(asMap(record, `The record ${id}`))) {
      if (key === "order" && !(typeof member === "string" && ORDER.test(member))) throw malformed(`The record ${id} has no sound order key.`);
      checkValue(fieldOf(member, depth + 2));
    }
  }
  return [];
}

function textOf(text: Y.Text): Y.Text {
  if (text._map.size > 0) throw malformed("A text has attributes.");
  for (let item = text._start; item; item = item.right) {
    if (!item.deleted && !(item.content instanceof Y.ContentString)) throw malformed("A text holds something else than text.");
  }
  checkLength(text.length);
  return text;
}

function asMap(value: unknown, what: string): Y.Map<unknown> {
  if (value instanceof Y.Map) return value;
  throw malformed(`${what} is not a map.`);
}

/** The members of a map; refuses one that also holds what no reader would show: a list, or several values in one place. */
function entriesOf<T>(map: Y.Map<T>): [string, unknown][] {
  if (map._start !== null) throw malformed("A map holds a list.");
  for (const [key, item] of map._map) {
    if (item.deleted) continue;
    checkKey(key);
    if (item.length !== 1) throw malformed("A member has several values.");
  }
  return [...map.entries()];
}

function check(schema: z.ZodType, value: unknown, what: string): void {
  const parsed = schema.safeParse(value);
  if (parsed.success) return;
  const { issues } = parsed.error;
  const reason = `${what}: ${issues[0]?.path.join("/") ?? ""} ${issues[0]?.message ?? "does not fit"}`.slice(0, 300);
  // a number or text beyond its bounds can come from an honest hand
  if (issues.every(({ code }) => code === "too_big" || code === "too_small")) throw overLimit(reason);
  throw malformed(reason);
}
