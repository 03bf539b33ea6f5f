import type { Json } from "#runtime/graph/json.ts";
import { type MissingClass, MOST_INNER_NODES, type Prompt, type PromptNode } from "#runtime/node/workflow.ts";
import type { ObjectInfo } from "./object-info.ts";
import { MODE, positionOf, type UiGraph, type UiNode } from "./ui-graph.ts";
import { insideOf, isEditorOnly, scopeOf, sourceOf, type UiScope } from "./ui-scope.ts";
import { widgetValues } from "./widget-values.ts";
import { WorkflowReadError } from "./workflow-read-error.ts";

export type Positions = Readonly<Record<string, { x: number; y: number }>>;

export interface Converted {
  prompt: Prompt;
  /** Of the nodes in the editor. */
  positions: Positions;
  missing: MissingClass[];
}

interface Found {
  scope: UiScope;
  node: UiNode;
}

/**
 * The API format of a graph that the editor saved, as the editor itself would send it: without muted and bypassed nodes, reroutes, notes and
 * primitives, with the insides of sub-graphs under ids such as `12:3`. Source: `graphToPrompt` of ComfyUI's front end. Classes that `info` does not
 * have are told as missing, and converted as far as the file alone says how. Throws `WorkflowReadError` for what is too large with its sub-graphs.
 */
export function convertUi(graph: UiGraph, info: ObjectInfo): Converted {
  const found: Found[] = [];
  findRunning(scopeOf(graph), info, found);
  const nodes = found.map(({ scope, node }) => [`${scope.prefix}${node.id}`, toPromptNode({ scope, node }, info)] as const);
  const known = new Set(nodes.map(([id]) => id));
  const isReachable = (value: Json) => !(Array.isArray(value) && typeof value[0] === "string" && value.length === 2) || known.has(value[0]);
  return {
    prompt: Object.fromEntries(
      nodes.map(([id, node]) => [id, { ...node, inputs: Object.fromEntries(Object.entries(node.inputs).filter(([, value]) => isReachable(value))) }]),
    ),
    positions: positionsOf(found),
    missing: missingOf(found.map(({ node }) => ({ name: node.type, title: titleOf(node), extension: extensionOf(node) })).filter(({ name }) => !info[name])),
  };
}

/** Adds to `found`. */
function findRunning(scope: UiScope, info: ObjectInfo, found: Found[]): void {
  for (const node of scope.nodes.values()) {
    scope.look(1 + node.inputs.length + node.outputs.length + Object.keys(node.widgets_values ?? {}).length);
    if (node.mode === MODE.muted || node.mode === MODE.bypassed) continue;
    const inside = insideOf(scope, node);
    if (inside) findRunning(inside, info, found);
    else if (info[node.type] || (isWired(node) && !isEditorOnly(node))) found.push({ scope, node });
    if (found.length > MOST_INNER_NODES) throw new WorkflowReadError(`With all of its sub-graphs it has more than ${MOST_INNER_NODES} nodes.`);
  }
}

/** Decoration of extensions, such as labels, is not: nothing leads to it or comes of it. */
function isWired({ inputs, outputs }: UiNode): boolean {
  return inputs.some(({ link }) => link != null) || outputs.some(({ links }) => Array.isArray(links) && links.length > 0);
}

function toPromptNode({ scope, node }: Found, info: ObjectInfo): PromptNode {
  const inputs = new Map(Object.entries(widgetValues(node, info[node.type])));
  for (const { name, type, link } of node.inputs) {
    if (link == null) continue;
    const source = sourceOf(scope, { link, type }, info);
    if (!source) continue;
    inputs.set(name, "link" in source ? source.link : source.value);
  }
  const values = [...inputs].map(([name, value]) => [name, isPlainList(value) ? { __value__: value } : value] as const);
  return { class_type: node.type, inputs: Object.fromEntries(values) as PromptNode["inputs"], _meta: { title: titleOf(node) } };
}

/** ComfyUI takes a bare list for a wire. */
function isPlainList(value: Json): boolean {
  return Array.isArray(value) && !(value.length === 2 && typeof value[0] === "string" && typeof value[1] === "number");
}

const titleOf = ({ title, type }: UiNode): string => title || type;

/** Nodes inside a sub-graph stand beside the place of the sub-graph's node. */
function positionsOf(found: readonly Found[]): Positions {
  return Object.fromEntries(
    found.flatMap(({ scope, node }) => {
      const own = positionOf(node);
      const outer = scope.around && positionOf(scope.around.node);
      return own && !scope.around
        ? [[`${scope.prefix}${node.id}`, own]]
        : own && outer
          ? [[`${scope.prefix}${node.id}`, { x: outer.x + own.x, y: outer.y + own.y }]]
          : [];
    }),
  );
}

/** One entry for each class. */
export function missingOf(nodes: readonly { name: string; title: string; extension?: string | undefined }[]): MissingClass[] {
  const classes = new Map<string, MissingClass>();
  for (const { name, title, extension } of nodes) {
    const known = classes.get(name) ?? { name, nodes: [], ...(extension && { extension }) };
    if (known.nodes.length < 20) known.nodes.push(title);
    classes.set(name, known);
  }
  return [...classes.values()];
}

/** Newer editors save where a node comes from; some extensions put their name behind that of the node. */
function extensionOf({ type, properties }: UiNode): string | undefined {
  const { cnr_id: registered, aux_id: repository } = properties;
  const [, named] = /\(([\w .-]{2,40})\)$/.exec(type) ?? [];
  const told = [registered, repository, named].find((name) => typeof name === "string" && name !== "" && name !== "comfy-core");
  return typeof told === "string" ? told.slice(0, 200) : undefined;
}
