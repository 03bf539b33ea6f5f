import * as Y from "yjs";
import { z } from "zod";
import type { Json } from "./json.ts";
import { compareOrder } from "./order-key.ts";

/**
 * How a graph lives in a Yjs document. This file alone knows the layout:
 *
 *     graph: Y.Map   format, name, description, settings (plain object)
 *     nodes: Y.Map   node id → Y.Map { type, version, label, position, size?, parent?, disabled?, collapsed?, policy?, config: Y.Map }
 *     edges: Y.Map   edge id → Y.Map { kind, source, target, order? }
 *     pins:  Y.Map   node id → { [port]: stored value }, as the run gave it; never part of a revision
 *
 * A config field is a plain JSON value, a Y.Text (co-edited text), or a Y.Map of Y.Maps by id with an `order` key each (a list of
 * objects that several people edit). The document itself says which, so it can be read without a catalog.
 */
export interface GraphDocument {
  readonly doc: Y.Doc;
  readonly graph: Y.Map<unknown>;
  readonly nodes: Y.Map<Y.Map<unknown>>;
  readonly edges: Y.Map<Y.Map<unknown>>;
  readonly pins: Y.Map<unknown>;
}

export const ROOTS = ["graph", "nodes", "edges", "pins"] as const;

/** The roots of a graph in a Yjs document; creates nothing. */
export function graphDocument(doc: Y.Doc): GraphDocument {
  return { doc, graph: doc.getMap("graph"), nodes: doc.getMap("nodes"), edges: doc.getMap("edges"), pins: doc.getMap("pins") };
}

/** How a new config field is laid out; see `FieldHint.layout`. */
export type FieldLayout = "text" | "records" | "value";
/** Tells the layout of a config field of a node type; unknown types and fields are plain values. */
export type LayoutOf = (type: string, field: string) => FieldLayout;

const recordSchema = z.looseObject({ id: z.string() });

/** A config field's value as it is put into the document. */
export function fieldToYjs(value: Json, layout: FieldLayout): unknown {
  if (layout === "text" && typeof value === "string") return new Y.Text(value);
  if (layout === "records" && isRecordList(value)) {
    const list = new Y.Map<Y.Map<unknown>>();
    value.forEach((item, index) => {
      const record = new Y.Map<unknown>(Object.entries(item).filter(([key]) => key !== "id"));
      record.set("order", initialOrder(index));
      list.set(item.id, record);
    });
    return list;
  }
  return value;
}

/** Order keys of a list as it is first written: fixed width, so that they sort as text and leave room between them. */
export function initialOrder(index: number): string {
  return `a${index.toString(36).padStart(3, "0")}V`;
}

function isRecordList(value: Json): value is ({ [key: string]: Json } & { id: string })[] {
  if (!Array.isArray(value)) return false;
  const ids = new Set<string>();
  for (const item of value) {
    if (!recordSchema.safeParse(item).success || typeof item !== "object" || item === null || "order" in item) return false;
    ids.add((item as { id: string }).id);
  }
  return ids.size === value.length;
}

/** The co-edited text of a config field; undefined when the node is gone, or the field is no text. */
export function fieldText(document: GraphDocument, node: string, field: string): Y.Text | undefined {
  const config = document.nodes.get(node)?.get("config");
  const value = config instanceof Y.Map ? config.get(field) : undefined;
  return value instanceof Y.Text ? value : undefined;
}

/** A config field's value as JSON. */
export function fieldFromYjs(value: unknown): Json {
  if (value instanceof Y.Text) return value.toString();
  if (value instanceof Y.Map) {
    const records = [...value.entries()].flatMap(([id, record]) => (record instanceof Y.Map ? [{ id, order: String(record.get("order") ?? ""), record }] : []));
    return records.sort(compareOrder).map(({ id, record }) => {
      const members = [...record.entries()].filter(([key]) => key !== "order" && key !== "id");
      return { id, ...Object.fromEntries(members.map(([key, member]) => [key, fieldFromYjs(member)])) };
    });
  }
  return (value ?? null) as Json;
}

/** Makes a Y.Text say `text` by the smallest single replacement, so that the rest keeps its history and carets. */
export function replaceText(target: Y.Text, text: string): void {
  const current = target.toString();
  if (current === text) return;
  let start = 0;
  const shorter = Math.min(current.length, text.length);
  while (start < shorter && current[start] === text[start]) start++;
  let tail = 0;
  while (tail < shorter - start && current[current.length - 1 - tail] === text[text.length - 1 - tail]) tail++;
  // never cut a surrogate pair in two
  if (start > 0 && isHighSurrogate(text, start - 1)) start--;
  if (tail > 0 && isLowSurrogate(text, text.length - tail)) tail--;
  const removed = current.length - start - tail;
  if (removed > 0) target.delete(start, removed);
  const added = text.slice(start, text.length - tail);
  if (added) target.insert(start, added);
}

function isHighSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xd800 && code < 0xdc00;
}

function isLowSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code < 0xe000;
}
