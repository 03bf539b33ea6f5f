import type { Json } from "#runtime/graph/json.ts";
import type { ObjectInfo } from "./object-info.ts";
import type { PromptLink } from "./prompt.ts";
import { BORDER, MODE, type UiDefinition, type UiGraph, type UiLink, type UiNode } from "./ui-graph.ts";
import { WorkflowReadError } from "./workflow-read-error.ts";

/** Steps along one wire: a circle of reroutes ends here. */
const MOST_STEPS = 500;
const MOST_DEPTH = 16;
/** Nodes and wires looked at in one workflow; of 2,000 nodes with ten wires each, some hundred thousand are. */
const MOST_LOOKS = 5_000_000;

interface UiParts {
  nodes: ReadonlyMap<string, UiNode>;
  links: ReadonlyMap<number, UiLink>;
}

/** A graph or one use of a sub-graph, with what is around it. */
export interface UiScope extends UiParts {
  /** Before the ids of its nodes: `12:` inside the sub-graph 12. */
  prefix: string;
  definition?: UiDefinition;
  around?: { scope: UiScope; node: UiNode };
  definitions: ReadonlyMap<string, UiParts & { definition: UiDefinition }>;
  depth: number;
  /** Counts work, in nodes and wires: small sub-graphs inside each other can stand for more than can be computed. Throws `WorkflowReadError` beyond 5,000,000. */
  look(count: number): void;
}

/** What an input gets: a node's output, a value, or nothing. */
export type UiSource = { link: PromptLink } | { value: Json } | undefined;

export function scopeOf(graph: UiGraph): UiScope {
  const definitions = new Map((graph.definitions?.subgraphs ?? []).map((each) => [each.id, { ...partsOf(each), definition: each }]));
  let looks = 0;
  const look = (count: number) => {
    looks += count;
    if (looks > MOST_LOOKS) throw new WorkflowReadError("This workflow is too entangled to be read: its sub-graphs and wires lead on and on.");
  };
  return { ...partsOf(graph), prefix: "", definitions, depth: 0, look };
}

/** The inside of a node that stands for a sub-graph; undefined for every other one. Throws `WorkflowReadError` beyond 16 levels. */
export function insideOf(scope: UiScope, node: UiNode): UiScope | undefined {
  const inside = scope.definitions.get(node.type);
  if (!inside) return undefined;
  if (scope.depth >= MOST_DEPTH) throw new WorkflowReadError(`Its sub-graphs are inside each other more than ${MOST_DEPTH} times, or one is inside itself.`);
  return { ...scope, ...inside, prefix: `${scope.prefix}${node.id}:`, around: { scope, node }, depth: scope.depth + 1 };
}

function partsOf({ nodes, links }: Pick<UiGraph, "nodes" | "links">): UiParts {
  return { nodes: new Map(nodes.map((node) => [node.id, node])), links: new Map(links.map((link) => [link.id, link])) };
}

interface Walk {
  scope: UiScope;
  /** Of the input that asks; a bypassed node hands on what is of the same type. */
  type: string;
  steps: number;
  info: ObjectInfo;
}

/** Where an input of a node gets its value from, through reroutes, bypassed nodes and the borders of sub-graphs. */
export function sourceOf(scope: UiScope, { link, type }: { link: number | null | undefined; type: string }, info: ObjectInfo): UiSource {
  return follow(link, { scope, type, steps: 0, info });
}

function follow(id: number | null | undefined, walk: Walk): UiSource {
  const link = id == null ? undefined : walk.scope.links.get(id);
  if (!link || walk.steps >= MOST_STEPS) return undefined;
  walk.scope.look(1);
  const next = { ...walk, steps: walk.steps + 1 };
  if (link.from === BORDER.input) return outwards(link.fromSlot, next);
  const node = walk.scope.nodes.get(link.from);
  if (!node || node.mode === MODE.muted) return undefined;
  if (node.mode === MODE.bypassed) return follow(matchingLink(walk.scope, { node, slot: link.fromSlot, type: walk.type }), next);
  const inside = insideOf(walk.scope, node);
  if (inside) return inwards(inside, link.fromSlot, next);
  if (walk.info[node.type]) return { link: [`${walk.scope.prefix}${node.id}`, link.fromSlot] };
  if (isPrimitive(node)) return valueHeld(node);
  if (isReroute(node)) return follow(node.inputs[0]?.link, next);
  if (node.type === "GetNode") return follow(settingLink(walk.scope, node), next);
  return { link: [`${walk.scope.prefix}${node.id}`, link.fromSlot] };
}

/** Through the input of the sub-graph, to what its node is wired to or holds. */
function outwards(slot: number, walk: Walk): UiSource {
  const { definition, around } = walk.scope;
  if (!definition || !around) return undefined;
  walk.scope.look(around.node.inputs.length);
  const name = definition.inputs[slot]?.name;
  const input = around.node.inputs.find((each) => each.name === name) ?? around.node.inputs[slot];
  if (!input) return undefined;
  if (input.link != null) return follow(input.link, { ...walk, scope: around.scope });
  return input.widget ? promoted(around.node, input) : undefined;
}

function promoted({ inputs, widgets_values: values }: UiNode, input: UiNode["inputs"][number]): UiSource {
  if (!Array.isArray(values)) return undefined;
  const value = values[inputs.filter(({ widget }) => widget !== undefined).indexOf(input)];
  return value === undefined || value === null ? undefined : { value };
}

/** Through the output of a sub-graph, to the node inside that yields it. */
function inwards(inside: UiScope, slot: number, walk: Walk): UiSource {
  inside.look(inside.links.size);
  const end = [...inside.links.values()].find(({ to, toSlot }) => to === BORDER.output && toSlot === slot);
  return follow(end?.id, { ...walk, scope: inside });
}

/** Of a bypassed node: the input of the wanted type, first that at the place of the output. */
function matchingLink(scope: UiScope, { node: { inputs }, slot, type }: { node: UiNode; slot: number; type: string }): number | null | undefined {
  scope.look(inputs.length);
  const ordered = [inputs[slot], ...inputs].filter((input) => input !== undefined);
  return ordered.find((input) => (input.type === type || type === "*") && input.link != null)?.link;
}

function settingLink(scope: UiScope, node: UiNode): number | null | undefined {
  const name = firstValue(node);
  scope.look(scope.nodes.size);
  const setter = [...scope.nodes.values()].find((each) => each.type === "SetNode" && firstValue(each) === name);
  return setter?.inputs[0]?.link;
}

const isPrimitive = ({ type }: UiNode): boolean => type === "PrimitiveNode";
const isReroute = ({ type }: UiNode): boolean => /^Reroute\b/.test(type);

/** What only the editor knows: the server never gets to see it. */
export function isEditorOnly(node: UiNode): boolean {
  return isPrimitive(node) || isReroute(node) || ["Note", "MarkdownNote", "GetNode", "SetNode"].includes(node.type);
}

function firstValue({ widgets_values: values }: UiNode): Json | undefined {
  return Array.isArray(values) ? values[0] : undefined;
}

function valueHeld(node: UiNode): UiSource {
  const value = firstValue(node);
  return value === undefined || value === null ? undefined : { value };
}
