import { catalog } from "#nodes/catalog.data.ts";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import type { BoardEdge, BoardNode } from "../board-store.ts";
import type { Box } from "../frames.ts";
import type { Marks } from "../marks.ts";
import type { BoardColours } from "./board-colours.ts";
import type { PaintedBox, PaintedWire, Picture } from "./picture.ts";

/** What a picture of the board is made from. */
export interface PictureSource {
  nodes: readonly BoardNode[];
  edges: readonly BoardEdge[];
  /** Where a node is drawn; undefined while that is not known. */
  placeOf(node: string): Box | undefined;
  /** Where a wire meets a node. */
  portOf(node: string, port: string | null | undefined, side: "source" | "target"): { x: number; y: number } | undefined;
  /** How a node fares in the run that is looked at. */
  stateOf(node: NodeId): string | undefined;
  hasProblem(node: NodeId): boolean;
  marks: Marks;
  colours: BoardColours;
}

const LEVELS: Readonly<Record<NonNullable<BoardNode["type"]>, number>> = { group: 0, frame: 1, annotation: 2, folded: 3, card: 3 };

/** Every node a box in the colour of its group, or of what there is to tell of it; every wire a line. */
export function pictureOf(source: PictureSource): Picture {
  const { colours } = source;
  return {
    boxes: source.nodes.flatMap((node) => boxOf(node, source) ?? []),
    wires: source.edges.flatMap((edge) => wireOf(edge, source) ?? []),
    ink: colours.ink,
  };
}

function boxOf(shown: BoardNode, source: PictureSource): PaintedBox | undefined {
  const { node } = shown.data;
  const place = shown.hidden ? undefined : source.placeOf(node.id);
  if (!place) return undefined;
  const { colours } = source;
  const mark = source.marks.nodes.get(node.id);
  const state = source.stateOf(node.id);
  const told = mark ? colours.mark(mark.kind) : source.hasProblem(node.id) && !state ? colours.danger : state && colours.status(state);
  const isFrame = shown.type === "frame" || shown.type === "group";
  return {
    ...place,
    id: node.id,
    fill: isFrame ? "transparent" : colours.group(catalog.get(node.type)?.group ?? ""),
    line: shown.selected ? colours.accent : (told ?? colours.line),
    isStrong: shown.selected === true || told !== undefined,
    label: node.label,
    level: LEVELS[shown.type ?? "card"],
  };
}

function wireOf(edge: BoardEdge, source: PictureSource): PaintedWire | undefined {
  const from = edge.hidden ? undefined : source.portOf(edge.source, edge.sourceHandle, "source");
  const to = source.portOf(edge.target, edge.targetHandle, "target");
  if (!from || !to) return undefined;
  const mark = source.marks.edges.get(edge.id as EdgeId);
  const { colours } = source;
  return {
    from,
    to,
    colour: edge.selected ? colours.accent : mark ? colours.mark(mark.kind) : colours.wire,
    isStrong: edge.selected === true || mark !== undefined,
  };
}
