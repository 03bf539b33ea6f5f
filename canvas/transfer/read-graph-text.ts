import { z } from "zod";
import { catalog } from "#nodes/catalog.data.ts";
import { emptyGraph, GRAPH_FORMAT, GRAPH_LIMITS, type Graph, graphSchema } from "#runtime/graph/schema.ts";

/** What a text holds: a graph, with what is odd about it; or why it is none. */
export type GraphText = { ok: true; graph: Graph; oddities: readonly string[] } | { ok: false; message: string };

const outlineSchema = z.looseObject({ format: z.unknown().optional(), nodes: z.array(z.unknown()) });
const MOST_FAULTS = 3;

/** Whether somebody who pastes a text most likely means a graph. */
export function looksLikeGraph(text: string): boolean {
  const start = text.trimStart();
  return start.startsWith("{") && (/"heddle\.graph\/\d/.test(start) || (/"nodes"\s*:\s*\[/.test(start) && /"(?:type|config)"\s*:/.test(start)));
}

/** A graph, or a part of one, from text. What a part may lack (its name, say) is filled in. */
export function readGraphText(text: string): GraphText {
  const json = parsed(text);
  if (!json.ok) return json;
  const outline = outlineSchema.safeParse(json.value);
  if (!outline.success) return { ok: false, message: `This is JSON, but no graph: a graph has a list of "nodes".` };
  const { format = GRAPH_FORMAT } = outline.data;
  if (format !== GRAPH_FORMAT) return { ok: false, message: otherFormat(format) };
  const read = graphSchema.safeParse({ ...emptyGraph(), ...outline.data, format });
  if (!read.success) return { ok: false, message: faultsOf(read.error) };
  if (read.data.nodes.length === 0) return { ok: false, message: "There are no nodes in this graph." };
  return { ok: true, graph: read.data, oddities: odditiesOf(read.data) };
}

function parsed(text: string): { ok: true; value: unknown } | { ok: false; message: string } {
  if (text.trim() === "") return { ok: false, message: "There is no text." };
  if (text.length > GRAPH_LIMITS.documentBytes) return { ok: false, message: "The text is larger than a graph can be (10 MiB)." };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, message: `This is not valid JSON. ${error instanceof Error ? error.message : ""}`.trim() };
  }
}

function otherFormat(format: unknown): string {
  const isOurs = typeof format === "string" && format.startsWith("heddle.graph/");
  return isOurs ? `This graph is of the format ${format}; this Heddle reads ${GRAPH_FORMAT}.` : `A graph's "format" is "${GRAPH_FORMAT}".`;
}

/** The first faults, each with its place: `nodes[2].position: …`. */
function faultsOf({ issues }: z.ZodError): string {
  const told = issues.slice(0, MOST_FAULTS).map(({ path, message }) => (path.length === 0 ? message : `${pathText(path)}: ${message}`));
  const more = issues.length - told.length;
  return `${told.join(" ")}${more > 0 ? ` And ${more} more.` : ""}`;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`)).join("");
}

function odditiesOf({ nodes, edges }: Graph): string[] {
  const unknown = [...new Set(nodes.map(({ type }) => type).filter((type) => !catalog.get(type)))];
  const ids = new Set(nodes.map(({ id }) => id));
  const loose = edges.filter(({ source, target }) => !ids.has(source.node) || !ids.has(target.node)).length;
  return [
    ...(unknown.length > 0
      ? [`This Heddle does not know ${unknown.length === 1 ? "the node type" : "these node types, which stay as they are:"} ${unknown.join(", ")}.`]
      : []),
    ...(ids.size < nodes.length ? [`${nodes.length - ids.size} nodes have an id that another has, too.`] : []),
    ...(loose > 0 ? [`${loose} ${loose === 1 ? "wire leads" : "wires lead"} to nodes that are not in it and will be left out.`] : []),
  ];
}
