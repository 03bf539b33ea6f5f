import { catalog } from "#nodes/catalog.data.ts";
import type { EdgeChange, FieldChange, GraphDiff, NodeChange } from "#runtime/graph/diff.ts";
import { isOnlyMoved } from "#runtime/graph/diff.ts";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphEdge } from "#runtime/graph/schema.ts";
import type { Mark } from "../board/marks.ts";
import { fieldTitle, markOf, namesOfFields, wireChanges } from "./change-words.ts";

/** A line of the list of changes. */
export interface ListedChange {
  key: string;
  kind: Mark["kind"];
  title: string;
  /** What differs, in a few words. */
  detail: string;
  node?: NodeId;
  edge?: EdgeId;
  /** Shown when the line is opened. */
  fields: readonly FieldChange[];
  /** Type of the node, whose fields have titles. */
  type?: string;
}

/** What differs, what matters most first: the graph itself, nodes that came, went and changed, wires, and last what was only moved. */
export function listedChanges(diff: GraphDiff, { before, after }: { before: Graph; after: Graph }): ListedChange[] {
  const labels = new Map([...before.nodes, ...after.nodes].map(({ id, label }) => [id, label]));
  const nodes = diff.nodes.map(nodeLine);
  return [
    ...diff.about.map(aboutLine),
    ...nodes.filter(({ kind }) => kind !== "moved").sort((left, right) => ORDER[left.kind] - ORDER[right.kind]),
    ...wireChanges(diff).map((change) => wireLine(change, labels)),
    ...nodes.filter(({ kind }) => kind === "moved"),
  ];
}

const ORDER: Readonly<Record<Mark["kind"], number>> = { changed: 0, added: 1, removed: 2, moved: 3, found: 4 };

function aboutLine(change: FieldChange): ListedChange {
  return { key: `about:${change.path.join(".")}`, kind: "changed", title: fieldTitle(change.path), detail: "Graph setting", fields: [change] };
}

function nodeLine(change: NodeChange): ListedChange {
  const node = change.type === "changed" ? change.after : change.node;
  const mark = markOf(change);
  const type = catalog.get(node.type)?.title ?? node.type;
  const detail = change.type === "changed" && !isOnlyMoved(change) ? namesOfFields(change.fields, node.type) : `${type} · ${mark.text.toLowerCase()}`;
  const fields = change.type === "changed" ? change.fields : [];
  return { key: `node:${change.id}`, kind: mark.kind, title: node.label || type, detail, node: change.id, fields, type: node.type };
}

function wireLine(change: EdgeChange, labels: ReadonlyMap<NodeId, string>): ListedChange {
  const edge = "edge" in change ? change.edge : change.after;
  const kind = change.type === "renewed" ? "changed" : change.type;
  const was = change.type === "changed" ? `was ${ends(change.before, labels)}` : `Wire · ${kind}`;
  return { key: `edge:${change.id}`, kind, title: ends(edge, labels), detail: was, edge: change.id, fields: [] };
}

function ends({ source, target }: GraphEdge, labels: ReadonlyMap<NodeId, string>): string {
  const name = ({ node, port }: GraphEdge["source"]) => `${labels.get(node) ?? "?"} · ${port}`;
  return `${name(source)} → ${name(target)}`;
}
