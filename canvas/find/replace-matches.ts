import { catalog } from "#nodes/catalog.data.ts";
import type { Edits } from "#runtime/graph/edits.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { GRAPH_LIMITS, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import { fieldHint } from "#runtime/node/catalog.ts";
import type { Match } from "./find-in-graph.ts";
import { replaceSpans } from "./matcher.ts";
import { placeKey, type SearchedText } from "./searched-texts.ts";

export interface Replaced {
  /** Matches that were replaced. */
  done: number;
  /** Those that were left: not text of its own, or it would be empty or too long. */
  left: number;
}

interface Given {
  graph: Graph;
  edits: Edits;
  replacement: string;
  isPattern: boolean;
}

/** Replaces matches, in one step of undo. What several people edit at once changes only where it differs. */
export function replaceMatches(matches: readonly Match[], { graph, edits, replacement, isPattern }: Given): Replaced {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const result: Replaced = { done: 0, left: 0 };
  edits.together(() => {
    for (const own of Map.groupBy(matches, ({ found }) => found.node).values()) {
      const node = own[0] && byId.get(own[0].found.node);
      if (!node) continue;
      const texts: ChangedText[] = [];
      for (const inText of Map.groupBy(own, ({ found }) => placeKey(found)).values()) {
        const [first] = inText;
        if (!first) continue;
        const text = replaceSpans(
          first.found.text,
          inText.map(({ span }) => span),
          { replacement, isPattern },
        );
        const isFit = mayBecome(first.found, text);
        result[isFit ? "done" : "left"] += inText.length;
        if (isFit) texts.push({ found: first.found, text });
      }
      writeTexts(edits, node, texts);
    }
  });
  return result;
}

interface ChangedText {
  found: SearchedText;
  text: string;
}

function mayBecome({ place, fixed }: SearchedText, text: string): boolean {
  if (fixed) return false;
  if (place.type === "label") return text.trim() !== "" && text.length <= GRAPH_LIMITS.nameLength;
  return new TextEncoder().encode(text).length <= GRAPH_LIMITS.textBytes;
}

function writeTexts(edits: Edits, node: GraphNode, texts: readonly ChangedText[]): void {
  const byField = new Map<string, { path: readonly (string | number)[]; text: string }[]>();
  for (const { found, text } of texts) {
    if (found.place.type === "label") edits.relabel(node.id, text);
    else byField.set(found.place.field, [...(byField.get(found.place.field) ?? []), { path: found.place.path, text }]);
  }
  for (const [field, changes] of byField) {
    const before = node.config[field];
    if (before === undefined) continue;
    const after = changes.reduce((value, { path, text }) => withText(value, path, text), before);
    if (!(isRecords(node, field) && writeRecords(edits, { node: node.id, field, before, after }))) edits.setField(node.id, field, after);
  }
}

function isRecords(node: GraphNode, field: string): boolean {
  const definition = catalog.get(node.type);
  return definition !== undefined && fieldHint(definition, field).layout === "records";
}

/** Changes the members that differ; false where the list is not kept record by record. */
function writeRecords(edits: Edits, { node, field, before, after }: { node: NodeId; field: string; before: Json; after: Json }): boolean {
  if (!Array.isArray(before) || !Array.isArray(after)) return false;
  return after.every((record, index) => {
    const old = before[index];
    if (!isObject(record) || !isObject(old) || typeof record.id !== "string") return false;
    const { id } = record;
    return Object.entries(record).every(([member, value]) => value === old[member] || edits.setRecord(node, field, { id, member, value }));
  });
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value with another text somewhere in it; what is not on the way keeps its identity. */
function withText(value: Json, path: readonly (string | number)[], text: string): Json {
  const [part, ...rest] = path;
  if (part === undefined) return text;
  if (Array.isArray(value)) return value.map((item, index) => (index === part ? withText(item, rest, text) : item));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, key === part ? withText(member, rest, text) : member]));
}
