import type * as Y from "yjs";
import { fieldText, type GraphDocument, graphDocument } from "./document.ts";
import type { Edits, TextChange } from "./edits.ts";
import { FORBIDDEN_KEYS } from "./json.ts";
import { GRAPH_LIMITS, type Graph } from "./schema.ts";

/**
 * Edits that write nothing a server would refuse: it ends the connection, and with it go all edits since. What is not written is told to
 * `onRefused`, in a sentence; edits that return whether they did something return false.
 */
export function guardedEdits(edits: Edits, { doc, onRefused }: { doc: Y.Doc; onRefused(reason: string): void }): Edits {
  const document = graphDocument(doc);
  const unless = (reason: string | undefined, write: () => boolean): boolean => {
    if (reason === undefined) return write();
    onRefused(reason);
    return false;
  };
  const always = (write: () => void) => () => {
    write();
    return true;
  };
  return {
    ...edits,
    relabel: (node, label) => unless(whyNotName(label), () => edits.relabel(node, label)),
    setPolicy: (node, policy) => unless(whyNotInDraft(policy), () => edits.setPolicy(node, policy)),
    setField: (node, field, value) => unless(whyNotInDraft(value) ?? whyNotKey(field), () => edits.setField(node, field, value)),
    changeText: (node, field, changes) => unless(whyNotText(document, { node, field, changes }), () => edits.changeText(node, field, changes)),
    addRecord: (node, field, record) => unless(whyNotInDraft(record) ?? whyNotKey(record.id), () => edits.addRecord(node, field, record)),
    setRecord: (node, field, change) => unless(whyNotInDraft(change.value) ?? whyNotKey(change.member), () => edits.setRecord(node, field, change)),
    add: (nodes, added = []) => {
      const reason =
        whyNoRoom(countsOf(document), { nodes: nodes.length, edges: added.length }) ??
        whyNotInDraft(
          nodes.map(({ config }) => config),
          -2,
        );
      unless(
        reason,
        always(() => edits.add(nodes, added)),
      );
    },
    connect: (edge, replacing = []) => {
      const more = 1 - replacing.filter((id) => document.edges.has(id)).length;
      unless(
        whyNoRoom(countsOf(document), { edges: more }),
        always(() => edits.connect(edge, replacing)),
      );
    },
  };
}

/** Why a value may stand nowhere in a draft; undefined when it may. Linear in its size. */
export function whyNotInDraft(value: unknown, depth = 0): string | undefined {
  if (typeof value === "string") return whyNotLength(value.length);
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "A number has to be finite.";
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= GRAPH_LIMITS.depth) return `A value can be nested ${GRAPH_LIMITS.depth} deep at most.`;
  for (const [key, member] of Object.entries(value)) {
    const reason = whyNotKey(key) ?? whyNotInDraft(member, depth + 1);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Why a graph cannot take so many more; undefined when it can. */
export function whyNoRoom(graph: { nodes: number; edges: number }, more: { nodes?: number; edges?: number }): string | undefined {
  const isOver = (what: "nodes" | "edges") => (more[what] ?? 0) > 0 && graph[what] + (more[what] ?? 0) > GRAPH_LIMITS[what];
  if (isOver("nodes")) return `A graph holds at most ${GRAPH_LIMITS.nodes.toLocaleString("en")} nodes.`;
  return isOver("edges") ? `A graph holds at most ${GRAPH_LIMITS.edges.toLocaleString("en")} wires.` : undefined;
}

/** How many nodes and edges a graph has. */
export function sizeOf({ nodes, edges }: Pick<Graph, "nodes" | "edges">): { nodes: number; edges: number } {
  return { nodes: nodes.length, edges: edges.length };
}

function countsOf({ nodes, edges }: GraphDocument): { nodes: number; edges: number } {
  return { nodes: nodes.size, edges: edges.size };
}

function whyNotKey(key: string): string | undefined {
  return FORBIDDEN_KEYS.has(key) ? `Nothing can be named “${key}”: choose another name.` : undefined;
}

function whyNotLength(length: number): string | undefined {
  if (length <= GRAPH_LIMITS.textBytes) return undefined;
  return `A text holds at most ${GRAPH_LIMITS.textBytes.toLocaleString("en")} characters; this one would have ${length.toLocaleString("en")}.`;
}

function whyNotName(name: string): string | undefined {
  return name.length <= GRAPH_LIMITS.nameLength ? undefined : `A name has at most ${GRAPH_LIMITS.nameLength} characters.`;
}

/** A text that is too long may still become shorter. */
function whyNotText(document: GraphDocument, { node, field, changes }: { node: string; field: string; changes: readonly TextChange[] }): string | undefined {
  const before = fieldText(document, node, field)?.length ?? 0;
  const after = changes.reduce((length, { at, remove, insert }) => {
    const start = Math.min(at, length);
    return length - Math.min(remove, length - start) + insert.length;
  }, before);
  return after > before ? whyNotLength(after) : undefined;
}
