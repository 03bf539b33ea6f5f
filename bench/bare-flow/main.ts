// A page of its own: the board's library with its own nodes and wires, as the least that draws a graph of that size.
import { type Edge, type Node, ReactFlow } from "@xyflow/react";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import "@xyflow/react/dist/style.css";
import type { Graph } from "#runtime/graph/schema.ts";

const graph: Graph = await (await fetch("./graph.json")).json();
const nodes = graph.nodes.map(({ id, position, label }): Node => ({ id, position, data: { label } }));
const edges = graph.edges.map(({ id, source, target }): Edge => ({ id, source: source.node, target: target.node }));
const flow = createElement(ReactFlow, {
  defaultNodes: nodes,
  defaultEdges: edges,
  fitView: true,
  minZoom: 0.08,
  maxZoom: 2,
  onlyRenderVisibleElements: true,
  zoomOnScroll: true,
});
const root = document.getElementById("root");
if (root) createRoot(root).render(flow);
