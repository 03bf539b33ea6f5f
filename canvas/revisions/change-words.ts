import { catalog } from "#nodes/catalog.data.ts";
import { type FieldChange, type FieldPath, type GraphDiff, isOnlyMoved, type NodeChange } from "#runtime/graph/diff.ts";
import type { Mark } from "../board/marks.ts";
import { humanized } from "../inspector/form-model.ts";

/** How many of what: "1 node", "3 nodes". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** How many use a thing, as far as was looked: "3 graphs", "3 or more graphs". */
export function countedUses({ items, more }: { items: readonly unknown[]; more: boolean }, noun: string): string {
  return more ? `${items.length} or more ${noun}s` : counted(items.length, noun);
}

export function markOf(change: NodeChange): Mark {
  if (change.type === "added") return { kind: "added", text: "Added" };
  if (change.type === "removed") return { kind: "removed", text: "Removed" };
  if (!isOnlyMoved(change)) return { kind: "changed", text: `${counted(change.fields.length, "field")} changed` };
  return { kind: "moved", text: change.looks.includes("position") ? "Moved" : change.looks.includes("size") ? "Resized" : "Folded" };
}

/** In one line: "2 nodes added, 1 changed, 3 moved, 2 wires". Without anything: "Nothing differs". */
export function summaryOf(diff: GraphDiff): string {
  const kinds = diff.nodes.map((change) => markOf(change).kind);
  const parts: string[] = [];
  for (const kind of ["added", "removed", "changed", "moved"] as const) {
    const count = kinds.filter((each) => each === kind).length;
    if (count > 0) parts.push(`${parts.length === 0 ? counted(count, "node") : count} ${kind}`);
  }
  const wires = wireChanges(diff).length;
  if (wires > 0) parts.push(counted(wires, "wire"));
  const settings = diff.about.length;
  if (settings > 0) parts.push(counted(settings, "graph setting"));
  return parts.length > 0 ? parts.join(", ") : "Nothing differs";
}

/** How many things differ, moves left out: "3 changes". */
export function countOfChanges(diff: GraphDiff): number {
  return diff.nodes.filter((change) => !isOnlyMoved(change)).length + wireChanges(diff).length + diff.about.length;
}

/** The changes of wires that mean something. */
export function wireChanges({ edges }: GraphDiff) {
  return edges.filter((change) => change.type !== "renewed");
}

const MEMBERS: Readonly<Record<string, string>> = {
  label: "Name",
  type: "Node type",
  version: "Version of the node type",
  parent: "Container",
  disabled: "Disabled",
  name: "Name of the graph",
  description: "Description",
  attempts: "Attempts",
  timeoutMs: "Time limit (ms)",
  idleTimeoutMs: "Idle time limit (ms)",
  onFailure: "On failure",
  default: "Default value",
  eachItemOf: "Runs for each item of",
  cache: "Earlier results",
  worker: "Worker label",
  concurrency: "Nodes at once",
  budget: "Budget",
  tokenBudget: "Budget (tokens)",
  toolCallBudget: "Budget (tool calls)",
  timeBudgetMs: "Budget (ms)",
  errorGraph: "Graph for failures",
};

/** What a field is called where it is edited. `type`: of the node. */
export function fieldTitle(path: FieldPath, type?: string): string {
  const [root = "", member = ""] = path;
  if (path.length === 1) return MEMBERS[root] ?? humanized(root);
  if (root !== "config") return MEMBERS[member] ?? humanized(member);
  const schema: unknown = type === undefined ? undefined : catalog.get(type)?.config.shape[member];
  return titleIn(schema) ?? humanized(member);
}

function titleIn(schema: unknown): string | undefined {
  if (typeof schema !== "object" || schema === null || !("meta" in schema) || typeof schema.meta !== "function") return undefined;
  const meta: unknown = schema.meta();
  return typeof meta === "object" && meta !== null && "title" in meta && typeof meta.title === "string" ? meta.title : undefined;
}

/** In a few words, for a list: "Prompt, Model and 2 more". */
export function namesOfFields(fields: readonly FieldChange[], type?: string): string {
  const names = fields.map(({ path }) => fieldTitle(path, type));
  if (names.length <= 2) return names.join(", ");
  return `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
}
