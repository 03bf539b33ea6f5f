import type { NodeId } from "../graph/ids.ts";
import { compareOrder } from "../graph/order-key.ts";
import type { EdgeKind, Graph, GraphEdge } from "../graph/schema.ts";
import { compatibility, type Port, type PortType } from "../node/ports.ts";
import { ancestorBeside, containerOf, type PlacedNode } from "./containers.ts";
import type { Problem } from "./problems.ts";
import type { ResolvedNode } from "./resolved-node.ts";

/** The kind of edge that leaves an output of this type. */
export function edgeKindOf(type: PortType): EdgeKind {
  return type === "tool" ? "tool" : type === "agent" ? "handoff" : "data";
}

/** An edge that carries data: between nodes, from a container to its body (`given`), or from its body to a container (`taken`). */
export interface SoundEdge {
  edge: GraphEdge;
  way: "outer" | "given" | "taken";
}

/** Sound edges, in edge order: those that carry data, and those that say who calls or hands over to whom. */
export interface SoundEdges {
  data: SoundEdge[];
  links: GraphEdge[];
}

/** Reports what is wrong with the edges; see `checkInputs` for the inputs that lack one. */
export function checkEdges(graph: Graph, nodes: ReadonlyMap<NodeId, ResolvedNode>, problems: Problem[]): SoundEdges & { wired: ReadonlySet<string> } {
  const ids = new Set(graph.nodes.map((node) => node.id));
  const sound: SoundEdges = { data: [], links: [] };
  const taken = new Set<string>();
  const wired = new Set<string>();
  for (const edge of [...graph.edges].sort(compareOrder)) {
    const report = (code: Problem["code"], message: string) => problems.push({ code, severity: "error", edge: edge.id, node: edge.target.node, message });
    const missing = [edge.source, edge.target].find((end) => !ids.has(end.node));
    if (missing) {
      problems.push({
        code: "dangling-edge",
        severity: "error",
        edge: edge.id,
        message: `This edge ends at "${missing.node}", which does not exist. Remove the edge.`,
      });
      continue;
    }
    const source = nodes.get(edge.source.node);
    const target = nodes.get(edge.target.node);
    if (!source || !target) continue; // the node itself has been reported
    const way = wayOf(source, target);
    const output = ownPort((way === "given" ? source.body?.gives : source.ports.outputs) ?? {}, edge.source.port);
    const input = ownPort((way === "taken" ? target.body?.takes : target.ports.inputs) ?? {}, edge.target.port);
    if ((!output && source.isUnresolved) || (!input && target.isUnresolved)) continue; // its reference has been reported
    const strayed = strayedEnd(edge, { source, target }, way);
    if (strayed !== undefined) report("crosses-container", strayed);
    else if (!output || source.definition.role === "exit")
      report("unknown-port", `"${source.node.label}" has no output "${edge.source.port}". Remove the edge or wire it anew.`);
    else if (!input) report("unknown-port", `"${target.node.label}" has no input "${edge.target.port}". Remove the edge or wire it anew.`);
    else if (way === undefined)
      report(
        "crosses-container",
        `"${source.node.label}" is inside a container "${target.node.label}" is not in. Wire it to the container, and go on from there.`,
      );
    else if (edge.kind !== edgeKindOf(output.type))
      report("edge-kind", `An output of type ${output.type} is wired by a ${edgeKindOf(output.type)} edge, not a ${edge.kind} edge.`);
    else if (compatibility(output.type, input.type) === "no")
      report("incompatible-ports", `An output of type ${output.type} does not fit an input of type ${input.type}.`);
    else if (taken.has(slot(edge, input)) && input.many) report("duplicate-edge", "Two edges bring the same value here. Remove one.");
    else if (taken.has(slot(edge, input)))
      report("too-many-edges", `The input "${input.title ?? edge.target.port}" takes one edge. Remove one, or merge the values first.`);
    else {
      taken.add(slot(edge, input));
      wired.add(`${edge.target.node}/${edge.target.port}`);
      if (edge.kind === "data") sound.data.push({ edge, way });
      else sound.links.push(edge);
    }
  }
  return { ...sound, wired };
}

/** How an edge runs between two nodes; undefined when it would leave a container other than by what the container takes. */
export function wayOf(source: PlacedNode, target: PlacedNode): SoundEdge["way"] | undefined {
  if (target.around.includes(source.node.id)) return "given";
  if (containerOf(source) === target.node.id) return "taken";
  return ancestorBeside(target, source) === undefined ? undefined : "outer";
}

/** What is wrong with an edge from or to the inner port of a container whose other end is not inside: a node that was moved out, or in. */
function strayedEnd(edge: GraphEdge, { source, target }: Record<"source" | "target", ResolvedNode>, way: SoundEdge["way"] | undefined): string | undefined {
  const given = way === "given" ? undefined : ownPort(source.body?.gives ?? {}, edge.source.port);
  if (given)
    return `"${source.node.label}" gives "${given.title ?? edge.source.port}" to the nodes inside it, and "${target.node.label}" is not. Move it in, or remove the edge.`;
  const taken = way === "taken" ? undefined : ownPort(target.body?.takes ?? {}, edge.target.port);
  if (taken)
    return `"${target.node.label}" takes "${taken.title ?? edge.target.port}" from the nodes directly inside it, and "${source.node.label}" is not one. Move it in, or remove the edge.`;
  return undefined;
}

function ownPort(ports: Record<string, Port>, name: string): Port | undefined {
  return Object.hasOwn(ports, name) ? ports[name] : undefined;
}

/** What only one edge may occupy: the input, or for `many` inputs the pair of ends. */
function slot(edge: GraphEdge, input: Port): string {
  const target = `${edge.target.node}/${edge.target.port}`;
  return input.many ? `${edge.source.node}/${edge.source.port}>${target}` : target;
}

/** Reports inputs that need an edge and have none. `nodes` are those that are scheduled: the others get their inputs when they are called. */
export function checkInputs(nodes: readonly ResolvedNode[], wired: ReadonlySet<string>, problems: Problem[]): void {
  for (const { node, ports, body } of nodes) {
    for (const [name, input] of Object.entries({ ...ports.inputs, ...body?.takes })) {
      if (input.optional || wired.has(`${node.id}/${name}`)) continue;
      problems.push({
        code: "missing-input",
        severity: "error",
        node: node.id,
        path: `/${name}`,
        message: `The input "${input.title ?? name}" needs an edge.`,
      });
    }
  }
}
