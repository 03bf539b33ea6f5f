import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { saveFile } from "../ui/save-file.ts";

/** A graph as a file: canonical, but on lines, so that two versions of it can be compared line by line. */
export function exportedText(graph: Graph): string {
  const sorted = { ...graph, nodes: [...graph.nodes].sort(byId), edges: [...graph.edges].sort(byId) };
  return `${JSON.stringify(JSON.parse(canonicalJson(sorted)), null, 2)}\n`;
}

function byId(one: { id: string }, other: { id: string }): number {
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

/** Hands a graph to the browser to be kept as a file; `version` tells it from other files of the same graph. */
export function downloadGraph(graph: Graph, version?: string): void {
  saveFile(new Blob([exportedText(graph)], { type: "application/json" }), graphFileName(graph.name, version));
}

/** Letters and digits of any script; nothing that a file system could take amiss. */
export function graphFileName(name: string, version?: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 80);
  return `${plain === "" ? "graph" : plain}${version === undefined ? "" : `-${version}`}.heddle.json`;
}
