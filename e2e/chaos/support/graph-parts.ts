import type { Graph, GraphSettings } from "#runtime/graph/schema.ts";
import { graphSchema } from "#runtime/graph/schema.ts";
import type { ChildPurpose } from "#runtime/run/events.ts";

/** A workflow whose result is known, and which of its nodes have effects. */
export interface ChaosGraph {
  readonly graph: Graph;
  /** The output `result` of a run with this input; undefined where every run fails at the node `knot`. */
  expected(n: number): unknown;
  /** Names of the nodes that write, in the order in which they would. */
  readonly plain: readonly string[];
  readonly keyed: readonly string[];
  /** How many runs a run that ends as it should has begun, by purpose, those of runs it began left out. Those for a worker may be fewer. */
  readonly begins?: Readonly<Partial<Record<ChildPurpose, number>>>;
  /** What runs for a purpose, where that is another graph. */
  readonly others?: Readonly<Partial<Record<ChildPurpose, ChaosGraph>>>;
  /** The `n` of a run of it that another run began; the input's `n` without it. */
  heard?(input: Readonly<Record<string, unknown>>): number;
}

export interface Part {
  readonly name: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly policy?: object;
  /** Name of the container it is in. */
  readonly parent?: string;
}

/** What flows on the wires is `{ value }`, so that each node can be put behind each other. */
export function assemble(name: string, parts: readonly Part[], { wires, settings = {} }: { wires: readonly string[]; settings?: GraphSettings }): Graph {
  const nodes = parts.map(({ name: part, type, config, policy, parent }, index) => ({
    id: `node_${part}`,
    type,
    version: 1,
    label: part,
    position: { x: index * 200, y: 0 },
    config,
    ...(policy && { policy }),
    ...(parent !== undefined && { parent: `node_${parent}` }),
  }));
  const edges = wires.map((wire) => {
    const [source = "", target = ""] = wire.split(" > ");
    const end = (text: string) => ({ node: `node_${text.split(".")[0]}`, port: text.split(".")[1] });
    return { id: `edge_${source}_${target}`.replaceAll(".", "_"), kind: source.endsWith(".tool") ? "tool" : "data", source: end(source), target: end(target) };
  });
  return graphSchema.parse({ format: "heddle.graph/1", name, description: "", settings, nodes, edges });
}

/** Never answered from the cache: what is reused is no work that a kill could hit. */
export const code = (name: string, source: string, inputs: readonly string[]): Part => ({
  name,
  type: "code",
  config: { source, inputs: inputs.map((input) => ({ id: input, name: input })), outputs: [{ id: "result", name: "result" }] },
  policy: { cache: "off" },
});
export const start: Part = { name: "start", type: "start", config: { fields: [{ id: "n", name: "n", type: "number" }] } };
export const first = code("first", "return { value: inputs.n };", ["n"]);
export const output: Part = { name: "output", type: "output", config: {} };
export const last = code("last", "return inputs.last.value;", ["last"]);
export const delay = (name: string, amount: number): Part => ({ name, type: "delay", config: { amount, unit: "seconds" } });
export const begin = ["start.n > first.n"];
export const finish = ["last.result > output.value"];

/** Of a node of that name a request: `POST /keyed`, say. */
type Http = (name: string, request: "GET /read" | "GET /flaky" | "POST /plain" | "POST /keyed", which?: WhichCall) => Part;

interface WhichCall {
  /** Inside of containers: expressions for the indexes of the iteration. */
  at?: readonly string[];
  /** Expression for the id of the run that it counts for, where that is not the one it runs in. */
  run?: string;
}

/** Calls of the service, each under an id of its own (`effectId`). */
export function callsOf(service: string): Http {
  return (name, request, { at = [], run = "run.id" } = {}) => {
    const [method, path] = request.split(" ");
    const id = [`{{ ${run} }}.${name}`, ...at.map((index) => `{{ ${index} }}`)].join(".");
    return {
      name,
      type: "http-request",
      config: { method, url: `${service}${path}?id=${id}&n={{ inputs.last.value }}`, idempotent: path === "/keyed" },
    };
  };
}

/** Hands the run's id to what may be done in a run of its own. */
export const owner: Part = { name: "owner", type: "template-text", config: { template: "{{ run.id }}" } };

/** Under which id the service knows what a node run did; parts of a run count for that run. */
export function effectId(run: string, name: string, path: readonly number[]): string {
  return [run, name, ...path].join(".");
}

export function inside(parent: string, parts: readonly Part[]): Part[] {
  return parts.map((part) => ({ ...part, parent }));
}
