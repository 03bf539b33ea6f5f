import type { Json } from "#runtime/graph/json.ts";
import type { WorkflowContent } from "#runtime/node/workflow.ts";

/** What is drawn of an inner node. */
export interface InnerCard extends Record<string, unknown> {
  id: string;
  title: string;
  type: string;
  values: { name: string; text: string }[];
  /** It is offered as an input or an output. */
  isMarked: boolean;
  width: number;
  height: number;
}

export interface InnerWire {
  id: string;
  from: string;
  to: string;
}

export type Places = Readonly<Record<string, { x: number; y: number }>>;

const WIDTH = 240;
const HEAD = 44;
const LINE = 16;
const MOST_VALUES = 8;

export function innerCards({ prompt, inputs, outputs }: WorkflowContent): InnerCard[] {
  const marked = new Set([...inputs, ...outputs].filter(({ isShown }) => isShown).map(({ node }) => node));
  return Object.entries(prompt).map(([id, node]) => {
    const values = Object.entries(node.inputs)
      .filter(([, value]) => !isLink(value))
      .slice(0, MOST_VALUES)
      .map(([name, value]) => ({ name, text: textOf(value) }));
    const title = node._meta?.title || node.class_type;
    // the kind stands below a title of its own
    const lines = values.length + (title === node.class_type ? 0 : 1);
    return { id, title, type: node.class_type, values, isMarked: marked.has(id), width: WIDTH, height: HEAD + lines * LINE };
  });
}

export function innerWires({ prompt }: WorkflowContent): InnerWire[] {
  return Object.entries(prompt).flatMap(([to, { inputs }]) =>
    Object.entries(inputs).flatMap(([name, value]) => (isLink(value) && prompt[value[0]] ? [{ id: `${to}/${name}`, from: value[0], to }] : [])),
  );
}

/** Columns by how far a node is from where it begins, with the layout library that the board uses. */
export async function layOutInner(cards: readonly InnerCard[], wires: readonly InnerWire[]): Promise<Places> {
  const { startElk } = await import("../layout/elk.ts");
  const elk = startElk();
  try {
    const laidOut = await elk.layout({
      id: "root",
      layoutOptions: { "elk.algorithm": "layered", "elk.direction": "RIGHT", "elk.layered.spacing.nodeNodeBetweenLayers": "60", "elk.spacing.nodeNode": "24" },
      children: cards.map(({ id, width, height }) => ({ id, width, height })),
      edges: wires.filter(({ from, to }) => from !== to).map(({ id, from, to }) => ({ id, sources: [from], targets: [to] })),
    });
    return Object.fromEntries((laidOut.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
  } finally {
    elk.stop();
  }
}

function isLink(value: Json): value is [string, number] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && typeof value[1] === "number";
}

function textOf(value: Json): string {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && typeof value.$integer === "string") return value.$integer;
  return typeof value === "string" ? value : JSON.stringify(value);
}
