import { createId, type GraphId, type NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { emptyGraph, type Graph, type GraphEdge, type GraphNode, type Position } from "#runtime/graph/schema.ts";
import { initialConfig, portsOf as portsOfDefinition } from "#runtime/node/catalog.ts";
import type { PortType } from "#runtime/node/ports.ts";
import type { PortsOfNode } from "../board/connection-rules.ts";
import { absolutePosition } from "../board/frames.ts";
import { CARD } from "../board/free-position.ts";
import { uniqueLabel } from "../board/unique-label.ts";
import { nodesById } from "../document/editor-context.ts";
import { callType, entryType, exitType, recordChoices } from "./call-type.ts";
import { names, type Read, rewritten } from "./expression-reads.ts";
import { type Border, borderOf, type Crossing } from "./selection-border.ts";

/** How a selection becomes a graph of its own. */
export interface SubGraphPlan {
  /** The new graph, with a start and outputs made from what crossed the border. */
  child: Graph;
  asks: readonly Crossing[];
  gives: readonly Crossing[];
  /** What goes from the graph around. */
  removed: readonly NodeId[];
  /** What comes in its place: a node that calls the new graph, and its wires. */
  replacement(child: GraphId): { node: GraphNode; edges: GraphEdge[] };
  /** Fields of other nodes that read the selection by expressions. */
  rewrites: readonly { node: NodeId; field: string; value: Json }[];
}

export interface PlanGiven {
  graph: Graph;
  chosen: readonly NodeId[];
  portsOf: PortsOfNode;
  name: string;
}

/** Between the columns of the new graph. */
const GAP = 120;
const ROW = 130;

/** Plans a sub-graph from a selection, or says why it cannot be one. Changes nothing. */
export function planSubGraph({ graph, chosen, portsOf, name }: PlanGiven): { ok: true; plan: SubGraphPlan } | { ok: false; reason: string } {
  const border = borderOf(graph, chosen, portsOf);
  if ("reason" in border) return { ok: false, reason: border.reason };
  const call = callType();
  const inner = innerGraph(graph, border, name);
  if (!call || !inner) return { ok: false, reason: "This installation lacks the node types a sub-graph is made of." };
  const stranded = inner.nodes.flatMap((node) =>
    graph.nodes.filter(({ id }) => !border.inside.has(id) && names(node.config, id)).map((other) => ({ node, other })),
  )[0];
  if (stranded)
    return { ok: false, reason: `“${stranded.node.label}” names “${stranded.other.label}” in a way that cannot be carried over. Select both, or neither.` };
  const id = createId("node");
  const reads = leavingReads(border, id);
  const rewrites = graph.nodes.flatMap((node) => (border.inside.has(node.id) ? [] : rewrittenFields(node, reads)));
  return {
    ok: true,
    plan: {
      child: inner,
      asks: border.enters,
      gives: border.leaves,
      removed: [...border.inside],
      rewrites,
      replacement: (child) => ({
        node: {
          ...{ id, type: call.definition.type, version: call.definition.version },
          label: uniqueLabel(name, new Set(graph.nodes.flatMap((node) => (border.inside.has(node.id) ? [] : [node.label])))),
          ...placeOf(graph, border),
          config: { ...initialConfig(call.definition), [call.field]: child },
        },
        edges: outerEdges(border, id),
      }),
    },
  };
}

/** The wires of the node that takes the selection's place. What expressions alone brought in comes by a wire from now on. */
function outerEdges({ enters, leaves }: Border, id: NodeId): GraphEdge[] {
  const into = enters.map(({ source, name }): GraphEdge => ({ id: createId("edge"), kind: "data", source, target: { node: id, port: name } }));
  const out = leaves.flatMap(({ name, edges }) => edges.map((edge): GraphEdge => ({ ...edge, id: createId("edge"), source: { node: id, port: name } })));
  return [...into, ...out];
}

function leavingReads({ leaves }: Border, id: NodeId) {
  const byRead = new Map(leaves.map(({ source, name }) => [`${source.node} ${source.port}`, name]));
  return ({ node, port }: Read) => {
    const name = byRead.get(`${node} ${port}`);
    return name === undefined ? undefined : { node: id, port: name };
  };
}

function rewrittenFields(node: GraphNode, rewrite: Parameters<typeof rewritten>[1]) {
  return Object.entries(node.config).flatMap(([field, value]) => {
    const next = rewritten(value, rewrite);
    return JSON.stringify(next) === JSON.stringify(value) ? [] : [{ node: node.id, field, value: next }];
  });
}

/** In the middle of what was selected, in the frame all of it was in. */
function placeOf(graph: Graph, { outermost, container }: Border): Pick<GraphNode, "position" | "parent"> {
  const parents = new Set(outermost.map(({ parent }) => parent));
  const parent = parents.size === 1 ? outermost[0]?.parent : container;
  const middle = middleOf(outermost.map((node) => absolutePosition(graph, node)));
  const around = parent === undefined ? undefined : nodesById(graph).get(parent);
  const origin = around ? absolutePosition(graph, around) : { x: 0, y: 0 };
  return { position: { x: Math.round(middle.x - origin.x), y: Math.round(middle.y - origin.y) }, ...(parent !== undefined && { parent }) };
}

function middleOf(places: readonly Position[]): Position {
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  return { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 };
}

/** The selection under its own ids, between a start and outputs. */
function innerGraph(graph: Graph, border: Border, name: string): Graph | undefined {
  const [entry, exit] = [entryType(), exitType()];
  if (!entry || !exit) return undefined;
  const { inside, outermost, enters, leaves } = border;
  const places = outermost.map((node) => absolutePosition(graph, node));
  const [left, top] = [Math.min(...places.map(({ x }) => x)), Math.min(...places.map(({ y }) => y))];
  const right = Math.max(...places.map(({ x }, index) => x + (outermost[index]?.size?.width ?? CARD.width))) - left;
  const start: GraphNode = {
    ...{ id: createId("node"), type: entry.definition.type, version: entry.definition.version, label: entry.definition.title },
    position: { x: 0, y: 0 },
    config: { ...initialConfig(entry.definition), [entry.field]: enters.map((crossing) => startField(crossing, entry)) },
  };
  const read = new Map(enters.map(({ source, name: field }) => [`${source.node} ${source.port}`, { node: start.id, port: field }]));
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    if (!inside.has(node.id)) return [];
    const config = rewritten(node.config, ({ node: from, port }) => read.get(`${from} ${port}`));
    if (!outermost.includes(node)) return [{ ...node, config }];
    const { parent: _, ...rest } = node;
    const { x, y } = absolutePosition(graph, node);
    return [{ ...rest, config, position: { x: Math.round(x - left + CARD.width + GAP), y: Math.round(y - top) } }];
  });
  const outputs = leaves.map(
    (crossing, index): GraphNode => ({
      ...{ id: createId("node"), type: exit.definition.type, version: exit.definition.version, label: crossing.title.slice(0, 200) },
      position: { x: Math.round(right + 2 * GAP + CARD.width), y: index * ROW },
      config: { ...initialConfig(exit.definition), [exit.field]: crossing.name },
    }),
  );
  const into = enters.flatMap(({ name: port, edges }) => edges.map((edge): GraphEdge => ({ ...edge, id: createId("edge"), source: { node: start.id, port } })));
  const out = leaves.map(
    ({ source }, index): GraphEdge => ({ id: createId("edge"), kind: "data", source, target: { node: outputs[index]?.id ?? start.id, port: exit.input } }),
  );
  const kept = graph.edges.filter(({ source, target }) => inside.has(source.node) && inside.has(target.node));
  return { ...emptyGraph(name), nodes: [start, ...nodes, ...outputs].sort(byId), edges: [...kept, ...into, ...out].sort(byId) };
}

/** A field of the start: of the type that carries what crosses, or of one that carries anything. */
function startField({ name, title, type, required }: Crossing, { definition, field }: NonNullable<ReturnType<typeof entryType>>): Json {
  const record = (choice: string) => ({ id: name, name, type: choice, title: title.slice(0, 200), required });
  const given = (choice: string): PortType | undefined => {
    const outputs = portsOfDefinition(definition, { [field]: [record(choice)] }, {}).outputs;
    return Object.hasOwn(outputs, name) ? outputs[name]?.type : undefined;
  };
  const choices = recordChoices(definition, field, "type");
  const fitting = choices.find((choice) => given(choice) === type) ?? choices.find((choice) => given(choice) === "json") ?? choices[0] ?? "";
  return record(fitting);
}

function byId(left: { id: string }, right: { id: string }): number {
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}
